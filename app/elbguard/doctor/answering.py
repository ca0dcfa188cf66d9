"""Step: the Service that is called exists and has ready endpoints."""

from collections.abc import Iterator
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.configurations import APPLY
from elbguard.doctor.diagnosis import Observation, fine, wrong
from elbguard.doctor.installation import Address, Installation
from elbguard.doctor.pods import Pods
from elbguard.doctor.sight import Blind, Entity, Sight, listed, path_in, word
from elbguard.report.sentences import count

_SLICES: Final = ("apis/discovery.k8s.io/v1", "apis/discovery.k8s.io/v1beta1")  # v1 from 1.21 on
_OF: Final = "kubernetes.io/service-name"


def look(sight: Sight, installation: Installation, pods: Pods) -> Iterator[Observation]:
    """Look at every Service that the configurations call. Raises Blind."""
    for address in dict.fromkeys(hook.address for hook in installation.counting()):
        if address.is_service:
            yield _service(sight, address, pods)
        else:
            yield fine(f"elbguard is called at {address}, without a Service")


def service(sight: Sight, address: Address) -> Entity | None:
    """The Service at an address; None where there is none. Raises Blind."""
    right = Right("get", "services", address.namespace)
    return sight.one(path_in(address.namespace, "services", address.name), right)


def _service(sight: Sight, address: Address, pods: Pods) -> Observation:
    found = service(sight, address)
    if found is None:
        where = f"kubectl get services -A -l app.kubernetes.io/name={address.name}"
        return wrong(f"there is no Service {address.namespace}/{address.name}, which the API server calls", _see(where))
    numbers = [at(port, "port") for port in listed(found, "spec", "ports")]
    if address.port not in numbers:
        has = ", ".join(map(str, numbers)) or "none"
        says = f"{address} has no port {address.port}, which the API server calls; it has {has}"
        return wrong(says, f"{APPLY}, or write the port into clientConfig.service.port")
    if outside := word(found, "spec", "externalName"):
        return fine(f"{address} leads to {outside}, whose readiness the API server does not know")
    ready, others = readiness(sight, address)
    if ready:
        late = f"; {others} more {'is' if others == 1 else 'are'} not ready" if others else ""
        return fine(f"{address} has {count(ready, 'ready endpoint')}{late}")
    return _without(found, address, others, pods)


def _without(found: Entity, address: Address, others: int, pods: Pods) -> Observation:
    has = f"{count(others, 'endpoint')}, of which none is ready" if others else "no endpoints"
    try:
        state = pods.troubles(address.namespace, at(found, "spec", "selector"))
    except Blind:
        state = ""
    says = f"{address} has {has}: elbguard does not answer{f' ({state})' if state else ''}"
    name = address.name
    cure = f"kubectl -n {address.namespace} get pods, then describe those that do not run and read their logs;"
    return wrong(says, f"{cure} /readyz says why one that runs is not ready; kubectl rollout status deployment/{name}")


def readiness(sight: Sight, address: Address) -> tuple[int, int]:
    """How many endpoints are ready and how many are not: by slices, by Endpoints where none is ready. Raises Blind."""
    unready = 0
    for group in _SLICES:
        right = Right("list", "endpointslices.discovery.k8s.io", address.namespace)
        path = path_in(address.namespace, "endpointslices", group=group)
        slices = sight.all(path, right, f"{_OF}={address.name}")
        if slices is not None:
            entries = [each for one in slices for each in listed(one, "endpoints")]
            ready = sum(_ready(each) for each in entries)
            unready = len(entries) - ready
            if ready:
                return ready, unready
            break
    right = Right("get", "endpoints", address.namespace)
    found = sight.one(path_in(address.namespace, "endpoints", address.name), right)
    subsets = listed(found, "subsets")
    return _counted(subsets, "addresses"), max(unready, _counted(subsets, "notReadyAddresses"))


def _ready(endpoint: Any) -> bool:
    """Whether it is ready: what does not say counts as ready (Kubernetes API, EndpointConditions)."""
    return at(endpoint, "conditions", "ready") is not False and bool(listed(endpoint, "addresses"))


def _counted(subsets: list[Any], key: str) -> int:
    return sum(len(listed(subset, key)) for subset in subsets)


def _see(command: str) -> str:
    return f"{APPLY}; where it is elsewhere ({command}) let clientConfig.service say so"

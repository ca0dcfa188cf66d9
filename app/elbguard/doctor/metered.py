"""What replicas say of themselves in /metrics: asked through the API server, or from here if called by address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from elbguard.cluster import port
from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.answering import service
from elbguard.doctor.installation import Address, Installation
from elbguard.doctor.pods import container, flag
from elbguard.doctor.sight import Sight, listed, path_in, word
from elbguard.doctor.workload import Workload

_SAMPLE: Final = re.compile(r'^(elbguard_[a-z_]+)\{(?:fact|digest)="([^"]*)"\} ([0-9.e+-]+)$', re.MULTILINE)
_PORT: Final = "8443"


@dataclass(frozen=True, slots=True)
class Readout:
    """What a replica says: a digest of its settings, whether it watches, and how old each fact is, in seconds."""

    replica: str
    digest: str
    watches: bool
    ages: dict[str, float]


def readouts(sight: Sight, installation: Installation, workload: Workload) -> list[Readout]:
    """What each replica says that can be asked; none where none can be. Raises Blind."""
    running = [pod for pod in workload.replicas if _runs(pod)] if installation.service() else []
    if running:
        return [_read(word(pod, "metadata", "name"), _text(sight, pod)) for pod in running]
    addresses = dict.fromkeys(_outside(sight, hook.address) for hook in installation.counting())
    texts = {f"{host}:{number}": port.metrics(host, number) for host, number in addresses if host}
    return [_read(replica, text) for replica, text in texts.items() if text is not None]


def _outside(sight: Sight, address: Address) -> tuple[str, int]:
    """Host and port where elbguard is called outside the cluster's network; "" where it is a Service with Pods."""
    if not address.is_service:
        return address.host, address.port
    return word(service(sight, address), "spec", "externalName"), address.port


def _runs(pod: Any) -> bool:
    return word(pod, "status", "phase") == "Running"


def _text(sight: Sight, pod: Any) -> str:
    namespace, name = word(pod, "metadata", "namespace"), word(pod, "metadata", "name")
    numbers = [str(at(each, "containerPort")) for each in listed(container(pod), "ports")]
    number = flag(pod, "--port") or next(iter(numbers), _PORT)
    path = path_in(namespace, "pods", f"https:{name}:{number}").replace("%3A", ":")
    return sight.text(f"{path}/proxy/metrics", Right("get", "pods/proxy", namespace))


def _read(replica: str, text: str) -> Readout:
    found = list(_samples(text))
    digest = next((label for name, label, _ in found if name == "elbguard_settings_info"), "")
    watches = any(name == "elbguard_cluster_fact_known" for name, _, _ in found)
    ages = {label: value for name, label, value in found if name == "elbguard_cluster_fact_age_seconds"}
    return Readout(replica, digest, watches, ages)


def _samples(text: str) -> Iterator[tuple[str, str, float]]:
    for name, label, value in _SAMPLE.findall(text):
        yield name, label, float(value)

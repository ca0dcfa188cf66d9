"""A cluster of recorded objects: an installation as manifests/base makes it, in a cluster that runs it."""

import base64
import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from elbguard import pairs
from elbguard.cluster.asking import ApiError, NotFound
from elbguard.doctor.diagnosis import Diagnosis
from elbguard.doctor.examination import examine, stations
from elbguard.fitness import Pair
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from tests.support.places import ROOT, loaded
from tests.support.reviews import review

Json = dict[str, Any]
NOW: Final = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOST: Final = "elbguard.elbguard.svc"
ADMISSION: Final = "/apis/admissionregistration.k8s.io/v1"
MUTATING: Final = f"{ADMISSION}/mutatingwebhookconfigurations"
VALIDATING: Final = f"{ADMISSION}/validatingwebhookconfigurations"
POLICIES: Final = f"{ADMISSION}/validatingadmissionpolicies"
BINDINGS: Final = f"{ADMISSION}/validatingadmissionpolicybindings"
INSIDE: Final = "/api/v1/namespaces/elbguard"
SLICES: Final = "/apis/discovery.k8s.io/v1/namespaces/elbguard/endpointslices"
DEPLOYMENTS: Final = "/apis/apps/v1/namespaces/elbguard/deployments"
NODES: Final = "/api/v1/nodes"
_CA, _LEAF = pairs.make([HOST], NOW)


def metrics_of(replica: str) -> str:
    """Where the API server hands on what a replica says."""
    return f"{INSIDE}/pods/https:{replica}:8443/proxy/metrics"


def metrics(digest: str = "a1", known: Mapping[str, float | None] | None = None) -> str:
    """What a replica says: a digest of its settings, and the age of each fact that it asks for, None where unknown."""
    facts = {"version": 12.0, "type": None, "node_ips": 3.0} if known is None else known
    lines = [f'elbguard_settings_info{{digest="{digest}"}} 1.0']
    lines += [f'elbguard_cluster_fact_known{{fact="{fact}"}} {float(age is not None)}' for fact, age in facts.items()]
    lines += [f'elbguard_cluster_fact_age_seconds{{fact="{f}"}} {age}' for f, age in facts.items() if age is not None]
    return "\n".join(lines) + "\n"


def encoded(text: bytes) -> str:
    """As the API server has bytes in JSON."""
    return base64.b64encode(text).decode()


def manifest(name: str) -> Any:
    """An object of manifests/base."""
    return loaded(ROOT / "manifests" / "base" / f"{name}.yaml")


class Recorded:
    """An API server (`sight.Server`) of recorded objects by path; what is an error is raised.

    A dry run asks the real decisions, unless `refuses` says what the API server answers instead.
    """

    host = "https://recorded"

    def __init__(self) -> None:
        configurations = [_trusting(manifest(name)) for name in ("mutating", "validating")]
        self.lists: dict[str, Any] = {
            MUTATING: [configurations[0]],
            VALIDATING: [configurations[1]],
            POLICIES: [],
            BINDINGS: [],
            SLICES: [{"endpoints": [_endpoint("10.0.0.4"), _endpoint("10.0.0.5")]}],
            f"{INSIDE}/pods": [pod("elbguard-a"), pod("elbguard-b")],
            f"{INSIDE}/services": [manifest("service")],
            NODES: [
                {"metadata": {"name": "n"}, "status": {"addresses": [{"type": "InternalIP", "address": "10.1.0.4"}]}}
            ],
        }
        self.objects: dict[str, Any] = {
            "/version": {"gitVersion": "v1.30.4-r0-30.0.12"},
            "/api/v1/namespaces/default": {"metadata": {"name": "default"}},
            f"{INSIDE}/services/elbguard": _reached_by_nobody(manifest("service")),
            f"{INSIDE}/secrets/elbguard-tls": secret(_LEAF),
            f"{INSIDE}/configmaps/elbguard": manifest("config"),
        }
        self.texts: dict[str, Any] = {metrics_of("elbguard-a"): metrics(), metrics_of("elbguard-b"): metrics()}
        self.settings = Settings()
        self.refuses: Callable[[Json], ApiError | None] = lambda body: None
        self.warns: tuple[str, ...] = ()

    def now(self) -> datetime | None:
        """The time of the recording."""
        return NOW

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """An object, or a list, in one page."""
        found = self.lists.get(path, self.objects.get(path))
        if found is None:
            raise NotFound("not found")
        if isinstance(found, Exception):
            raise found
        return {"metadata": {}, "items": found} if isinstance(found, list) else found

    def watch(self, path: str, query: Mapping[str, str]) -> Any:
        """Nobody watches."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""

    def text(self, path: str) -> str:
        """What a replica says."""
        found = self.texts.get(path, NotFound("not found"))
        if isinstance(found, Exception):
            raise found
        return str(found)

    def rehearse(self, path: str, body: Any) -> tuple[Any, tuple[str, ...]]:
        """What the API server makes of a creation, by our own decisions."""
        if error := self.refuses(body):
            raise error
        admission = Admission(self.settings)
        asked = json.dumps(review(body)).encode()
        response = json.loads(admission.validate(asked).body)["response"]
        if not response["allowed"]:
            message = response["status"]["message"]
            raise ApiError(422, f'admission webhook "validate.elbguard.io" denied the request: {message}'[:200])
        patch = json.loads(admission.mutate(asked).body)["response"].get("patch")
        return _patched(body, patch), self.warns

    def change(self, path: str, **values: Any) -> None:
        """Write members of the only webhook of the only configuration at a path."""
        self.lists[path][0]["webhooks"][0] |= values

    def examined(self, namespace: str = "default") -> dict[str, Diagnosis]:
        """The steps by their ids."""
        return {each.id: each for each in examine(stations(self, namespace))}


def pod(name: str, *flags: str) -> Json:
    """A replica that runs, as manifests/base makes it, with these flags besides."""
    template = copy.deepcopy(manifest("deployment")["spec"]["template"])
    template["spec"]["containers"][0]["args"] += flags
    template["metadata"] |= {"name": name, "namespace": "elbguard"}
    return {**template, "status": {"phase": "Running"}}


def secret(pair: Pair) -> Json:
    """The Secret with a pair in it."""
    return {"data": {"tls.crt": encoded(pair.certificate), "tls.key": encoded(pair.key)}}


def says(diagnosis: Diagnosis) -> str:
    """All that a step says."""
    return "\n".join(each.says for each in diagnosis.observations)


def _trusting(configuration: Any) -> Any:
    found = copy.deepcopy(configuration)
    found["webhooks"][0]["clientConfig"]["caBundle"] = encoded(_CA.certificate)
    return found


def _reached_by_nobody(service: Any) -> Any:
    found = copy.deepcopy(service)
    found["spec"]["clusterIP"] = "None"  # so that nobody looks for its port
    return found


def _endpoint(address: str) -> Json:
    return {"addresses": [address], "conditions": {"ready": True}}


def _patched(body: Json, patch: str | None) -> Json:
    found: Json = copy.deepcopy(body)
    for operation in json.loads(base64.b64decode(patch)) if patch else []:
        if operation["path"].startswith("/metadata/annotations/"):
            key = operation["path"].rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            found["metadata"]["annotations"][key] = operation["value"]
    return found

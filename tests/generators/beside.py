"""Neighbours of a case: the objects that stand beside its Service, as a comment of a case file describes them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from elbguard_rules.collisions.claims import of_ingress, of_service
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.service import Service

_FIELDS: Final = ("kind", "name", "namespace", "ports", "type")
_TO_WEB: Final = {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}


def neighbours(described: Iterable[Mapping[str, Any]]) -> tuple[Neighbours, ...]:
    """The index of the objects described; none where there are none."""
    claims = [
        of_ingress(object_of(each)) if each.get("kind") == "Ingress" else of_service(Service(object_of(each)))
        for each in described
    ]
    return (Neighbours(each for each in claims if each),) if claims else ()


def object_of(described: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of `{kind: Ingress, name: api, namespace: shop, elb.id: ..., elb.port: "80", ports: [80, 53/UDP]}`."""
    kind = described.get("kind", "Service")
    notes = {f"kubernetes.io/{key}": value for key, value in described.items() if key not in _FIELDS}
    metadata = {"name": described["name"], "namespace": described.get("namespace", "shop"), "annotations": notes}
    ports = [_port(each) for each in described.get("ports", ())]
    spec = {"type": described.get("type", "LoadBalancer"), "selector": {"app": described["name"]}, "ports": ports}
    if kind == "Ingress":
        return {"apiVersion": "networking.k8s.io/v1", "kind": kind, "metadata": metadata, "spec": _TO_WEB}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec}


def _port(described: int | str) -> dict[str, Any]:
    number, _, protocol = str(described).partition("/")
    return {"name": f"p{number}", "port": int(number), "protocol": protocol or "TCP"}

"""A mistake that was there before an update is a warning, also where its position in a list changes."""

from typing import Any

from rules.core.facts import Cluster
from rules.core.service import Service
from rules.guard import Guard

ELB = "kubernetes.io/elb."
OURS = {f"{ELB}id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", f"{ELB}class": "union"}
TCP, UDP, SCTP = ({"name": word.lower(), "port": 80, "protocol": word} for word in ("TCP", "UDP", "SCTP"))


def service(*ports: dict[str, Any], **annotations: str) -> dict[str, Any]:
    given = {f"{ELB}{name.replace('_', '-')}": text for name, text in annotations.items()}
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": list(ports)}
    return {"metadata": {"name": "web", "namespace": "shop", "annotations": OURS | given}, "spec": spec}


def refused(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    return [finding.field for finding in Guard().review(Service(new, Service(old)), Cluster()).errors]


def test_a_mistake_may_move_down_when_an_entry_is_added_before_it() -> None:
    assert refused(service(UDP, TCP, SCTP), service(SCTP)) == []


def test_a_mistake_may_move_up_when_the_entry_before_it_goes() -> None:
    old, new = service(TCP, protocol_port="http:80,http:99"), service(TCP, protocol_port="http:99")

    assert refused(new, old) == []


def test_a_second_mistake_of_the_same_kind_is_refused() -> None:
    assert refused(service(SCTP, SCTP), service(SCTP)) == ["spec.ports[1].protocol"]
    assert refused(service(TCP, SCTP, SCTP), service(SCTP)) == ["spec.ports[2].protocol"]


def test_another_value_at_the_same_place_is_another_mistake() -> None:
    old, new = service(TCP, protocol_port="http:80,http:99"), service(TCP, protocol_port="http:80,http:98")

    assert refused(new, old) == [f"metadata.annotations[{ELB}protocol-port][1]"]

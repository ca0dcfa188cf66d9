"""A census: objects taken in one by one, in bounded memory, and what is told of them in the end."""

from typing import Any

import pytest

from elbguard_rules.collisions import census
from elbguard_rules.collisions.census import Census, claims_of
from elbguard_rules.collisions.claims import MOST_LISTENERS, Claims
from elbguard_rules.collisions.collision import Collision
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES
from tests.support.reviews import ELB, service

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"


def live(name: str, *ports: int | dict[str, Any], **notes: str) -> Service:
    """A Service on one load balancer; notes are annotations, their hyphens written as underscores."""
    written = {ELB + key.replace("_", "-"): text for key, text in notes.items()}
    listed = [port if isinstance(port, dict) else {"port": port} for port in ports or (80,)]
    return Service(service({ELB + "id": ID, **written}, {"name": name}, ports=listed))


def told(policy: Policy, cluster: Cluster, *services: Service) -> dict[str, list[str]]:
    """What is told: rules by the names of Services."""
    taken = Census(policy, cluster)
    for each in services:
        taken.take_service(each)
    return {claims.who.name: [f.rule.id for f in review.findings] for claims, review in taken.told()}


def test_those_that_collide_are_told_in_the_order_they_came() -> None:
    assert told(Policy(), Cluster(), live("b"), live("c", 81), live("a")) == {"b": ["ELB930"], "a": ["ELB930"]}


def test_what_an_operator_switches_off_is_not_told() -> None:
    off = Policy(severities={"ELB930": Severity.OFF})

    assert told(off, Cluster(), live("a"), live("b")) == {}


def test_what_cannot_be_told_is_said_to_be_skipped() -> None:
    taken = Census(Policy(), Cluster())
    taken.take_service(live("a"))
    taken.take_ingress({"metadata": {"name": "i", "namespace": "shop", "annotations": {ELB + "id": ID}}})
    [(claims, review)] = taken.told()

    assert (claims.who.name, [(s.rule.id, s.missing) for s in review.skipped]) == ("a", [("ELB932", "proxy mode")])


def test_an_author_is_heeded_only_where_the_policy_says_so() -> None:
    excused = Service(
        service({ELB + "id": ID, "elbguard.io/ignore": "listener-of-another-service: agreed"}, {"name": "a"})
    )

    assert told(Policy(heeds_ignore=True), Cluster(), excused, live("b")) == {"b": ["ELB930"]}
    assert told(Policy(), Cluster(), excused, live("b")) == {"a": ["ELB930"], "b": ["ELB930"]}


def test_a_layer_7_listener_and_a_plain_one_are_one_listener_and_quic_is_udp() -> None:
    https = live("https", 443, protocol_port="https:443", cert_id="x")
    quic = live("quic", 443, protocol_port="quic:443", cert_id="x")
    udp = live("udp", {"port": 443, "protocol": "UDP"})

    assert told(Policy(), Cluster(), https, live("tcp", 443), quic) == {"https": ["ELB930"], "tcp": ["ELB930"]}
    assert told(Policy(), Cluster(), quic, udp, https) == {"quic": ["ELB930"], "udp": ["ELB930"]}


def test_the_port_of_health_checks_is_no_listener() -> None:
    checked = live("a", 80, {"name": "cce-healthz", "port": 9000})

    assert told(Policy(), Cluster(), checked, live("b", 9000)) == {}


def test_ranges_of_ports_collide_where_they_overlap() -> None:
    ranged = [live(name, {"name": "p", "port": 1}, port_ranges=f'{{"p": ["{span}"]}}') for name, span in RANGES]

    assert told(Policy(), Cluster(), *ranged) == {"a": ["ELB930"], "b": ["ELB930"]}


RANGES = (("a", "100,200"), ("b", "200,300"), ("c", "301,400"))


def test_of_an_object_so_many_listeners_are_kept_and_no_more() -> None:
    claims = claims_of(live("a", *range(1, 900)))

    assert isinstance(claims, Claims)
    assert len(claims.listeners) == MOST_LISTENERS


def test_a_rule_that_breaks_down_does_not_keep_the_others_from_speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(census, "COLLISIONS", (Collision(RULES["ELB931"], broken), *census.COLLISIONS))
    taken = Census(Policy(), Cluster())
    for name in ("a", "b"):
        taken.take_service(live(name))
    reviews = [review for _, review in taken.told()]

    assert [[fault.rule.id for fault in review.faults] for review in reviews] == [["ELB931"], ["ELB931"]]
    assert all(review.findings for review in reviews)


def test_none_refuses_anything_unless_an_operator_says_so() -> None:
    assert all(rule.severity is Severity.WARNING for rule in census.RULES)


def test_another_one_is_named_once_whether_it_has_a_range_too_or_not() -> None:
    both = live("b", {"name": "x", "port": 80}, {"name": "p", "port": 1}, port_ranges='{"p": ["100,200"]}')
    taken = Census(Policy(), Cluster())
    for each in (live("a"), both):
        taken.take_service(each)
    first, _ = (review for _, review in taken.told())

    assert first.findings[0].problem.detail.count("shop/b") == 1

"""An update that merely omits what CCE wrote or what may not change gets it back; nothing else is restored."""

from typing import Any

import pytest

from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard

PREFIX = "kubernetes.io/elb."
OURS = {f"{PREFIX}id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", f"{PREFIX}class": "performance"}
WRITTEN = {
    f"{PREFIX}eip-id": "8560972c-2cc5-4699-94d6-e46f146eb73d",
    f"{PREFIX}custom-eip-status": '{"id":"88c197a1-cb85-4b38-b672-1d60dc5d00db","public_ip_address":"2.2.2.2"}',
    f"{PREFIX}listener-port": "443",
    f"{PREFIX}listener-port-ranges-auto-generated": "true",
    f"{PREFIX}mark": "0",
}
KEPT = OURS | WRITTEN
by_key = pytest.mark.parametrize("key", KEPT)


def service(annotations: dict[str, str], kind: str = "LoadBalancer") -> dict[str, Any]:
    return {"metadata": {"name": "web", "namespace": "shop", "annotations": annotations}, "spec": {"type": kind}}


def restored(new: dict[str, Any], old: dict[str, Any] | None) -> dict[str, str]:
    filled = Guard().fill(Service(new, None if old is None else Service(old)))
    return {fill.key: fill.after for fill in filled if fill.key in KEPT}


def test_all_that_is_kept_is_tried_here() -> None:
    assert {owner.key for owner in ANNOTATIONS if owner.after_create == "kept"} == KEPT.keys()


@by_key
def test_an_update_gets_back_what_it_omits(key: str) -> None:
    given = {other: text for other, text in KEPT.items() if other != key}

    assert restored(service(given), service(KEPT)) == {key: KEPT[key]}


@pytest.mark.parametrize("left", [{}, {"example.com/owner": "shop"}, OURS], ids=["nothing", "others", "its own"])
def test_a_full_replace_gets_back_everything(left: dict[str, str]) -> None:
    assert left | restored(service(left), service(KEPT)) == left | KEPT


@by_key
def test_what_an_update_gives_stays(key: str) -> None:
    assert restored(service(KEPT | {key: KEPT[key] + " "}), service(KEPT)) == {}


def test_a_creation_gets_nothing_that_cce_writes() -> None:
    assert not restored(service(OURS), None).keys() & WRITTEN


def test_a_service_that_becomes_a_load_balancer_gets_nothing_that_cce_writes() -> None:
    assert not restored(service(OURS), service(KEPT, "ClusterIP")).keys() & WRITTEN


@pytest.mark.parametrize("left", [{}, OURS], ids=["nothing", "its own"])
def test_a_service_that_is_no_load_balancer_any_more_gets_nothing(left: dict[str, str]) -> None:
    assert restored(service(left, "ClusterIP"), service(KEPT)) == {}


NO_LOAD_BALANCER_YET = {f"{PREFIX}autocreate": "{}", f"{PREFIX}mark": "3", f"{PREFIX}lb-algorithm": "ROUND_ROBIN"}


@pytest.mark.parametrize("left", [{}, {"example.com/owner": "shop"}], ids=["nothing", "others"])
def test_a_replace_that_is_admitted_gets_back_nothing_that_would_refuse_it(left: dict[str, str]) -> None:
    update = Service(service(left), Service(service(NO_LOAD_BALANCER_YET)))

    assert Guard().review(update, Cluster()).errors == ()
    assert Guard().fill(update) == ()


def test_what_hinders_nobody_is_put_back_also_where_a_replace_would_be_admitted() -> None:
    guard = Guard(Policy(dict.fromkeys(("ELB701", "ELB702", "ELB705"), Severity.WARNING)))
    update = Service(service({}), Service(service(KEPT)))

    assert guard.review(update, Cluster()).errors == ()
    assert {fill.key: fill.after for fill in guard.fill(update)} == KEPT

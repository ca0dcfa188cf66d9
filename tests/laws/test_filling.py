"""What holds of the defaults that are filled in, whatever the Service."""

import copy
import json
from dataclasses import replace
from itertools import takewhile
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.settings import Settings
from app.webhook.admission import Admission
from rules.core.facts import Cluster
from rules.core.fill import Fill
from rules.core.policy import Policy
from rules.core.service import Service
from rules.guard import Guard
from tests.contract.reviews import mutate, review
from tests.laws.strategies import (
    UUID,
    Json,
    clusters,
    flawless_services,
    hostile_services,
    policies,
    services,
    tame_services,
)

some_services = st.one_of(services(), flawless_services(), tame_services)
ELB_ID = "kubernetes.io/elb.id"


def _created(autocreate: str, name: str = "web") -> Json:
    """A Service with a load balancer to create."""
    metadata = {"name": name, "namespace": "shop", "annotations": {"kubernetes.io/elb.autocreate": autocreate}}
    return {"metadata": metadata, "spec": {"type": "LoadBalancer"}}


def _fills(guard: Guard, new: Json, old: Json | None = None) -> tuple[Fill, ...]:
    return guard.fill(Service(new, None if old is None else Service(old)))


def _filled(new: Json, fills: tuple[Fill, ...]) -> Json:
    if not fills:
        return new
    service = copy.deepcopy(new)
    service["metadata"]["annotations"] = {
        **(service["metadata"].get("annotations") or {}),
        **{fill.key: fill.after for fill in fills},
    }
    return service


def _named(service: Json) -> Json:
    """The Service with the name that the API server made up for it, where it had none."""
    named = copy.deepcopy(service)
    named["metadata"].setdefault("name", "web-x7k2p")
    return named


def _is_insertion(before: str, after: str) -> bool:
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    return start == len(before) or after.endswith(before[start:])


@example(_created("{}"), _created('{"type": "public", "bandwidth_chargemode": "traffic"}'), Policy())
@given(some_services, st.none() | some_services, policies())
def test_filling_twice_is_filling_once(new: Json, old: Json | None, policy: Policy) -> None:
    guard = Guard(policy)
    once = _filled(new, _fills(guard, new, old))

    assert _fills(guard, once, old) == ()


@given(some_services, policies())
def test_a_service_that_was_filled_on_creation_is_left_alone_on_update(new: Json, policy: Policy) -> None:
    guard = Guard(policy)
    once = _filled(new, _fills(guard, new))

    assert _fills(guard, once, once) == ()


@given(some_services, st.none() | some_services, policies())
def test_nothing_given_is_ever_replaced(new: Json, old: Json | None, policy: Policy) -> None:
    fills = _fills(Guard(policy), new, old)
    given_annotations = Service(new).annotations

    assert [fill.before for fill in fills] == [given_annotations.get(fill.key) for fill in fills]
    assert all(_is_insertion(fill.before, fill.after) for fill in fills if fill.before is not None)


@example(_created('{"a\\"\xa0:b":1}'), None, Policy())
@example(_created('{"a{\xa0":"\xa0"\r\n}\t'), None, Policy())
@given(some_services, st.none() | some_services, policies())
def test_the_members_of_a_json_object_keep_value_and_order(new: Json, old: Json | None, policy: Policy) -> None:
    for fill in _fills(Guard(policy), new, old):
        if fill.before is not None:
            before, after = json.loads(fill.before), json.loads(fill.after)

            assert list(before.items()) == list(after.items())[: len(before)]
            assert len(before) < len(after)


@given(services() | flawless_services(), clusters, policies(classes=False))
def test_what_is_filled_in_passes_the_rules(new: Json, cluster: Cluster, policy: Policy) -> None:
    profile = cluster.profile if cluster.knows("profile") else None  # one setting gives it to both
    guard = Guard(replace(policy, profile=profile))
    before = guard.review(Service(new), cluster)
    after = guard.review(Service(_filled(new, _fills(guard, new))), cluster)

    assert {f.identity for f in after.findings} <= {f.identity for f in before.findings}


@example({"metadata": None, "spec": {"type": "LoadBalancer"}}, _created("{}"))
@example({"metadata": {"annotations": [1]}, "spec": {"type": "LoadBalancer"}}, _created("{}"))
@given(some_services, st.none() | some_services)
def test_the_patch_makes_exactly_what_is_filled_in(new: Json, old: Json | None) -> None:
    reply = mutate(Admission(Settings()), review(new, old, namespace=""))

    assert _filled(new, _fills(Guard(), new, old)) == reply.applied_to(new)


@given(hostile_services(), policies())
def test_the_same_service_is_filled_the_same_way_again(new: Json, policy: Policy) -> None:
    assert _fills(Guard(policy), new) == _fills(Guard(policy), new)


@given(some_services)
def test_the_same_question_gets_the_same_bytes(new: Json) -> None:
    body = json.dumps(review(new)).encode()
    first, second = Admission(Settings()), Admission(Settings())

    assert first.mutate(body) == second.mutate(body)
    assert first.validate(body) == second.validate(body)


@given(services() | flawless_services(), policies())
def test_applying_the_manifest_again_changes_nothing(manifest: Json, policy: Policy) -> None:
    guard = Guard(policy)
    live = _named(_filled(manifest, _fills(guard, manifest)))
    again = _named(manifest)

    assert live == _filled(again, _fills(guard, again, live))


@given(services() | flawless_services(), policies())
def test_applying_the_manifest_again_keeps_the_id_that_the_platform_wrote(manifest: Json, policy: Policy) -> None:
    guard = Guard(policy)
    annotations = manifest["metadata"].setdefault("annotations", {})
    annotations.setdefault("kubernetes.io/elb.autocreate", "{}")
    annotations.pop(ELB_ID, None)
    manifest["spec"]["type"] = "LoadBalancer"
    assume(not Guard().review(Service(manifest), Cluster()).errors)
    live = _named(_filled(manifest, _fills(guard, manifest)))
    live["metadata"]["annotations"][ELB_ID] = UUID
    again = _named(manifest)

    assert live == _filled(again, _fills(guard, again, live))


@given(
    hostile_services(),
    st.none() | some_services,
    st.sampled_from(
        (
            ("metadata", "deletionTimestamp", "2026-01-01T00:00:00Z"),
            ("spec", "loadBalancerClass", "example.com/other"),
            ("spec", "type", "ClusterIP"),
            ("spec", "type", "NodePort"),
            ("spec", "type", "ExternalName"),
        )
    ),
    policies(),
)
def test_what_is_not_ours_is_never_filled(
    new: Json, old: Json | None, mark: tuple[str, str, str], policy: Policy
) -> None:
    part, name, value = mark
    new[part] = {**(new[part] if isinstance(new.get(part), dict) else {}), name: value}

    assert _fills(Guard(policy), new, old) == ()


@example(_created('{"cls": 1, "self": 2, "type": 3}'), None, Policy())
@example(_created("{}", name="\ud800"), None, Policy())
@example({"metadata": None, "spec": {"type": "LoadBalancer"}}, _created("{}"), Policy())
@example({"metadata": {"annotations": [1]}, "spec": {"type": "LoadBalancer"}}, _created("{}"), Policy())
@given(hostile_services(), st.none() | hostile_services(), policies())
def test_nothing_makes_filling_fail(new: Json, old: Json | None, policy: Policy) -> None:
    fills: tuple[Any, ...] = _fills(Guard(policy), new, old)

    assert all(isinstance(fill.after, str) and fill.after for fill in fills)

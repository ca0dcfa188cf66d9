"""What holds of the defaults that are filled in, whatever the Service."""

import copy
import json
from dataclasses import replace
from itertools import takewhile
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.fill import Fill
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, OWNERS, Guard
from tests.laws.strategies import (
    UUID,
    Json,
    clusters,
    flawless_services,
    hostile_services,
    policies,
    services,
    specs,
    tame_services,
    texts_of,
)
from tests.support.reviews import mutate, review

some_services = st.one_of(services(), flawless_services(), tame_services)
ELB_ID = "kubernetes.io/elb.id"
AUTOCREATE = "kubernetes.io/elb.autocreate"

KEPT = [owner.key for owner in ANNOTATIONS if owner.after_create == "kept"]


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


@st.composite
def live_services(draw: st.DrawFn) -> Json:
    """A Service as it lives: filled in or not, with some of what CCE notes or with none of it yet."""
    service = copy.deepcopy(draw(services() | flawless_services()))
    service["spec"]["type"] = "LoadBalancer"
    texts = service["metadata"].setdefault("annotations", {})
    if draw(st.booleans()):
        texts.setdefault(AUTOCREATE, draw(texts_of(AUTOCREATE)))
    if draw(st.booleans()):
        service = _filled(service, _fills(Guard(draw(policies())), service))
    for key in draw(st.lists(st.sampled_from(KEPT), unique=True)):
        service["metadata"]["annotations"].setdefault(key, draw(texts_of(key)))
    return service


@st.composite
def omissions(draw: st.DrawFn) -> tuple[Json, Json]:
    """A live Service, and one that replaces it: less annotations, less members, a few others, another spec."""
    old = draw(live_services())
    new = copy.deepcopy(old)
    texts = new["metadata"]["annotations"]
    left = draw(st.sampled_from((st.just(False), st.just(True), st.booleans(), st.sampled_from((True, True, False)))))
    for key in list(texts):
        if not draw(left):
            del texts[key]
        elif key in OWNERS and OWNERS[key].is_object and draw(st.booleans()):
            texts[key] = _with_less(draw, texts[key])
    for key in draw(st.lists(st.sampled_from(sorted(OWNERS)), max_size=2)):
        texts[key] = draw(texts_of(key))
    if not texts and draw(st.booleans()):
        del new["metadata"]["annotations"]
    if draw(st.sampled_from((False, False, True))):
        new["spec"] = draw(specs())
    return new, old


def _with_less(draw: st.DrawFn, text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return json.dumps({n: v for n, v in value.items() if draw(st.booleans())}) if isinstance(value, dict) else text


def _pending(**annotations: str) -> Json:
    """A Service whose load balancer is not there yet."""
    service = _created("{}")
    service["metadata"]["annotations"] |= {f"kubernetes.io/elb.{name}": text for name, text in annotations.items()}
    return service


def _bare(**spec: Any) -> Json:
    return {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"type": "LoadBalancer", **spec}}


judged_services = services() | flawless_services()
_SCTP = {"port": 9, "protocol": "SCTP"}


@example((_bare(), _pending(mark="0")), Cluster(), Policy(), True)
@example((_bare(externalTrafficPolicy="Local"), _pending(mark="0")), Cluster(type="turbo"), Policy(), False)
@example((_bare(ports=[_SCTP]), _pending(id=UUID)), Cluster(), Policy({"ELB702": Severity.WARNING}), True)
@example(
    (_created("{}"), _bare() | {"spec": {"type": "NodePort"}}), Cluster(), Policy(default_class="performance"), True
)
@example((_pending(id=UUID), _pending(**{"id": UUID, "lb-algorithm": "x" * 262_000})), Cluster(), Policy(), True)
@given(
    omissions() | st.tuples(services() | flawless_services(), services() | flawless_services()),
    clusters,
    policies(),
    st.booleans(),
)
def test_an_update_that_is_admitted_as_written_is_admitted_filled(
    pair: tuple[Json, Json], cluster: Cluster, policy: Policy, known: bool
) -> None:
    profile = cluster.profile if cluster.knows("profile") else None  # one setting gives it to both
    guard = Guard(replace(policy, profile=profile))
    new, old = pair
    if guard.review(Service(new, Service(old)), cluster).errors:
        return
    fills = guard.fill(Service(new, Service(old)), cluster if known else None)

    assert guard.review(Service(_filled(new, fills), Service(old)), cluster).errors == ()


@given(omissions(), policies())
def test_what_cce_noted_is_put_back_whole_or_not_at_all(pair: tuple[Json, Json], policy: Policy) -> None:
    new, old = pair
    policy = replace(
        policy, no_defaults=frozenset(), default_class=None
    )  # a default takes the place of what never was one
    put_back = {fill.key for fill in _fills(Guard(policy), new, old)} & set(KEPT)
    was, now = (Service(each).annotations for each in (old, new))

    values = {key for key in KEPT if was.get(key) and _was_a_value(key, was[key])}
    assert put_back & values in (set(), values - now.keys())  # a default may stand in for what never was a value


def _was_a_value(key: str, text: str) -> bool:
    """Whether CCE can have noted the text; a placeholder, say, never was an ID."""
    keeps = next(owner.keeps for owner in ANNOTATIONS if owner.key == key)
    return keeps is None or keeps(text)


def test_annotations_that_nearly_fill_their_room_are_left_alone() -> None:
    created = _created("{}")
    created["metadata"]["annotations"]["example.com/notes"] = "x" * (256 * 1024 - 150)
    errors = Guard().review(Service(created), Cluster()).errors

    assert Guard().review(Service(_filled(created, _fills(Guard(), created))), Cluster()).errors == errors == ()

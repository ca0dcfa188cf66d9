"""What holds of the rules about updates, whatever was changed."""

import copy
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from elbguard_rules.core.check import Scope
from elbguard_rules.core.engine import Review
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, CHECKS, OWNERS, Guard
from tests.laws.strategies import (
    MEMBERS,
    TEXTS,
    UUID,
    Json,
    clusters,
    flawless_services,
    hostile_services,
    others,
    policies,
    services,
    tame_services,
    unjudged,
    writers,
)

SERVED = {"loadBalancer": {"ingress": [{"ip": "10.0.0.9"}]}}
ABOUT_UPDATES = {check.rule.id for check in CHECKS if check.updates}
KEPT = [owner.key for owner in ANNOTATIONS if owner.after_create == "kept"]
WRITTEN = dict.fromkeys(KEPT, UUID) | {"kubernetes.io/elb.class": "union", "kubernetes.io/elb.mark": "3"}

some_services = st.one_of(services(), flawless_services(), tame_services)
pairs_of_services = st.tuples(services() | flawless_services(), services() | flawless_services())


def _about_the_update(review: Review) -> list[Finding]:
    return [finding for finding in review.findings if finding.rule.id in ABOUT_UPDATES]


def _refusals(review: Review) -> list[Finding]:
    return [finding for finding in _about_the_update(review) if finding in review.errors]


def _review(new: Json, old: Json | None, cluster: Cluster, policy: Policy | None = None) -> Review:
    return Guard(policy).review(Service(new, None if old is None else Service(old)), cluster)


def _with(service: Json, annotations: Any) -> Json:
    changed = copy.deepcopy(service)
    changed["metadata"]["annotations"] = annotations
    return changed


def _readable(annotations: Mapping[str, str]) -> dict[str, str]:
    """All but those of CCE's own that cannot be read: an author's mistake may stand beside them."""
    owners = OWNERS
    return {key: text for key, text in annotations.items() if key not in KEPT or not owners[key].read(text).problems}


def _live(annotations: dict[str, str]) -> Json:
    """A Service with a load balancer."""
    metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
    return {"metadata": metadata, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}


@given(some_services, clusters, policies())
def test_submitting_an_unchanged_service_again_is_no_change(service: Json, cluster: Cluster, policy: Policy) -> None:
    assert not _about_the_update(_review(service, copy.deepcopy(service), cluster, policy))


@given(some_services, clusters, policies())
def test_a_service_as_it_stands_is_blamed_for_nothing_but_what_its_creation_is(
    service: Json, cluster: Cluster, policy: Policy
) -> None:
    guard = Guard(policy)
    created = guard.review_created(Service(service), cluster)
    standing = guard.review_standing(Service({**service, "status": SERVED}), cluster)

    assert {*map(repr, standing.findings)} <= {*map(repr, created.findings)}
    assert standing.faults == ()


@given(hostile_services(), clusters, policies())
def test_a_creation_is_no_change(service: Json, cluster: Cluster, policy: Policy) -> None:
    assert not _about_the_update(_review(service, None, cluster, policy))


@given(services() | flawless_services(), st.data(), clusters)
def test_the_same_json_in_another_hand_is_no_change(old: Json, data: st.DataObject, cluster: Cluster) -> None:
    texts = dict(Service(old).annotations)
    for owner in ANNOTATIONS:
        reading = Service(old).reading(owner) if owner.is_json else None
        if reading and reading.raw and not reading.problems:
            members = data.draw(st.permutations(list(reading.raw.items())))
            texts[owner.key] = data.draw(writers).members(members)

    assert not _about_the_update(_review(_with(old, texts), old, cluster))


@given(pairs_of_services, clusters)
def test_what_becomes_a_load_balancer_is_judged_as_a_creation(pair: tuple[Json, Json], cluster: Cluster) -> None:
    new, old = pair
    old["spec"]["type"] = "ClusterIP"

    assert _review(new, old, cluster) == _review(new, None, cluster)


@example((_live({"kubernetes.io/elb.class": "union"}), _live({"kubernetes.io/elb.class": "performance"})), Cluster())
@example((_live({}), _live(WRITTEN)), Cluster())
@given(pairs_of_services, clusters)
def test_restoring_the_old_value_ends_the_refusal(pair: tuple[Json, Json], cluster: Cluster) -> None:
    new, old = pair
    for finding in _refusals(_review(new, old, cluster)):
        key = str(finding.where.steps[-1])
        texts = {**Service(new).annotations, key: Service(old).annotations[key]}
        again = _refusals(_review(_with(new, texts), old, cluster))

        assert key not in [other.where.steps[-1] for other in again]


@given(
    flawless_services(),
    st.dictionaries(st.sampled_from(KEPT), st.sampled_from((UUID, "0", "3"))),
    st.frozensets(st.sampled_from(KEPT)),
    st.booleans(),
    clusters,
)
def test_an_update_that_drops_what_the_platform_wrote_is_completed(
    old: Json, written: dict[str, str], dropped: frozenset[str], drops_all: bool, cluster: Cluster
) -> None:
    texts = _readable(Service(old).annotations) | written | {"kubernetes.io/elb.class": "union"}
    if "kubernetes.io/elb.id" in texts:
        texts["kubernetes.io/elb.id"] = UUID  # what never was an ID is not put back
    left = {} if drops_all else {key: text for key, text in texts.items() if key not in dropped}
    service = Service(_with(old, left), Service(_with(old, texts)))
    filled = left | {fill.key: fill.after for fill in Guard().fill(service)}
    review = _review(_with(old, filled), _with(old, texts), cluster)

    assert not _refusals(review)
    assert all(filled[key] == texts[key] for key in KEPT if texts.get(key))


@given(services() | flawless_services(), others, clusters)
def test_no_mistake_is_an_old_one_where_nobody_judged_before(new: Json, how: str, cluster: Cluster) -> None:
    review = _review(new, unjudged(new, how), cluster)
    judged = {check.rule for check in CHECKS if how == "no annotations" and Scope.PLAIN in check.scopes}

    for finding in review.findings:
        assert finding.severity is finding.rule.severity or finding.rule in judged


# What the ratchet lets through: an old mistake, or fewer of it. The three ways in which texts are made of parts.


GOOD_AND_BAD = {
    "kubernetes.io/elb.tags": ("a=1", "b=2", "c", "d", "=e", ""),
    "kubernetes.io/elb.protocol-port": ("http:80", "https:443", "x", "y:80", "http:0", "tcp:80", ""),
    "kubernetes.io/elb.acl-id": (UUID, UUID[::-1], ""),
    "kubernetes.io/elb.tls-certificate-ids": ("8" * 32, "9" * 32, ""),
}
OBJECTS = [key for key in MEMBERS if OWNERS[key].is_object]


def _is_bad(key: str, text: str) -> bool:
    reading = Service({"metadata": {"annotations": {key: text}}}).reading(OWNERS[key])
    return reading is not None and any(rule.severity is Severity.ERROR for rule, _ in reading.problems)


def _bad_shapes(key: str, new: str, old: str) -> list[Finding]:
    """What refuses an update of one annotation's text for that text's own shape."""
    ours = {"kubernetes.io/elb.id": UUID}
    errors = _review(_live(ours | {key: new}), _live(ours | {key: old}), Cluster()).errors
    return [finding for finding in errors if finding.rule in OWNERS[key].rules]


BAD_TEXTS = {
    key: bad
    for key, texts in TEXTS.items()
    if key not in GOOD_AND_BAD and not OWNERS[key].is_json and (bad := [text for text in texts if _is_bad(key, text)])
}


@given(st.sampled_from(sorted(BAD_TEXTS)), st.data())
def test_a_wrong_text_is_not_replaced_by_another_wrong_text(key: str, data: st.DataObject) -> None:
    tail = data.draw(st.sampled_from(("", "", "x")))
    old, new = data.draw(st.sampled_from(BAD_TEXTS[key])), data.draw(st.sampled_from(BAD_TEXTS[key])) + tail
    assume(_is_bad(key, new))

    assert bool(_bad_shapes(key, new, old)) == (new.strip() != old.strip())


@given(st.sampled_from(sorted(GOOD_AND_BAD)), st.data())
def test_a_list_keeps_or_loses_wrong_entries_and_gets_none(key: str, data: st.DataObject) -> None:
    lists = st.lists(st.sampled_from(GOOD_AND_BAD[key]), min_size=2, max_size=6)
    old, new = data.draw(lists), data.draw(lists)
    if data.draw(st.booleans()):  # a few of the old ones, in any order, so that both outcomes come up
        new = data.draw(st.permutations(old))[data.draw(st.integers(0, len(old) - 2)) :]
    was, now = (Counter(each for each in entries if _is_bad(key, f"{each},{each}")) for entries in (old, new))
    assume("".join(old).strip() and "".join(new).strip())  # the empty text is another matter

    assert bool(_bad_shapes(key, ",".join(new), ",".join(old))) == (not now <= was)


@given(st.sampled_from(OBJECTS), st.data())
def test_an_object_keeps_or_loses_wrong_members_and_gets_none(key: str, data: st.DataObject) -> None:
    members = st.fixed_dictionaries({}, optional={n: st.sampled_from(v) for n, v in MEMBERS[key].items()})
    old, new = data.draw(members), data.draw(members)
    new = data.draw(st.sampled_from((new, old, {**new, **old}, {**old, **new})))
    was, now = (
        {name: json.dumps(value) for name, value in each.items() if _is_bad(key, json.dumps({name: value}))}
        for each in (old, new)
    )
    hand = data.draw(writers)

    found = _bad_shapes(key, hand.members(list(new.items())), json.dumps(old))
    assert {str(finding.where.inner[0]) for finding in found} == {n for n, value in now.items() if was.get(n) != value}


@given(services() | flawless_services(), st.data(), clusters)
def test_taking_away_parts_of_what_is_wrong_is_no_other_mistake(
    old: Json, data: st.DataObject, cluster: Cluster
) -> None:
    """Whatever rule speaks."""
    key = data.draw(st.sampled_from(sorted(GOOD_AND_BAD)))
    entries = data.draw(st.lists(st.sampled_from(GOOD_AND_BAD[key]), min_size=2, max_size=8))
    gone = data.draw(st.integers(0, len(entries) - 1))
    old = _with(old, {**Service(old).annotations, key: ",".join(entries)})
    new = _with(old, {**Service(old).annotations, key: ",".join(entries[:gone] + entries[gone + 1 :])})
    alone = Counter(f.rule.id for f in _review(old, None, cluster).findings if f.where.steps[-1] == key)

    for finding in _review(new, old, cluster).errors:
        if finding.where.steps[-1] == key and finding.rule.id not in ABOUT_UPDATES:
            assert not alone[finding.rule.id], finding.message

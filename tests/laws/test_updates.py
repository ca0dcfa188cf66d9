"""What holds of the rules about updates, whatever was changed."""

import copy
from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from rules.core.engine import Review
from rules.core.facts import Cluster
from rules.core.finding import Finding
from rules.core.policy import Policy
from rules.core.service import Service
from rules.guard import ANNOTATIONS, CHECKS, Guard
from tests.laws.strategies import (
    UUID,
    Json,
    clusters,
    flawless_services,
    hostile_services,
    policies,
    services,
    tame_services,
    writers,
)

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
    owners = {owner.key: owner for owner in ANNOTATIONS}
    return {key: text for key, text in annotations.items() if key not in KEPT or not owners[key].read(text).problems}


def _live(annotations: dict[str, str]) -> Json:
    """A Service with a load balancer."""
    metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
    return {"metadata": metadata, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}


@given(some_services, clusters, policies())
def test_submitting_an_unchanged_service_again_is_no_change(service: Json, cluster: Cluster, policy: Policy) -> None:
    assert not _about_the_update(_review(service, copy.deepcopy(service), cluster, policy))


@given(hostile_services(), clusters, policies())
def test_a_creation_is_no_change(service: Json, cluster: Cluster, policy: Policy) -> None:
    assert not _about_the_update(_review(service, None, cluster, policy))


@given(services() | flawless_services(), st.data(), clusters)
def test_the_same_json_in_another_hand_is_no_change(old: Json, data: st.DataObject, cluster: Cluster) -> None:
    texts = dict(Service(old).annotations)
    for owner in ANNOTATIONS:
        reading = Service(old).reading(owner) if owner.json else None
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
    left = {} if drops_all else {key: text for key, text in texts.items() if key not in dropped}
    service = Service(_with(old, left), Service(_with(old, texts)))
    filled = left | {fill.key: fill.after for fill in Guard().fill(service)}
    review = _review(_with(old, filled), _with(old, texts), cluster)

    assert not _refusals(review)
    assert all(filled[key] == texts[key] for key in KEPT if texts.get(key))

"""What holds of every judgement, whatever the Service, the cluster and the operator."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elbguard.webhook import responses
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import CHECKS, RULES, Guard
from tests.laws.strategies import Json, clusters, facts, hostile_services, nested, policies, services, tame_services

GUARD = Guard()
ABOUT_UPDATES = [check.rule.id for check in CHECKS if check.updates]
EVERY_RULE = Guard(Policy(dict.fromkeys(RULES, Severity.ERROR)))
some_services = st.one_of(services(), hostile_services())
not_ours = st.sampled_from(
    (
        {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}},
        {"spec": {"loadBalancerClass": "example.com/other"}},
        {"spec": {"type": "ClusterIP"}},
        {"spec": {"type": "NodePort"}},
        {"spec": {"type": "ExternalName"}},
        {"spec": {}},
    )
)


def _created(autocreate: object) -> Json:
    """A Service with a load balancer to create."""
    return {
        "metadata": {"name": "web", "annotations": {"kubernetes.io/elb.autocreate": autocreate}},
        "spec": {"type": "LoadBalancer"},
    }


def _with(service: Json, parts: dict[str, Json]) -> Json:
    """The Service with other fields in its metadata or spec; an empty spec loses its type."""
    for part, fields in parts.items():
        known = service.get(part)
        service[part] = {**(known if isinstance(known, dict) and fields else {}), **fields}
    return service


@example(_created('{"cls": 1, "self": 2, "type": 3}'), None, Cluster(), Policy())
@example(_created('{"_fields_set": 1, "model_fields_set": 2, "type": 3}'), None, Cluster(), Policy())
@given(hostile_services(), st.none() | hostile_services(), clusters, policies())
def test_nothing_makes_a_rule_break_down(new: Json, old: Json | None, cluster: Cluster, policy: Policy) -> None:
    review = Guard(policy).review(Service(new, None if old is None else Service(old)), cluster)

    assert review.faults == ()


@pytest.mark.parametrize("depth", [40, 300, 900, 3000, 100_000])
def test_a_value_may_be_nested_however_deep(depth: int) -> None:
    new, old = Service(_created(nested(depth))), Service(_created(nested(depth)))
    created, updated = EVERY_RULE.review(new, Cluster()), GUARD.review(Service(new.raw, old), Cluster())

    assert (created.faults, updated.faults) == ((), ())
    assert "ELB901" in {finding.rule.id for finding in created.errors}
    assert updated.errors == ()
    assert all(len(line) <= 120 for line in responses.warnings(updated.findings))


@given(hostile_services(), clusters)
def test_no_rule_breaks_down_when_all_are_on(new: Json, cluster: Cluster) -> None:
    assert EVERY_RULE.review(Service(new), cluster).faults == ()


@given(some_services, clusters, policies())
def test_submitting_an_unchanged_service_again_is_never_refused(new: Json, cluster: Cluster, policy: Policy) -> None:
    review = Guard(policy).review(Service(new, Service(new)), cluster)

    assert review.errors == ()


@given(some_services, clusters, policies(), st.dictionaries(st.text(), st.text(), max_size=2))
def test_a_change_of_labels_is_never_refused(
    old: Json, cluster: Cluster, policy: Policy, labels: dict[str, str]
) -> None:
    metadata = old.get("metadata")
    new = {**old, "metadata": {**(metadata if isinstance(metadata, dict) else {}), "labels": labels}}
    review = Guard(policy).review(Service(new, Service(old)), cluster)

    assert review.errors == ()


@given(some_services, clusters, policies())
def test_an_update_is_judged_no_harder_than_a_creation(new: Json, cluster: Cluster, policy: Policy) -> None:
    policy = Policy({**policy.severities, **dict.fromkeys(ABOUT_UPDATES, Severity.WARNING)})
    created = Guard(policy).review(Service(new), cluster)
    updated = Guard(policy).review(Service(new, Service({"spec": {"type": "LoadBalancer"}})), cluster)

    assert {f.identity for f in updated.errors} <= {f.identity for f in created.errors}


@given(hostile_services(), st.none() | some_services, not_ours, clusters)
def test_what_is_not_ours_is_never_refused(
    new: Json, old: Json | None, mark: dict[str, Json], cluster: Cluster
) -> None:
    service = Service(_with(new, mark), None if old is None else Service(old))

    assert GUARD.review(service, cluster).errors == ()


@given(hostile_services(), clusters, policies())
def test_nothing_is_said_about_a_service_that_is_going_away(new: Json, cluster: Cluster, policy: Policy) -> None:
    service = Service(_with(new, {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}))

    assert Guard(policy).review(service, cluster).findings == ()


@given(some_services, clusters, policies(), st.frozensets(st.sampled_from(sorted(RULES)), min_size=1))
def test_a_rule_that_is_off_never_appears(new: Json, cluster: Cluster, policy: Policy, off: frozenset[str]) -> None:
    quiet = Policy({**policy.severities, **dict.fromkeys(off, Severity.OFF)})
    review = Guard(quiet).review(Service(new), cluster)

    assert not off & {finding.rule.id for finding in review.findings}
    assert not off & {skipped.rule.id for skipped in review.skipped}


@given(some_services, clusters)
def test_nothing_is_found_when_every_rule_is_off(new: Json, cluster: Cluster) -> None:
    review = Guard(Policy(dict.fromkeys(RULES, Severity.OFF))).review(Service(new), cluster)

    assert review.findings == ()
    assert review.skipped == ()


@given(some_services, clusters, policies())
def test_an_operator_decides_how_serious_a_mistake_is_but_not_what_is_one(
    new: Json, cluster: Cluster, policy: Policy
) -> None:
    policy = replace(policy, heeds_ignore=False)
    found = Guard(policy).review(Service(new), cluster).findings
    every = EVERY_RULE.review(Service(new), cluster).findings
    wanted = [f.identity for f in every if policy.severity(f.rule) is not Severity.OFF]

    assert sorted(wanted) == sorted(f.identity for f in found)
    assert all(policy.severity(f.rule) is f.severity for f in found)


@given(some_services, facts(), st.frozensets(st.sampled_from(("version", "type", "proxy_mode", "node_ips", "profile"))))
def test_knowing_more_about_the_cluster_takes_no_error_away(new: Json, known: Json, hidden: frozenset[str]) -> None:
    knowing = GUARD.review(Service(new), Cluster(**known))
    guessing = GUARD.review(Service(new), Cluster(**{name: known[name] for name in known.keys() - hidden}))

    assert {f.identity for f in guessing.errors} <= {f.identity for f in knowing.errors}


@given(services(), facts())
def test_what_is_known_of_the_cluster_is_never_missing(new: Json, known: Json) -> None:
    unknown = [name for name, fact in known.items() if fact is None]
    skipped = GUARD.review(Service(new), Cluster(**known)).skipped
    words = {
        "version": "cluster version",
        "type": "cluster type",
        "proxy_mode": "proxy mode",
        "node_ips": "node addresses",
        "profile": "profile",
    }
    missing = {name for name, word in words.items() if any(s.missing == word for s in skipped)}

    assert missing <= set(unknown)


@given(some_services, clusters)
def test_every_warning_is_short_and_has_nothing_that_a_terminal_acts_on(new: Json, cluster: Cluster) -> None:
    lines = responses.warnings(EVERY_RULE.review(Service(new), cluster).findings)

    assert len(lines) <= responses.MOST_WARNINGS
    assert len(set(lines)) == len(lines)
    for line in lines:
        assert 0 < len(line) <= 120
        assert line.isprintable()
        assert re.search(r"\[ELB\d{3}\]$|and \d+ more warnings$", line)


@given(some_services, clusters)
def test_every_refusal_is_complete_printable_and_within_its_limits(new: Json, cluster: Cluster) -> None:
    service = Service(new)
    errors = EVERY_RULE.review(service, cluster).errors
    if not errors:
        return
    status: dict[str, Any] = responses.status(service.name, service.namespace, errors)
    first, *others = status["message"].split("\n")
    more = sum(int(line.split()[1]) for line in others if line.startswith("and "))
    named = [line for line in others if not line.startswith("and ")] or [first]

    assert len(status["message"].encode()) <= responses.LONGEST_MESSAGE
    assert all(line.isprintable() for line in (first, *others))
    assert all(re.search(r"\[ELB\d{3}\]$|\.\.\.$", line) for line in named)
    assert all(line.startswith("* ") for line in named if line is not first)
    assert len(errors) == len(named) + more
    assert min(len(errors), responses.MOST_CAUSES) == len(status["details"]["causes"])
    for cause in status["details"]["causes"]:
        assert re.search(r"\[ELB\d{3}\] \(elbguard\)$", cause["message"])
        assert cause["message"].isprintable()
        assert cause["field"]
        assert cause["field"].isprintable()


@given(tame_services, clusters)
def test_judging_leaves_the_service_as_it_is(new: Json, cluster: Cluster) -> None:
    before = repr(new)
    EVERY_RULE.review(Service(new, Service(new)), cluster)
    GUARD.fill(Service(new))

    assert before == repr(new)

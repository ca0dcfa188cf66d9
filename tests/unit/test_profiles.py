"""What a profile changes, and what it never does."""

import re
from functools import cache
from typing import Any

import pytest

from elbguard.explain.in_words import known_keys
from elbguard.settings import Settings
from elbguard_rules.catalogue import KEYS
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.facts import Profile
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES, Guard
from elbguard_rules.relations.profiles import NOT_IN_OTC
from tests.generators.conditions import guard
from tests.support.cases import cases

OF_OTC = {"ELB224", "ELB245", "ELB426", "ELB908"}


def public(annotations: dict[str, str] | None = None) -> dict[str, Any]:
    """A Service with these annotations, or else with a public load balancer to create, described in one word."""
    given = annotations or {"kubernetes.io/elb.autocreate": '{"type": "public"}'}
    metadata = {"name": "downloads", "namespace": "media", "annotations": given}
    return {"metadata": metadata, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}


@cache
def found(profile: Profile | None) -> dict[str, list[tuple[str, str, Severity]]]:
    """The findings of every case file's documents in a cluster of a profile."""
    answers: dict[str, list[tuple[str, str, Severity]]] = {}
    for case in cases():
        settings = Settings(**{**case.settings, "profile": profile})
        review = guard(settings).review(case.service, settings.cluster)
        assert not any("profile" in skipped.missing for skipped in review.skipped)
        answers[str(case)] = [(f.rule.id, f.field, f.severity) for f in review.findings]
    return answers


OF_BOTH = "ELB224"  # each cloud has EIP types that the other has not


def test_without_a_profile_all_is_as_in_huawei_cloud_and_nothing_is_skipped() -> None:
    assert found(None) == found("huawei")


def test_open_telekom_cloud_refuses_nothing_more_and_warns_of_what_it_does_not_document() -> None:
    without, otc = found(None), found("otc")
    more = {case: [each for each in otc[case] if each not in without[case]] for case in otc}

    ours = {case: {each for each in found if each[0] != OF_BOTH} for case, found in without.items()}

    assert all(ours[case] <= set(otc[case]) for case in otc)
    assert {rule for each in more.values() for rule, _, _ in each} == OF_OTC
    assert all(RULES[rule].severity is Severity.WARNING for rule in OF_OTC)


@pytest.mark.parametrize(("profile", "mode"), [(None, "bandwidth"), ("huawei", "bandwidth"), ("otc", "traffic")])
def test_bandwidth_is_billed_as_the_cloud_does(profile: Profile | None, mode: str) -> None:
    fills = Guard(Settings(profile=profile).policy).fill(Service(public()))
    text = next(fill.after for fill in fills if fill.key == "kubernetes.io/elb.autocreate")

    assert f'"bandwidth_chargemode": "{mode}"' in text


@pytest.mark.parametrize("profile", ["huawei", "otc"])
def test_an_update_keeps_the_billing_that_was_filled_in_and_not_what_an_author_took_away(profile: Profile) -> None:
    ours = Guard(Settings(profile=profile).policy)
    fills = {fill.key: fill.after for fill in ours.fill(Service(public()))}
    mode, other = {"huawei": ("bandwidth", "traffic"), "otc": ("traffic", "bandwidth")}[profile]
    by_hand = {key: text.replace(f'"{mode}"', f'"{other}"') for key, text in fills.items()}

    again = {fill.key: fill.after for fill in ours.fill(Service(public(), Service(public(fills))))}
    less = {fill.key: fill.after for fill in ours.fill(Service(public(), Service(public(by_hand))))}

    assert by_hand != fills == again
    assert "bandwidth_chargemode" not in less["kubernetes.io/elb.autocreate"]


def test_what_is_new_and_in_no_document_of_open_telekom_cloud_is_warned_about_there() -> None:
    new = {key.key: {fact.source.document.title for fact in key.facts} for key in KEYS.values() if key.tier is Tier.NEW}
    otc = re.compile("Open Telekom Cloud ")
    only_huawei = {key for key, titles in new.items() if not any(map(otc.match, titles))}

    assert only_huawei - NOT_IN_OTC == set(), "let their modules say which clouds document them"


def test_what_only_huawei_cloud_documents_is_known_all_the_same() -> None:
    assert set(known_keys()) >= NOT_IN_OTC

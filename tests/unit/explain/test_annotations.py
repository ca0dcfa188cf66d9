"""An annotation, or a member of its JSON, is explained with all rules about it."""

import json
from typing import Any

import pytest

from elbguard.explain.explain_command import explain
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.documents import DOCUMENTS
from elbguard_rules.guard import ANNOTATIONS, CHECKS
from elbguard_rules.vocabulary.foreign import INGRESS
from tests.support.trying import each_of, try_all

MEMBERS = [f"{owner.key}.{member}" for owner in ANNOTATIONS for member in owner.members]
SUBJECTS = [*(owner.key for owner in ANNOTATIONS), *MEMBERS]


def data(subject: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(subject, "json"))
    return found


def releases(gate: dict[str, Any]) -> set[str]:
    return set(gate["lines"].values()) - {"yes", "no", "not documented"}


def rules_of(subject: str) -> list[str]:
    return [rule["id"] for rule in data(subject)["rules"]]


def test_an_annotation_has_a_purpose_a_value_and_an_example() -> None:
    try_all(ANNOTATIONS, _has_a_purpose_a_value_and_an_example)


def _has_a_purpose_a_value_and_an_example(owner: Annotation[Any]) -> None:
    found = data(owner.key)

    assert found["annotation"] == owner.key
    assert found["state"] == "judged"
    assert found["purpose"]
    assert "Ingress" not in found["purpose"]
    assert found["value"]
    if owner.rules or owner.gates or found["example"]:  # what CCE itself writes may be anything
        assert f"{owner.key}:" in found["example"]["manifest"]


@each_of(MEMBERS)
def test_a_member_has_its_rule_and_an_example(name: str) -> None:
    found = data(name)

    assert f"{found['annotation']}.{found['member']}" == name
    assert found["value"] in {rule["says"] for rule in found["rules"]}
    assert f'"{found["member"]}":' in found["example"]["manifest"]


def test_every_rule_that_reads_an_annotation_is_listed_there() -> None:
    read = {(key, check.rule.id) for check in CHECKS for key in check.reads}
    listed = {(key, rule) for key in {key for key, _ in read} for rule in rules_of(key)}

    assert read
    assert sorted(read - listed) == []


def test_a_member_lists_the_rules_that_blame_it() -> None:
    assert rules_of("elb.autocreate.bandwidth_size") == ["ELB206", "ELB220", "ELB225", "ELB244", "ELB703"]


def test_tells_default_gates_and_what_an_update_may_do() -> None:
    found = data("elb.class")

    assert found["default"] == "`union` for a load balancer to create, unless members of a dedicated one are given"
    assert found["gates"] == ["class performance: v1.17 or later (error)"]
    assert found["after_creation"] == "may not change, restored when omitted"
    assert found["choices"] == ["union", "performance", "dnat"]


def test_tells_how_well_an_annotation_is_known_and_what_no_rule_checks() -> None:
    found = data("elb.cert-id")

    assert found["tier"] == "core"
    assert found["also"] == ["One certificate serves all HTTPS ports."]
    assert data("elb.gzip-enabled")["tier"] == "new-2026"
    assert data("elb.autocreate.type")["tier"] == ""


def test_lists_the_members_with_their_defaults() -> None:
    members = {member["name"]: member["default"] for member in data("elb.autocreate")["members"]}

    assert members["type"] == "`inner`"
    assert members["eip_type"] == ""


@pytest.mark.parametrize("key", sorted(INGRESS))
def test_a_key_that_is_not_judged_says_so(key: str) -> None:
    assert "not judged" in explain(key)
    assert data(key)["value"] == ""


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_says_the_same_in_words(format_: str) -> None:
    try_all(SUBJECTS, lambda subject: _says_the_same(subject, " ".join(explain(subject, format_).split())))


def _says_the_same(subject: str, text: str) -> None:
    found = data(subject)

    assert subject in text
    assert all(rule["id"] in text for rule in found["rules"])
    assert all(member["name"] in text for member in found["members"])
    assert found["tier"] in text
    assert all(says in text for says in found["also"])
    assert all(release in text for gate in found["releases_by_line"] for release in releases(gate))
    assert all(gate["rule"] in text for gate in found["releases_by_line"])


@each_of(SUBJECTS)
def test_the_text_fits_80_columns_but_for_the_manifest_and_addresses(subject: str) -> None:
    example = data(subject)["example"]
    exempt = {line.strip() for line in example["manifest"].splitlines()} if example else set()
    exempt |= {document.link for document in DOCUMENTS}

    wide = [line for line in explain(subject).splitlines() if len(line) > 80 and line.strip() not in exempt]

    assert wide == []

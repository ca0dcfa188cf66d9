"""A rule is explained completely, in every format."""

import json
from typing import Any

import pytest

from elbguard.explain.explain_command import explain
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, RULES
from tests.support.trying import each_of

GATES = [gate for owner in ANNOTATIONS for _, gate in owner.all_gates]


def data(subject: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(subject, "json"))
    return found


def address_of(rule: Rule) -> str:
    """The address in the text; it stays in one piece, for a terminal to open it."""
    document = rule.source.document
    return f"Page     {document.address}".strip() if document.address else document.nearest


def words(text: str) -> str:
    return " ".join(text.replace("`", "").split())


@each_of(RULES.values())
def test_the_text_says_everything_a_reader_needs(rule: Rule) -> None:
    text = words(explain(rule.id))

    for part in (rule.id, rule.name, str(rule.severity), rule.says, str(rule.source)):
        assert words(part) in text
    for part in (rule.why, rule.fix):  # a sentence begins with a capital here
        assert words(part)[1:] in text
    assert words(rule.source.says) in text
    assert words(rule.source.reading) in text
    assert "Admitted:" in text
    assert ("Denied:" in text) != ("Warned:" in text)


@each_of(RULES.values())
def test_the_text_fits_80_columns_but_for_the_manifests(rule: Rule) -> None:
    found = data(rule.id)
    manifests = "".join(found[side]["manifest"] + found[side]["before"] for side in ("denied", "admitted"))
    exempt = {line.strip() for line in manifests.splitlines()} | {address_of(rule)}

    wide = [
        line
        for line in explain(rule.id).splitlines()
        if len(line) > 80 and line.strip() not in exempt and line[2:].strip() not in exempt
    ]

    assert wide == []


@each_of(RULES.values())
def test_the_markdown_holds_both_manifests(rule: Rule) -> None:
    text, found = explain(rule.id, "markdown"), data(rule.id)

    assert text.startswith(f"# {rule.id} {rule.name}\n\n{rule.says} (*{rule.severity}*)\n")
    assert found["denied"]["manifest"] in text
    assert found["admitted"]["manifest"] in text


@each_of(RULES.values())
def test_the_json_has_the_members_that_are_promised(rule: Rule) -> None:
    found = data(rule.id)

    assert list(found) == [
        "kind", "id", "name", "severity", "area", "says", "why", "fix", "source", "about", "defaults", "clusters",
        "class", "releases", "releases_by_line", "needs", "switch", "constraints", "denied", "admitted",
    ]  # fmt: skip
    assert list(found["denied"]) == ["verdict", "title", "manifest", "before", "flags", "lines", "messages"]
    assert all(message.endswith(f"[{rule.id}]") for message in found["denied"]["messages"])


@each_of(GATES)
def test_a_gate_lists_its_releases(gate: Any) -> None:
    expected = [str(release) for release in gate.needs.lines]

    assert data(gate.rule.id)["releases"]["before"] == expected
    assert all(release in words(explain(gate.rule.id)) for release in expected)


@pytest.mark.parametrize(
    ("rule", "clusters", "load_balancers"),
    [
        ("ELB102", "before v1.17", "dedicated (performance)"),
        ("ELB113", "from v1.25 on", ""),
        ("ELB324", "CCE Turbo", "shared (union)"),
        ("ELB322", "standard, not Turbo", ""),
        ("ELB603", "from v1.16 on, before v1.19", ""),
        ("ELB640", "kube-proxy in mode ipvs", ""),
        ("ELB245", "Open Telekom Cloud only", ""),
        ("ELB101", "", ""),
    ],
)
def test_knows_where_a_rule_speaks(rule: str, clusters: str, load_balancers: str) -> None:
    found = data(rule)

    assert (found["clusters"], found["class"]) == (clusters, load_balancers)


def test_says_what_is_needed_to_judge() -> None:
    assert data("ELB324")["needs"] == ["class of the existing load balancer", "cluster type"]
    assert "Skipped  unless known: cluster version" in explain("ELB102")


def test_names_the_places_and_their_defaults() -> None:
    found = data("ELB203")

    assert found["about"] == ["elb.autocreate.type"]
    assert found["defaults"] == [{"place": "elb.autocreate.type", "value": "`inner`"}]


def test_a_rule_about_any_annotation_names_no_place() -> None:
    assert [data(rule)["about"] for rule in ("ELB901", "ELB902", "ELB903")] == [[], [], []]


def test_a_rule_can_be_switched_the_other_way() -> None:
    ways = {rule.severity: [way["by"] for way in data(rule.id)["switch"]] for rule in RULES.values()}

    assert [way.partition("=")[2] for way in (ways[Severity.ERROR][1], ways[Severity.WARNING][1])] == [
        "warning",
        "error",
    ]
    assert [way.endswith("=error") for way in ways[Severity.OFF]] == [True]


def test_marks_the_line_that_differs() -> None:
    lines = explain("ELB220").splitlines()

    assert '+         "bandwidth_size": 5,' in lines
    assert [line for line in lines if line.startswith("- ")] == []


def test_marks_the_line_to_blame_where_only_the_cluster_differs() -> None:
    text = explain("ELB102")

    assert "\n>     kubernetes.io/elb.class: performance\n" in text
    assert "the same, with --cluster-version v1.17.9-r0" in text


def test_an_update_shows_what_it_replaces() -> None:
    text = explain("ELB621")

    assert text.index("  before:") < text.index("    externalTrafficPolicy: Cluster") < text.index("  after:")

"""Gates are shown as a table of cluster versions."""

import json
from dataclasses import replace
from typing import Any, Final

from elbguard.explain import terminal
from elbguard.explain.explain_command import explain
from elbguard.explain.gates import LATER, by_line, columns, table
from elbguard.explain.pages import annotation_page
from elbguard.explain.subject import Asked
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Document, Rule, Source
from elbguard_rules.guard import ANNOTATIONS
from tests.support.trying import each_of

GATED: Final = [
    f"{owner.key}.{member}".rstrip(".") for owner in ANNOTATIONS for member in {m: 0 for m, _ in owner.all_gates}
]


def gate(*releases: str, feature: str = "", lower: str = "", id_: str = "ELB001") -> Gate:
    severity = Severity.WARNING if lower else Severity.ERROR
    rule = Rule(id_, "on-old-cluster", "It exists.", Source(Document("a page"), "a section"), "Upgrade.", severity)
    return Gate(rule, since(*releases), feature=feature, lower=since(lower) if lower else None)


def data(subject: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(subject, "json"))
    return found


def test_a_line_listed_shows_its_release_and_those_around_it_are_put_together() -> None:
    found = table(columns([gate("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0")]))

    assert found.features == ()
    assert found.rows == (
        ("v1.21 and earlier", "no"),
        ("v1.23", "from v1.23.13-r0"),
        ("v1.25", "from v1.25.8-r0"),
        ("v1.27", "from v1.27.5-r0"),
        ("v1.28", "from v1.28.3-r0"),
        ("v1.29 and later", "yes"),
        ("where not", "ELB001 (error)"),
    )


def test_features_stand_side_by_side_under_their_names() -> None:
    found = table(columns([gate("v1.17"), gate("v1.36.2-r0", feature="several", id_="ELB002")]))

    assert found.features == ("itself", "several")
    assert found.rows == (
        ("v1.15 and earlier", "no", "no"),
        ("v1.17 to v1.35", "yes", "no"),
        ("v1.36", "yes", "from v1.36.2-r0"),
        ("later", "yes", "yes"),
        ("where not", "ELB001 (error)", "ELB002 (error)"),
    )


def test_a_feature_is_named_without_the_annotation_that_the_page_is_about() -> None:
    found = table(columns([gate("v1.17"), gate("v1.21", feature="elb.keepalive_timeout of a shared one")]))

    assert found.features == ("itself", "of a shared one")


def test_a_gate_that_only_warns_above_another_is_a_note() -> None:
    found = table(columns([gate("v1.19.16"), gate("v1.21", lower="v1.19.16", id_="ELB002")]))

    assert [row[0] for row in found.rows] == ["v1.17 and earlier", "v1.19", "v1.21 and later", "where not"]
    assert found.notes == ("ELB002 (warning): warned below v1.21",)


def test_a_line_between_two_listed_ones_is_not_documented() -> None:
    found = table(columns([gate("v1.23.1-r0", "v1.27.1-r0")]))

    assert ("v1.25", "not documented") in found.rows


def test_what_all_clusters_have_is_one_row() -> None:
    assert table(columns([gate("v1.9")])).rows[0] == ("all", "yes")


def test_the_first_releases_of_a_line_are_the_whole_line() -> None:
    assert by_line(since("v1.31.0-r0"))["v1.31"] == "yes"
    assert by_line(since("v1.31.0-r1"))["v1.31"] == "v1.31.0-r1"


def test_a_table_too_wide_for_the_page_is_one_for_each_feature() -> None:
    wide = tuple(f"a listener of the kind {word}" for word in ("alpha", "beta", "gamma"))
    page = annotation_page(Asked("kubernetes.io/elb.class"))
    gates = columns([gate("v1.21.1-r0", feature=name) for name in wide])

    lines = terminal.annotation(replace(page, gates=gates)).splitlines()

    assert max(len(line) for line in lines if line.startswith((" " * 9, "Clusters"))) <= 80
    assert all(any(name in line for line in lines) for name in wide)


@each_of(GATED)
def test_every_gate_is_told_in_every_format(subject: str) -> None:
    found, words, markdown = data(subject), explain(subject), explain(subject, "markdown")

    assert found["releases_by_line"]
    for told in found["releases_by_line"]:
        assert list(told) == ["feature", "rule", "severity", "lines", "speaks_from"]
        assert told["lines"][LATER] == "yes"
        for release in set(told["lines"].values()) - {"yes", "no", "not documented"}:
            assert f"from {release}" in words or told["speaks_from"]
            assert f"from {release}" in markdown or told["speaks_from"]
        assert f"{told['rule']} ({told['severity']})" in words
        assert f"{told['rule']} ({told['severity']})" in markdown


@each_of(GATED)
def test_the_rule_of_a_gate_tells_the_same(subject: str) -> None:
    for told in data(subject)["releases_by_line"]:
        assert told in data(told["rule"])["releases_by_line"]

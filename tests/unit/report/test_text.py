"""The report for people: what it looks like, line by line."""

import re

import pytest

from elbguard.report.excerpt import marked
from elbguard.report.model import Entry, Report
from elbguard.report.text import WIDTH, render
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity, annotation, invalid
from elbguard_rules.guard import RULES
from tests.support.trying import each_of
from tests.unit.report.reports import REPORTS, WEB, WEB_RESOURCE, one, span_of, web_report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def bandwidth(inside: str = "", source: str = "") -> Report:
    """A report with one real finding."""
    span, line = span_of(WEB, "5000")
    problem = invalid(
        annotation("kubernetes.io/elb.autocreate", "bandwidth_size"), 5000, "must be between 1 and 2000 Mbit/s"
    )
    finding = Finding(RULES["ELB206"], problem, Severity.ERROR)
    return Report((Entry(finding, "deploy/web.yaml", span, WEB_RESOURCE, line, inside, source),), (), (), 12, 3)


def test_a_finding_looks_like_a_compilers() -> None:
    assert render(bandwidth()) == (
        "deploy/web.yaml:8:72: error[ELB206]: bandwidth-out-of-range in Service/shop/web\n"
        "  metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size: "
        "Invalid value: 5000: must be between 1 and 2000 Mbit/s\n"
        "  |\n"
        """8 |     kubernetes.io/elb.autocreate: '{"type": "inner", "bandwidth_size": 5000}'\n"""
        """  |                                                                        ^^^^\n"""
        f"  = help: {RULES['ELB206'].fix}\n"
        "  = explain: elbguard explain ELB206\n"
        "\n"
        "1 error in 3 Services of 12 files\n"
    )


def test_a_place_that_is_only_known_roughly_says_what_is_meant() -> None:
    assert "  = inside: $.bandwidth_size\n" in render(bandwidth(inside="$.bandwidth_size"))


def test_skipped_facts_come_last_and_troubles_are_only_counted() -> None:
    lines = render(REPORTS["everything"]).splitlines()
    unjudged = [line for line in lines if "could not judge" in line]

    assert lines[-1] == "4 errors, 1 warning in 3 Services of 12 files; could not check 2 files; skipped 1 file"
    assert lines[-1 - len(unjudged) : -1] == unjudged != []
    assert not [line for line in lines if line.startswith("gone.yaml")]


def test_rules_that_miss_the_same_fact_are_one_line() -> None:
    lines = [line for line in render(web_report()).splitlines() if "could not judge" in line]
    rules = {skipped.rule.id for skipped in web_report().unjudged if skipped.missing == "cluster version"}
    noun = "rule" if len(rules) == 1 else "rules"

    assert f"{len(rules)} {noun} could not judge: cluster version unknown; give --cluster-version" in lines


@pytest.mark.parametrize(
    ("report", "last"),
    [
        (Report(), "No Services in 0 files"),
        (Report(files=1), "No Services in 1 file"),
        (Report(files=12, services=3), "No mistakes in 3 Services of 12 files"),
        (one(1), "1 error in 1 Service of 1 file"),
        (REPORTS["a Helm template"], "No Services in 1 file; skipped 1 file"),
    ],
)
def test_the_last_line_counts(report: Report, last: str) -> None:
    assert render(report).splitlines()[-1] == last


def test_what_was_built_is_named_and_has_no_line_where_its_source_has_none() -> None:
    lines = render(REPORTS["something built"]).splitlines()
    places = [line for line in lines if "error[" in line]

    assert places == [
        "base/web.yaml:1:1: error[ELB301]: unknown-algorithm in Service/web",
        "base/web.yaml: error[ELB301]: unknown-algorithm in Service/web",
        "base/web.yaml:1:1: error[ELB301]: unknown-algorithm in module.web.overlays/prod (Service/shop/web)",
    ]
    assert sum("(rendered from overlays/prod)" in line for line in lines) == 2


def test_colours_change_nothing_but_colours() -> None:
    for report in REPORTS.values():
        assert ANSI.sub("", render(report, colour=True)) == render(report)
    assert "\x1b[1;31merror[ELB206]\x1b[0m" in render(bandwidth(), colour=True)
    assert "\x1b" not in render(bandwidth())


@each_of(REPORTS)
def test_every_report_can_be_printed_and_acts_on_no_terminal(name: str) -> None:
    text = render(REPORTS[name])

    text.encode()
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text) < 20_000


@pytest.mark.parametrize("width", [40, 60, 80, WIDTH])
def test_no_excerpt_is_wider_than_the_terminal(width: int) -> None:
    long = "日本\tx" * 50 + "HERE" + "y" * 1_000_000
    text = render(one(1, excerpt=long, column=201, end_column=205), width=width)
    line, carets = (row for row in text.splitlines() if re.match(r"[1 ] \| .", row))

    assert sum(2 if c in "日本" else 1 for c in line) <= width
    assert cut_out(line, carets) == "HERE"


def cut_out(line: str, carets: str) -> str:
    """What stands above the carets, wide characters counted twice."""
    columns = "".join(c + "\0" if ord(c) > 0x2E80 else c for c in line)
    return "".join(c for c, mark in zip(columns, carets, strict=False) if mark == "^").replace("\0", "")


@pytest.mark.parametrize(
    ("text", "start", "end", "shown", "above"),
    [
        ("a: b", 3, 4, "a: b", "b"),
        ("\ta:\tb", 4, 5, "    a:    b", "b"),
        ("名前: 値", 4, 5, "名前: 値", "値"),
        ("e\u0301: b", 4, 5, "e\u0301: b", None),
        ("a: \x1b[31m", 3, 4, "a: \\x1b[31m", "\\x1b"),
        ("a: \u202eb", 4, 5, "a: \\u202eb", "b"),
        ("a: b", 4, 4, "a: b", ""),
        ("a: b", 90, 99, "a: b", ""),
        ("", 0, 0, "", ""),
    ],
    ids=repr,
)
def test_carets_stand_below_what_they_mean(text: str, start: int, end: int, shown: str, above: str | None) -> None:
    line, carets = marked(text, start, end, 80)

    assert line == shown
    assert "^" in carets
    if above is not None:
        assert cut_out(line, carets) == above


def test_a_combining_character_takes_no_column() -> None:
    assert marked("e\u0301: b", 4, 5, 80)[1] == "   ^"


def test_a_long_line_is_cut_on_both_sides_of_the_mistake() -> None:
    line, carets = marked("a" * 500 + "HERE" + "b" * 500, 500, 504, 40)

    assert line == f"...{'a' * 15}HERE{'b' * 15}..."
    assert carets == " " * 18 + "^^^^"


def test_the_ends_of_a_long_line_are_not_cut() -> None:
    assert marked("HERE" + "b" * 500, 0, 4, 40)[0].startswith("HEREb")
    line, carets = marked("a" * 500 + "HERE", 500, 504, 40)
    assert (line, carets) == (f"...{'a' * 30}HERE", " " * 33 + "^^^^")


def test_a_mistake_longer_than_the_terminal_shows_its_beginning() -> None:
    line, carets = marked("key: " + "x" * 500, 5, 505, 40)

    assert line == f"...{'x' * 34}..."
    assert carets == " " * 3 + "^" * 34


def test_a_mistake_over_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    text = render(one(1, excerpt="key: |  ", column=6, line=9, end_line=12, end_column=3))

    assert "9  |" not in text
    assert " 9 | key: |\n   |      ^\n   =" in text


def test_an_excerpt_of_several_lines_is_shown_with_all_of_them() -> None:
    text = render(one(1, excerpt="a: [1,\r\n    2,\n\n  3] # x", column=4, line=9, end_line=12, end_column=5))

    assert text.splitlines()[2:9] == [
        "   |",
        " 9 | a: [1,",
        "   |    ^^^",
        "10 |     2,",
        "   |     ^^",
        "12 |   3] # x",
        "   |   ^^",
    ]

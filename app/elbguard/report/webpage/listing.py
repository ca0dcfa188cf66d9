"""The table of findings: complete as it stands; the script only hides and sorts its rows."""

import re
from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest
from typing import Final

from elbguard.languages import Language, Say, said_in, saying
from elbguard.report.model import Entry, Report
from elbguard.report.sentences import owner, place, sentence, shortened
from elbguard.report.webpage.figures import group, place_kind
from elbguard.report.webpage.markup import Markup, element, joined, lines
from elbguard_rules.core.problem import Severity

MOST_LISTED: Final = 3000  # findings; a browser sorts and filters as many in a second or two (November 2026)
_LONG: Final = 300  # findings from which on a phone lays out only what is in sight; a picture of all has gaps then
_COLUMNS: Final = ("Severity", "Rule", "Place", "Finding and cure")
_BEFORE, _MARKED, _AFTER = 80, 160, 80  # characters of a line that are shown
_BREAK: Final = re.compile(r"[\r\n]")


def listed(report: Report) -> list[Entry]:
    """The findings to list, in their order: where there are too many, errors first, and as many of each rule."""
    if len(report.entries) <= MOST_LISTED:
        return list(report.entries)
    seen: Counter[str] = Counter()
    ranked = []
    for number, entry in enumerate(report.entries):
        seen[entry.rule.id] += 1
        ranked.append((entry.severity is not Severity.ERROR, seen[entry.rule.id], number))
    return [report.entries[number] for number in sorted(number for *_, number in nsmallest(MOST_LISTED, ranked))]


def left_out(report: Report, number: int) -> str:
    """What is said of findings that are not among the `number` listed; nothing where all are."""
    every = report.errors + report.warnings
    if number == every:
        return ""
    return said_in(
        report.language,
        f"{number:,} of {every:,} findings are listed, errors first and evenly by rule. The other"
        f" {every - number:,} are counted in the figures above: check fewer folders or one namespace to see them here,"
        " or write another format, such as json.",
    )


def table(report: Report, entries: list[Entry]) -> Markup:
    """The findings as a table, and what filters it, which a script shows."""
    kind, say = place_kind(report), saying(report.language)
    head = element(
        "tr", *(element("th", say(title), scope="col", role="columnheader") for title in _COLUMNS), role="row"
    )
    rows = (_row(entry, group(entry, kind), report.language) for entry in entries)
    return joined(
        _filters(kind, say),
        element(
            "table",
            element("caption", say("Findings, each with its place and its cure")),
            element("thead", head, role="rowgroup"),
            element("tbody", lines(rows), role="rowgroup"),
            id="found",
            class_=len(entries) > _LONG and "long",
            role="table",
        ),
    )


def _filters(kind: str, say: Say) -> Markup:
    words = element("label", f"{say('Words')} ", element("input", type="search", name="words", autocomplete="off"))
    choices = (("severity", "Severity"), ("rule", "Rule"), ("group", kind.capitalize()))
    menus = (
        element("label", f"{say(title)} ", element("select", element("option", say("all"), value=""), name=name))
        for name, title in choices
    )
    clear = element("button", say("Show all"), type="button", name="clear")
    shown = element("output", role="status", data_said=say("NUMBER of ALL findings shown"))
    return element(
        "div", words, *menus, clear, shown, id="filters", role="search", aria_label=say("Findings"), hidden=True
    )


def _row(entry: Entry, group_: str, language: Language) -> Markup:
    rule, severity = entry.rule, str(entry.severity)
    cells = (
        element("b", severity, class_=severity),
        joined(element("a", rule.id, href=f"#{rule.id}"), " ", element("span", rule.name)),
        joined(element("code", place(entry)), " ", element("span", owner(entry))),
        joined(*_finding(entry, language)),
    )
    return element(
        "tr",
        *(element("td", cell, role="cell") for cell in cells),
        role="row",
        data_severity=severity,
        data_rule=rule.id,
        data_group=shortened(group_),
    )


def _finding(entry: Entry, language: Language) -> Iterator[Markup]:
    say = saying(language)
    yield element("p", sentence(entry, language))
    if line := _line(entry):
        yield element("pre", line)
    if entry.inside:
        yield element("p", f"{say('Inside')}: ", element("code", shortened(entry.inside)))
    yield element("p", element("b", f"{say('Cure')}:"), " ", entry.rule.fix, class_="cure")


def _line(entry: Entry) -> str:
    """The first line of the place with the guilty part marked, cut around that; nothing where there is no line."""
    text = _BREAK.split(entry.excerpt, maxsplit=1)[0]
    if not text.strip():
        return ""
    span, ends_here = entry.span, entry.span.end_line == entry.span.line
    start = min(max(span.column - 1 - entry.cut, 0), len(text))
    end = min(max(span.end_column - 1 - entry.cut, start), len(text)) if ends_here else len(text.rstrip())
    before = text[:start].lstrip() if not entry.cut else text[:start]
    marked, after = text[start:end], text[end:].rstrip()
    return joined(
        f"...{before[-_BEFORE:]}" if len(before) > _BEFORE or entry.cut else before,
        element("mark", f"{marked[:_MARKED]}..." if len(marked) > _MARKED else marked),
        f"{after[:_AFTER]}..." if len(after) > _AFTER else after,
    )

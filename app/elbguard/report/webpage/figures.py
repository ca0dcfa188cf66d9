"""The figures of a report: how many there are of what, and where; those of all findings, listed or not."""

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from elbguard.report.model import STDIN, Entry, Report
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import RULES

NONE_NAMED: Final = "(none named)"
MOST_BARS: Final = 25  # of a chart; what comes behind is one bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a chart: what it counts, and how many errors and warnings there are of it. `rule` is the id of a rule.

    `others` is how many lines it stands for where it is the rest of them.
    """

    name: str
    errors: int
    warnings: int
    rule: str = ""
    others: int = 0

    @property
    def findings(self) -> int:
        """Both."""
        return self.errors + self.warnings


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, the longest first; `of` says what each is."""

    of: str
    bars: tuple[Bar, ...]

    @property
    def longest(self) -> int:
        """How many findings the longest bar has; the rest of them is none to compare with."""
        return max((bar.findings for bar in self.bars if not bar.others), default=0)


def totals(report: Report) -> tuple[tuple[str, int], ...]:
    """The figures that come first, with what each counts."""
    return (
        ("Services judged", report.services),
        ("findings", report.errors + report.warnings),
        ("errors", report.errors),
        ("warnings", report.warnings),
        ("namespaces", len(report.tally.namespaces)) if report.tally else ("files", report.files),
        *((("curable by elbguard fix", report.curable),) if report.curable else ()),
    )


def place_kind(report: Report) -> str:
    """What findings are grouped by: namespaces, or folders where no manifest names one."""
    named = report.tally or any(entry.resource.namespace for entry in report.entries)
    return "namespace" if named else "folder"


def group(entry: Entry, kind: str) -> str:
    """The namespace or the folder that a finding belongs to."""
    if kind == "namespace":
        return entry.resource.namespace or NONE_NAMED
    return STDIN if entry.file == STDIN else posixpath.dirname(entry.file) or "."


def charts(report: Report) -> tuple[Chart, ...]:
    """Findings by namespace, by folder where there are several, and by rule."""
    if report.tally:
        spaces = report.tally.namespaces.items()
        broken = (Bar(name, each.errors, each.warnings) for name, each in spaces if each.errors or each.warnings)
        return (Chart("namespace", _fewer(broken)), _by_rule(report))
    kind = place_kind(report)
    found = [_chart(kind, report)]
    folders = _chart("folder", report)
    if kind != "folder" and len(folders.bars) > 1:
        found.append(folders)
    return (*found, _by_rule(report))


def by_rule(report: Report) -> Mapping[str, int]:
    """How often each rule is broken."""
    return report.tally.rules if report.tally else Counter(entry.rule.id for entry in report.entries)


def _by_rule(report: Report) -> Chart:
    counted = _counted(report, lambda entry: entry.rule.id)
    if report.tally:
        counted = list(_tallied(report.tally.rules, {bar.name: bar for bar in counted}))
    return Chart("rule", _fewer(Bar(RULES[bar.name].name, bar.errors, bar.warnings, bar.name) for bar in counted))


def _tallied(rules: Mapping[str, int], listed: Mapping[str, Bar]) -> Iterator[Bar]:
    """Bars of rules that were counted; how serious each is, its findings tell that are listed, or else the rule."""
    for id_, number in rules.items():
        serious = listed[id_].errors if id_ in listed else RULES[id_].severity is Severity.ERROR
        yield Bar(id_, number, 0) if serious else Bar(id_, 0, number)


def _chart(of: str, report: Report) -> Chart:
    return Chart(of, _fewer(_counted(report, lambda entry: group(entry, of))))


def _counted(report: Report, key: Callable[[Entry], str]) -> list[Bar]:
    errors: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    for entry in report.entries:
        (errors if entry.severity is Severity.ERROR else warnings)[key(entry)] += 1
    return [Bar(name, errors[name], warnings[name]) for name in {**errors, **warnings}]


def _fewer(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """The longest bars first, and the rest as one."""
    ordered = sorted(bars, key=lambda bar: (-bar.findings, -bar.errors, bar.name))
    if len(ordered) <= MOST_BARS + 1:
        return tuple(ordered)
    rest = ordered[MOST_BARS:]
    others = Bar("others", sum(bar.errors for bar in rest), sum(bar.warnings for bar in rest), others=len(rest))
    return (*ordered[:MOST_BARS], others)

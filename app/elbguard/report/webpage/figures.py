"""The figures of a report: how many there are of what, and where; those of all findings, listed or not."""

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from elbguard.report.model import STDIN, Entry, Report
from elbguard_rules.core.problem import Severity

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
        ("files", report.files),
        *((("curable by elbguard fix", report.curable),) if report.curable else ()),
    )


def place_kind(report: Report) -> str:
    """What findings are grouped by: namespaces, or folders where no manifest names one."""
    named = any(entry.resource.namespace for entry in report.entries)
    return "namespace" if named else "folder"


def group(entry: Entry, kind: str) -> str:
    """The namespace or the folder that a finding belongs to."""
    if kind == "namespace":
        return entry.resource.namespace or NONE_NAMED
    return STDIN if entry.file == STDIN else posixpath.dirname(entry.file) or "."


def charts(report: Report) -> tuple[Chart, ...]:
    """Findings by namespace, by folder where there are several, and by rule."""
    kind = place_kind(report)
    found = [_chart(kind, report, lambda entry: group(entry, kind))]
    folders = _chart("folder", report, lambda entry: group(entry, "folder"))
    if kind != "folder" and len(folders.bars) > 1:
        found.append(folders)
    return (*found, _by_rule(report))


def _by_rule(report: Report) -> Chart:
    names = {entry.rule.id: entry.rule.name for entry in report.entries}
    counted = _counted(report, lambda entry: entry.rule.id)
    return Chart("rule", _fewer(Bar(names[bar.name], bar.errors, bar.warnings, bar.name) for bar in counted))


def _chart(of: str, report: Report, key: Callable[[Entry], str]) -> Chart:
    return Chart(of, _fewer(_counted(report, key)))


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

"""Gates as a table of cluster versions: from which release of each line on a feature exists."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from elbguard_rules.core.facts import SHIPPED, Version, VersionGate
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS

NO: Final = "no"
YES: Final = "yes"
OPEN: Final = "not documented"
LATER: Final = "later"
_LINES: Final = (*(Version(1, minor) for minor in SHIPPED), Version(1, SHIPPED[-1] + 1))
_KEY: Final = re.compile(r"^elb\.\S+ ")  # a feature may begin with the annotation that the page is about
NAMES: Final = (*map(str, _LINES[:-1]), LATER)


def by_line(gate: VersionGate) -> dict[str, str]:
    """What each line of clusters has: `no`, `yes`, or the release from which on it does; the last is of all later."""
    return {name: _has(gate, line) for name, line in zip(NAMES, _LINES, strict=True)}


def _has(gate: VersionGate, line: Version) -> str:
    listed = next((release for release in gate.lines if release.line == line.line), None)
    if listed and (listed.patch or listed.revision):
        return str(listed)
    if gate.leaves_open(line):
        return OPEN
    return YES if gate.met(line) else NO


@dataclass(frozen=True, slots=True)
class Column:
    """The gate on one feature, and those of other documents that only warn, up to a later release."""

    gate: Gate
    higher: tuple[Gate, ...] = ()

    @property
    def gates(self) -> tuple[Gate, ...]:
        """All gates that the column tells of."""
        return (self.gate, *self.higher)


@dataclass(frozen=True, slots=True)
class Table:
    """The features, none where there is one without a name; rows, those with equal cells put together; remarks."""

    features: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def columns(gates: Iterable[Gate]) -> tuple[Column, ...]:
    """The gates by feature; one that warns above another of the same feature stands with that."""
    every = tuple(gates)
    own = [gate for gate in every if not any(_is_above(gate, other) for other in every)]
    return tuple(Column(gate, tuple(other for other in every if _is_above(other, gate))) for gate in own)


def _is_above(gate: Gate, other: Gate) -> bool:
    return gate.lower == other.needs and gate.feature == other.feature


def of_rule(rule: Rule) -> tuple[Column, ...]:
    """What there is to tell about a rule that is a gate; nothing about another."""
    found = (column for owner in ANNOTATIONS for column in _columns_of(owner) if rule in _rules(column))
    return tuple(dict.fromkeys(found))


def _columns_of(owner: Any) -> Iterator[Column]:
    for gates in (owner.gates, *(member.gates for member in owner.members.values())):
        yield from columns(gates)


def _rules(column: Column) -> list[Rule]:
    return [gate.rule for gate in column.gates]


def table(of: tuple[Column, ...], *, named: bool = False) -> Table:
    """The table of some columns: a row for each line of clusters, or for several that agree.

    The features are named where there are several, where one has a name, or when `named`.
    """
    named = named or len(of) > 1 or any(column.gate.feature for column in of)
    features = tuple(_KEY.sub("", column.gate.feature) or "itself" for column in of) if named else ()
    answers = [by_line(column.gate.needs) for column in of]
    rows = [(name, tuple(_cell(answer[name]) for answer in answers)) for name in NAMES]
    together = [(cells, [name for name, _ in group]) for cells, group in groupby(rows, key=lambda row: row[1])]
    below = tuple(f"{column.gate.rule.id} ({column.gate.rule.severity})" for column in of)
    notes = tuple(
        f"{gate.rule.id} ({gate.rule.severity}): warned below {gate.needs}{f', {gate.feature}' if gate.feature else ''}"
        for column in of
        for gate in column.higher
    )
    return Table(features, (*((_span(names), *cells) for cells, names in together), ("where not", *below)), notes)


def _cell(answer: str) -> str:
    return answer if answer in (NO, YES, OPEN) else f"from {answer}"


def _span(names: list[str]) -> str:
    """Some lines in words: `v1.21 and earlier`, `v1.23`, `v1.29 and later`."""
    first, last = names[0], names[-1]
    if first == NAMES[0]:
        return "all" if last == LATER else f"{last} and earlier"
    if first == last:
        return first
    return f"{first} and later" if last == LATER else f"{first} to {last}"

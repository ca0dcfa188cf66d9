"""Baseline: the findings that were there when elbguard was adopted; only new ones count."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from elbguard.report.fingerprint import fingerprint
from elbguard.report.model import Entry
from elbguard_rules.core.record import record


@record
class Known:
    """Findings that a baseline knows: the rule, the resource and the field of some that are alike, and how many."""

    rule: str
    resource: str
    field: str
    count: int

    def __str__(self) -> str:
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.rule} in {self.resource}, {self.field}{times}"


@record
class Compared:
    """Findings beside a baseline: those that are new, how many it hides, and what in it was found no more."""

    new: tuple[Entry, ...]
    hidden: int
    stale: tuple[Known, ...]


class BaselineError(ValueError):
    """The baseline cannot be read or written; one sentence says why."""


def read(path: Path) -> dict[str, Known]:
    """What is known, by its fingerprint. Raises BaselineError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(print_): _known(entry) for print_, entry in content["findings"].items()}
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror}; make it with --write-baseline") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BaselineError(f"{path}: is no baseline; make it anew with --write-baseline") from None


def _known(entry: Mapping[str, object]) -> Known:
    rule, resource, field = (str(entry.get(name, "?")) for name in ("rule", "resource", "field"))
    return Known(rule, resource, field, int(str(entry["count"])))


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Write the findings there are; says how many. Raises BaselineError."""
    findings: dict[str, dict[str, object]] = {}
    count = 0
    for entry in entries:
        known = {"rule": entry.rule.id, "resource": str(entry.resource), "field": entry.finding.field, "count": 0}
        found = findings.setdefault(fingerprint(entry), known)
        found["count"] = int(str(found["count"])) + 1
        count += 1
    text = json.dumps({"version": 1, "findings": dict(sorted(findings.items()))}, indent=2) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BaselineError(f"{path}: cannot be written: {error.strerror}") from None
    return count


def compared(entries: Iterable[Entry], known: Mapping[str, Known]) -> Compared:
    """The findings that the baseline does not have, or not as often, and what it has that is found no more."""
    left = {print_: entry.count for print_, entry in known.items()}
    found: list[Entry] = []
    hidden = 0
    for entry in entries:
        print_ = fingerprint(entry)
        if left.get(print_, 0) > 0:
            left[print_] -= 1
            hidden += 1
        else:
            found.append(entry)
    stale = (replace(known[print_], count=number) for print_, number in left.items() if number > 0)
    return Compared(tuple(found), hidden, tuple(stale))

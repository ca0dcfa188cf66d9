"""Baseline: the findings that were there when elbguard was adopted; only new ones count."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from app.report.fingerprint import fingerprint
from app.report.model import Entry


class BaselineError(ValueError):
    """The baseline cannot be read or written; one sentence says why."""


def read(path: Path) -> Counter[str]:
    """How often each fingerprint may occur. Raises BaselineError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Counter({str(print_): int(known["count"]) for print_, known in content["findings"].items()})
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror}; make it with --write-baseline") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BaselineError(f"{path}: is no baseline; make it anew with --write-baseline") from None


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


def new(entries: Iterable[Entry], known: Counter[str]) -> list[Entry]:
    """The findings that the baseline does not have, or not as often."""
    left = known.copy()
    found: list[Entry] = []
    for entry in entries:
        if left[fingerprint(entry)] > 0:
            left[fingerprint(entry)] -= 1
        else:
            found.append(entry)
    return found

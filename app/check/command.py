"""What `elbguard check` does: check, compare with the baseline, write the report, and say how it ended."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.check import baseline, run
from app.report import formats
from app.report.model import BROKEN, FOUND, Report
from app.settings import Settings
from rules.core.finding import Severity


class CannotCheck(Exception):
    """What was asked cannot be done; one sentence says why."""


@dataclass(frozen=True)
class Wanted:
    """What to check and how to report: formats as FORMAT or FORMAT=FILE; `strict` counts what could not be judged."""

    paths: Sequence[str]
    formats: Sequence[str]
    fail_on: Severity
    strict: bool = False
    baseline: Path | None = None
    write_baseline: bool = False


def check(wanted: Wanted, settings: Settings) -> int:
    """Check and report; gives the exit code: 0 clean, 1 findings, 2 not everything could be checked.

    Raises CannotCheck.
    """
    try:
        asked = formats.outputs(wanted.formats)
        known = baseline.read(wanted.baseline) if wanted.baseline and not wanted.write_baseline else None
        report = run.check(wanted.paths or ["."], settings, run.bar())
        for line in run.grouped(report.troubles):
            print(line, file=sys.stderr)
        if wanted.write_baseline:
            return _adopt(report, wanted)
        if known is not None:
            report = replace(report, entries=tuple(baseline.new(report.entries, known)))
        formats.write(report, asked, sys.stdout)
    except (formats.FormatError, baseline.BaselineError) as error:
        raise CannotCheck(str(error)) from None
    code = report.exit_code(wanted.fail_on)
    return FOUND if wanted.strict and report.unjudged and code != BROKEN else code


def _adopt(report: Report, wanted: Wanted) -> int:
    """Write the baseline instead of reporting."""
    if wanted.baseline is None:
        raise CannotCheck("--write-baseline needs --baseline FILE, the file to write")
    count = baseline.write(wanted.baseline, report.entries)
    print(f"wrote {count} findings to {wanted.baseline}: they are reported no more", file=sys.stderr)
    return BROKEN if any(trouble.fatal for trouble in report.troubles) else 0

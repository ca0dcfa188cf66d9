"""What `elbguard check` does: check, compare with the baseline, write the report, and say how it ended."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from elbguard import escapes
from elbguard.check import baseline, checking
from elbguard.check.manner import Manner
from elbguard.languages import said_in, saying
from elbguard.projects import Projects
from elbguard.report import formats
from elbguard.report.formats import Output
from elbguard.report.model import BROKEN, FOUND, Report
from elbguard.report.sentences import count, failing, shortened
from elbguard.report.statistics import statistics
from elbguard.report.translating import in_language
from elbguard_rules.core.problem import Severity

_MOST_STALE: Final = 20  # entries of a baseline that are named one by one
_FOR_PEOPLE: Final = ("text", "short")


class CannotCheck(Exception):
    """What was asked cannot be done; one sentence says why."""


@dataclass(frozen=True)
class Wanted:
    """What to check and how to report: formats as FORMAT or FORMAT=FILE; `strict` counts what could not be judged.

    `require_services` makes it a failure that there was no Service. `jobs` is the number of processes.
    """

    paths: Sequence[str]
    formats: Sequence[str]
    fail_on: Severity
    strict: bool = False
    baseline: Path | None = None
    write_baseline: bool = False
    reading: Manner = field(default_factory=Manner)
    require_services: bool = False
    statistics: bool = False
    jobs: int | None = None


def check(wanted: Wanted, projects: Projects) -> int:
    """Check and report; gives the exit code: 0 clean, 1 findings, 2 not everything could be checked.

    Raises CannotCheck, and SettingsError for a project file.
    """
    try:
        asked = formats.outputs(wanted.formats)
        known = baseline.read(wanted.baseline) if wanted.baseline and not wanted.write_baseline else None
        found = _report(wanted, projects)
        say = saying(projects.lang)
        report = in_language(found, projects.lang)
        _say(map(say, projects.notes(wanted.paths or ["."])))
        _say(checking.grouped(report.troubles))
        _say(checking.noted(report.notes))
        if report.disregarded:
            told = f"{count(report.disregarded, 'suppression')} disregarded, as --no-suppressions asks"
            _say([f"note: {say(told)}"])
        if wanted.write_baseline:
            return _adopt(report, wanted)
        if known is not None:
            compared = baseline.compared(report.entries, known)
            report = replace(report, entries=compared.new, hidden=compared.hidden)
            _say(_stale(compared.stale, report, wanted))
        formats.write(report, asked, sys.stdout)
        if wanted.statistics:
            print(statistics(report), end="", file=sys.stdout if _is_for_people(asked) else sys.stderr)
    except (formats.FormatError, baseline.BaselineError) as error:
        raise CannotCheck(str(error)) from None
    return _ended(report, wanted)


def _report(wanted: Wanted, projects: Projects) -> Report:
    report = checking.check(wanted.paths or ["."], projects, checking.bar(), reading=wanted.reading, jobs=wanted.jobs)
    return replace(report, strict=wanted.strict)


def _ended(report: Report, wanted: Wanted) -> int:
    """The exit code; what is not plain from the report is said."""
    code, say = report.exit_code(wanted.fail_on), saying(report.language)
    if code == FOUND and replace(report, strict=False).exit_code(wanted.fail_on) != FOUND:
        _say(say(f"fails because of --strict: {reason}") for reason in failing(report))
    if wanted.require_services and not report.services and code != BROKEN:
        told = say(f"no Service in {count(report.files, 'file')}, and --require-services asks for one")
        _say([f"Error: {told}"])
        return BROKEN
    return code


def _stale(stale: Sequence[baseline.Known], report: Report, wanted: Wanted) -> Iterator[str]:
    """What the baseline has and was found no more. Where only files were named, others' findings are out of sight."""
    say = saying(report.language)
    seen = {str(checked.resource) for checked in report.checked}
    whole = not wanted.paths or not all(Path(path).is_file() for path in wanted.paths)
    gone = [known for known in stale if whole or known.resource in seen]
    for known in gone[:_MOST_STALE]:
        yield f"{wanted.baseline}: note: {say(f'found no more: {shortened(str(known))}')}"
    if len(gone) > _MOST_STALE:
        yield f"{wanted.baseline}: note: {say(f'found no more: {len(gone) - _MOST_STALE} others')}"
    if gone:
        told = say("write it anew with --write-baseline, so that these do not come back unseen")
        yield f"{wanted.baseline}: note: {told}"


def _is_for_people(asked: Iterable[Output]) -> bool:
    """Whether a line more on standard output disturbs no program."""
    return all(output.format in _FOR_PEOPLE for output in asked if output.file is None)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(escapes.line(line), file=sys.stderr)


def _adopt(report: Report, wanted: Wanted) -> int:
    """Write the baseline instead of reporting."""
    if wanted.baseline is None:
        raise CannotCheck("--write-baseline needs --baseline FILE, the file to write")
    number = baseline.write(wanted.baseline, report.entries)
    verb = "it is" if number == 1 else "they are"
    told = f"wrote {count(number, 'finding')} to {wanted.baseline}: {verb} reported no more"
    told = told if number else f"wrote {wanted.baseline}, which hides nothing: there is no finding"
    _say([said_in(report.language, told)])
    return BROKEN if any(trouble.fatal for trouble in report.troubles) else 0

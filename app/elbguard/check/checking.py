"""A whole check: files found, read and judged, and what was found put in order."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from elbguard.check import hcl
from elbguard.check.assigning import Assigning, swallowed
from elbguard.check.files import File, find
from elbguard.check.judge import Judged
from elbguard.check.manner import Manner
from elbguard.check.processes import verdicts
from elbguard.check.together import together
from elbguard.projects import Projects
from elbguard.report import sentences
from elbguard.report.model import Checked, Entry, Note, Report, Trouble, Unjudged, Why
from elbguard.report.sentences import place_of_note
from elbguard.settings import Settings

_PATIENCE: Final = 1.0  # seconds without a progress bar

Progress = Callable[[int, int], None]  # files done, files in all


def check(
    arguments: Sequence[str],
    settings: Settings | Projects,
    progress: Progress = lambda done, total: None,
    *,
    reading: Manner | None = None,
    jobs: int | None = None,
) -> Report:
    """Check the manifests behind paths, folders, patterns and `-`; never raises for what they hold.

    `settings` are those of all manifests, or the projects that each belongs to. `jobs` is the number of processes, by
    default as many as it is worth; the report does not depend on it. Raises SettingsError for a project file.
    """
    reading = reading or Manner()
    found = find(arguments, reading.walk(None if isinstance(settings, Settings) else settings))
    assigning = Assigning(settings)
    found = replace(found, files=assigning.files(found.files))
    entries: list[Entry] = []
    unjudged: list[Unjudged] = []
    troubles: list[Trouble] = [*found.troubles, *swallowed(arguments, found, settings)]
    checked: list[Checked] = []
    notes: list[Note] = list(hcl.noted(found.noticed))
    passed: list[str] = []
    disregarded = 0
    claiming: list[tuple[File, Judged]] = []
    rendering = None
    if reading.render:
        from elbguard.render.rendering import render  # noqa: PLC0415 - most checks build nothing

        rendering = render(found, reading.render, assigning, reading, bar("builds"))
    files = rendering.rest if rendering else found.files
    judgements = zip(files, verdicts(files, assigning.listed, reading, jobs), strict=True)
    for done, (file, judged) in enumerate(chain(judgements, rendering.judged if rendering else ()), start=1):
        entries += judged.entries
        unjudged += judged.unjudged
        troubles += judged.troubles
        checked += judged.checked
        notes += judged.notes
        passed += [file.name] * judged.foreign
        disregarded += judged.disregarded
        if judged.claimants:
            claiming.append((file, Judged(claimants=judged.claimants, text=judged.text)))
        progress(min(done, len(files)), len(files))
    if sum(len(judged.claimants) for _, judged in claiming) > 1:
        between = together(claiming, assigning.listed, reading)
        entries += between.entries
        unjudged += between.unjudged
        troubles += between.troubles
    report = Report(
        tuple(entries),
        tuple(unjudged),
        tuple(troubles),
        len(found.files),
        len(checked),
        tuple(checked),
        foreign=len(passed),
        left_out=found.left_out,
        notes=tuple(notes),
        unseen=(*passed, *found.unseen),
        disregarded=disregarded,
        ingresses=sum(note.why is Why.INGRESS for note in notes),
        rendering=rendering is not None,
        settings=() if isinstance(settings, Settings) else tuple(settings.files()),
    )
    return _ordered(rendering.report(report, reading) if rendering else report, found.files)


def _ordered(report: Report, files: Sequence[File]) -> Report:
    """The report with its findings in the order of the files and of the places in them."""
    ordered = sorted(report.entries, key=lambda e: (e.span.line, e.span.column, e.rule.id))
    position = {file.name: number for number, file in enumerate(files)}
    ordered.sort(key=lambda e: position.get(e.stream or e.file, position.get(e.file, -1)))
    return replace(report, entries=tuple(ordered))


class ProgressBar:
    """A line on stderr, when that is a terminal and the work takes longer than a moment. `what` is what is counted."""

    def __init__(self, what: str = "files") -> None:
        self._what = what
        self._begun, self._shown = time.monotonic(), 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how many are done, ten times a second."""
        now = time.monotonic()
        if now - self._begun < _PATIENCE or (now - self._shown < 0.1 and done < total):
            return
        self._shown = now
        width = 30 * done // total
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r[{'=' * width}{' ' * (30 - width)}] {done} of {total} {self._what}{end}")
        sys.stderr.flush()


def bar(what: str = "files") -> Progress:
    """A progress bar where somebody sees it, else nothing. `what` is what is counted."""
    return ProgressBar(what) if sys.stderr.isatty() else lambda done, total: None


def noted(notes: Iterable[Note]) -> Iterator[str]:
    """What was not judged as lines for stderr, those of a file that say the same together, of Ingresses only one.

    Of what others render, and no annotation of ours stands in, only the first is told of at length.
    """
    alike: dict[tuple[str, Why], list[Note]] = {}
    for note in notes:
        file = "" if note.why in (Why.INGRESS, Why.SEEN) else note.stream or note.file
        alike.setdefault((file, note.why), []).append(note)
    for (_, why), each in alike.items():
        if why is Why.INGRESS and len(each) > 1:
            yield f"{place_of_note(each[0])} and others: note: {sentences.ingresses(len(each))}"
            continue
        where = "like it" if why is Why.SEEN else "in this file"
        more = f" (and {len(each) - 1} more {where})" if len(each) > 1 else ""
        yield f"{place_of_note(each[0])}: note: {sentences.noted(each[0])}{more}"


def grouped(troubles: Iterable[Trouble]) -> list[str]:
    """The troubles as lines for stderr: `file:line:column: message`, what is skipped in a file in one."""
    alike: dict[object, list[Trouble]] = {}
    for trouble in troubles:
        alike.setdefault(trouble if trouble.fatal else (trouble.file, trouble.message), []).append(trouble)
    lines: list[str] = []
    for first, *others in alike.values():
        place = f":{first.line}:{first.column}" if first.line else ""
        word = "error" if first.fatal else "note"
        more = f" (and {len(others)} more in this file)" if others else ""
        lines.append(f"{first.file}{place}: {word}: {first.message}{more}")
    return lines

"""What `elbguard replay` does: read what was asked, judge it again, and say where the verdicts differ."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from elbguard.replay import recordings
from elbguard.replay.auditlog import GROUP, AuditLog
from elbguard.replay.comparing import Judges, difference
from elbguard.replay.past import Foreign, Past, Unreadable, Untold, mapping, text
from elbguard.replay.stream import LONGEST, CannotRead, Stream
from elbguard.replay.tally import MOST_TOLD, Tally
from elbguard.replay.telling import AsJson, Teller, Words
from elbguard.report.sentences import count, shortened
from elbguard.settings import Settings
from elbguard.webhook.envelope import NotAReview, decode

SAME, DIFFERENT, NOTHING = 0, 1, 2
_FORMS: Final[Mapping[str, type[Teller]]] = {"text": Words, "json": AsJson}
_PATIENCE: Final = 1.0  # seconds without a sign of progress
_EVERY: Final = 0.2  # seconds between two


@dataclass(frozen=True)
class Replayed:
    """What to replay, `file` or `-`, and how to report it; `given` and `whole` as for Judges."""

    file: Path
    form: str
    settings: Settings
    given: Mapping[str, Any]
    whole: bool


def replay(asked: Replayed, out: TextIO, err: TextIO) -> int:
    """Replay and report; gives the exit code: 0 no verdict differs, 1 some do, 2 nothing was compared, or not all."""
    stream, tally = Stream(asked.file), Tally()
    teller = _FORMS[asked.form](stream.name, out)
    run = _Run(stream, tally, Judges(asked.settings, asked.given, whole=asked.whole), teller, err)
    teller.begin()
    broken = run.whole()
    code = NOTHING if broken or not tally.compared else DIFFERENT if tally.changes else SAME
    teller.end(tally, code)
    out.flush()
    for sentence in (*_unfinished(stream.name, tally), *(broken or _empty(stream.name, tally))):
        print(sentence, file=err)
    return code


class _Run:
    """One way through a file."""

    def __init__(self, stream: Stream, tally: Tally, judges: Judges, teller: Teller, err: TextIO) -> None:
        self._stream, self._tally, self._judges, self._teller, self._err = stream, tally, judges, teller, err
        self._log = AuditLog()
        self._progress = _Progress(err) if err.isatty() else None

    def whole(self) -> list[str]:
        """Compare line by line; gives a sentence where the file cannot be read to its end."""
        try:
            for number, line in enumerate(self._stream.lines(), start=1):
                self._tally.lines = number
                self._line(number, line)
                if self._progress:
                    self._progress(self._stream.done, self._stream.total, number)
        except CannotRead as error:
            return [f"Error: {error}"]
        finally:
            if self._progress:
                self._progress.clear()
        return []

    def _line(self, number: int, line: bytes | None) -> None:
        if line is not None and not line.strip():
            return
        try:
            for document in _documents(line):
                self._document(number, document)
        except Unreadable as error:
            self._tally.unread += 1
            if self._tally.unread <= MOST_TOLD:
                self._say(f"{self._stream.name}:{number}: note: {error}")

    def _document(self, number: int, document: Mapping[str, Any]) -> None:
        try:
            for past in self._pasts(document):
                self._compare(number, past)
        except Foreign:
            self._tally.foreign += 1
        except Untold as untold:
            self._tally.note_untold(number, str(untold))

    def _pasts(self, document: Mapping[str, Any]) -> Iterator[Past]:
        if document.get("kind") == "AdmissionReview":
            return iter((recordings.past(document),))
        return self._log.pasts(document)

    def _compare(self, number: int, past: Past) -> None:
        now, looked_at = self._judges.judge(past)
        found = difference(number, past, now)
        if not looked_at and not found:
            self._tally.passed_over += 1
            return
        self._tally.compared += 1
        self._tally.refused += not past.verdict.allowed
        if found:
            self._tally.changes[found.change] += 1
            if self._progress:
                self._progress.clear()
            self._teller.tell(found)

    def _say(self, sentence: str) -> None:
        if self._progress:
            self._progress.clear()
        print(sentence, file=self._err)


def _documents(line: bytes | None) -> Iterator[Mapping[str, Any]]:
    """What a line holds: a review, an event, or a list of events. Raises Unreadable."""
    if line is None:
        raise Unreadable(f"is longer than {LONGEST >> 20} MiB, no review is")
    try:
        found = decode(line)
    except NotAReview:
        end = "" if line.endswith(b"\n") else ": it is cut off, or still being written"
        raise Unreadable(f"is not JSON{end}") from None
    kind, group = text(mapping(found).get("kind")), text(mapping(found).get("apiVersion"))
    if kind == "AdmissionReview" or (kind == "Event" and group.startswith(GROUP)):
        yield found
    elif kind == "EventList" and group.startswith(GROUP) and isinstance(found.get("items"), list):
        yield from map(mapping, found["items"])
    else:
        what = f"a {shortened(kind)}" if kind else "something without a kind"
        raise Unreadable(f"is {what}, neither an AdmissionReview nor an Event of {GROUP}v1")


def _unfinished(name: str, tally: Tally) -> Iterator[str]:
    """What was not compared."""
    for why, number in tally.untold.most_common(MOST_TOLD):
        yield f"{name}:{tally.first(why)}: note: not compared: {shortened(why)}{_and_more(number)}"
    if len(tally.untold) > MOST_TOLD:
        yield f"{name}: note: not compared for {len(tally.untold) - MOST_TOLD} other reasons: {tally.untold.total()}"
    if tally.unread > MOST_TOLD:
        yield f"{name}: note: {tally.unread - MOST_TOLD} more lines could not be read"


def _empty(name: str, tally: Tally) -> Iterator[str]:
    """That nothing was compared, where that is so."""
    if not tally.compared:
        looked = f"{count(tally.lines, 'line')}, {tally.unread} of them unreadable"
        others = f", {tally.foreign} about other things" if tally.foreign else ""
        passed = f", {tally.passed_over} that the webhook does not judge" if tally.passed_over else ""
        yield f"Error: {name}: no verdict was compared: {looked}{others}{passed}"


def _and_more(number: int) -> str:
    return f" (and {number - 1} more)" if number > 1 else ""


class _Progress:
    """A line on a terminal, once the work takes longer than a moment."""

    def __init__(self, err: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._err, self._clock = err, clock
        self._next = clock() + _PATIENCE
        self._is_shown = False

    def __call__(self, done: int, total: int, lines: int) -> None:
        """Show how much of the file is read, a few times a second."""
        now = self._clock()
        if now < self._next:
            return
        self._next, self._is_shown = now + _EVERY, True
        width = 30 * min(done, total) // total if total else 0
        bar = f"[{'=' * width}{' ' * (30 - width)}] {100 * done // total} %, " if total else ""
        self._err.write(f"\r{bar}{lines} lines\033[K")
        self._err.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._err.write("\r\033[K")
            self._err.flush()

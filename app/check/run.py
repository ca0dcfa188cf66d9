"""A whole check: files found, read and judged, on as many processors as it is worth."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from app.check.files import File, find, read
from app.check.judge import Judge, Judged
from app.report.model import Checked, Entry, Report, Trouble, Unjudged
from app.settings import Settings

_WORTH_A_PROCESS: Final = 3000  # files; below that it is done within a second, and more processes cost more
_CHUNK: Final = 50  # files handed to a process at a time
_PATIENCE: Final = 1.0  # seconds without a progress bar

Progress = Callable[[int, int], None]  # files done, files in all


def check(arguments: Sequence[str], settings: Settings, progress: Progress = lambda done, total: None) -> Report:
    """Check the manifests behind paths, folders, patterns and `-`; never raises for what they hold."""
    files, missing = find(arguments)
    entries: list[Entry] = []
    unjudged: list[Unjudged] = []
    troubles: list[Trouble] = list(missing)
    checked: list[Checked] = []
    for done, judged in enumerate(_judged(files, settings), start=1):
        entries += judged.entries
        unjudged += judged.unjudged
        troubles += judged.troubles
        checked += judged.checked
        progress(done, len(files))
    ordered = sorted(entries, key=lambda e: (e.span.line, e.span.column, e.rule.id))
    position = {file.name: number for number, file in enumerate(files)}
    ordered.sort(key=lambda e: position.get(e.file, -1))
    return Report(tuple(ordered), tuple(unjudged), tuple(troubles), len(files), len(checked), tuple(checked))


def _judged(files: Sequence[File], settings: Settings) -> Iterator[Judged]:
    """The verdicts in the order of the files."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if processors < 2 or len(files) < _WORTH_A_PROCESS:
        judge = Judge(settings)
        yield from (_one(judge, file) for file in files)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - a single file need not wait for it

    with ProcessPoolExecutor(min(processors, 8), initializer=_begin, initargs=(settings.model_dump_json(),)) as pool:
        yield from pool.map(_in_process, files, chunksize=_CHUNK)


def _one(judge: Judge, file: File) -> Judged:
    text = read(file)
    return Judged(troubles=(text,)) if isinstance(text, Trouble) else judge.judge(text, file.name)


_JUDGES: Final[list[Judge]] = []  # the one judge of a process


def _begin(settings: str) -> None:
    _JUDGES.append(Judge(Settings.model_validate_json(settings)))


def _in_process(file: File) -> Judged:
    return _one(_JUDGES[0], file)


class ProgressBar:
    """A line on stderr, when that is a terminal and the work takes longer than a moment."""

    def __init__(self) -> None:
        self._begun, self._shown = time.monotonic(), 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how many of the files are done, ten times a second."""
        now = time.monotonic()
        if now - self._begun < _PATIENCE or (now - self._shown < 0.1 and done < total):
            return
        self._shown = now
        width = 30 * done // total
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r[{'=' * width}{' ' * (30 - width)}] {done} of {total} files{end}")
        sys.stderr.flush()


def bar() -> Progress:
    """A progress bar where somebody sees it, else nothing."""
    return ProgressBar() if sys.stderr.isatty() else lambda done, total: None


def grouped(troubles: Iterable[Trouble]) -> list[str]:
    """The troubles as lines for stderr: `file:line:column: message`."""
    lines: list[str] = []
    for trouble in troubles:
        place = f":{trouble.line}:{trouble.column}" if trouble.line else ""
        word = "error" if trouble.fatal else "note"
        lines.append(f"{trouble.file}{place}: {word}: {trouble.message}")
    return lines

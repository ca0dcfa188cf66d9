"""Files judged, on as many processors as it is worth."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from elbguard.check.files import File, mentions_us, read
from elbguard.check.judge import Judge, Judged
from elbguard.check.manner import Manner
from elbguard.report.model import STDIN, Trouble
from elbguard.report.sentences import shortened
from elbguard.settings import Settings
from elbguard_rules.core.problem import shown

_WORTH_A_PROCESS: Final = 3000  # files; below that it is done within a second, and more processes cost more
_MOST_PROCESSES: Final = 8
_CHUNK: Final = 50  # files handed to a process at a time, or read ahead
_AHEAD: Final = 1024 * 1024  # characters read ahead
_BEGINNING: Final = 60  # characters of a text that is no manifest


def verdicts(
    files: Sequence[File], settings: Sequence[Settings], reading: Manner, jobs: int | None = None
) -> Iterator[Judged]:
    """The verdicts on files in their order, read as `reading` says, each by the settings that it is `under`.

    `jobs` is the number of processes, by default as many as it is worth.

    After KeyboardInterrupt the other processes are still at work: whoever ends this one kills them.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    worth = min(processors, _MOST_PROCESSES) if len(files) >= _WORTH_A_PROCESS else 1
    if (jobs or worth) < 2:
        judges = [_judge(each, reading) for each in settings]
        yield from (_judged(judges[file.under], file, text) for file, text in _read_ahead(files))
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - a single file need not wait for it
    from multiprocessing import get_context  # noqa: PLC0415

    # Python 3.14 would begin them by way of a server, over a socket, that outlives Ctrl-C; nobody else is at work here.
    begin = get_context("fork" if sys.platform == "linux" else None)
    begun = ([each.model_dump_json() for each in settings], reading)
    pool = ProcessPoolExecutor(jobs or worth, begin, initializer=_begin, initargs=begun)
    try:
        with _without_interruption():
            found = pool.map(_in_process, [file for file in files if file.path], chunksize=_CHUNK)
        for file in files:  # standard input is this process's own
            yield next(found) if file.path else judged(_judge(settings[file.under], reading), file)
    except KeyboardInterrupt:
        raise
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def _without_interruption() -> Iterator[None]:
    """Processes begun meanwhile do not hear of Ctrl-C: the first one hears of it, and ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read_ahead(files: Iterable[File]) -> Iterator[tuple[File, str | Trouble | None]]:
    """The files with what was read of each: many at once, as going back and forth costs a tenth of all the time."""
    waiting: list[tuple[File, str | Trouble | None]] = []
    size = 0
    for file in files:
        text = read(file)
        waiting.append((file, text))
        size += len(text) if isinstance(text, str) else 0
        if len(waiting) == _CHUNK or size > _AHEAD:
            yield from waiting
            waiting, size = [], 0
    yield from waiting


def judged(judge: Judge, file: File) -> Judged:
    """The verdict on a file."""
    return _judged(judge, file, read(file))


def _judged(judge: Judge, file: File, text: str | Trouble | None) -> Judged:
    if text is None:
        return Judged(foreign=1)
    if isinstance(text, Trouble):
        return Judged(troubles=(text,))
    found = judge.judge(text, file.name, file.part)
    if file.path is None and not found.objects and not found.troubles:
        return Judged(troubles=(Trouble(STDIN, 0, 0, nothing_came(text), fatal=True),))
    if file.sought and is_foreign(text, found.troubles):
        return Judged(foreign=1)
    if found.claimants and not (file.sought or (file.path and file.path.is_file())):
        found = replace(found, text=text)  # a pipe gives it but once
    if found.entries:
        from elbguard.fix.curable import marked  # noqa: PLC0415 - only where there is something to cure

        return marked(found, text, file.name, judge.of(file.part))
    return found


def is_foreign(text: str, troubles: Iterable[Trouble]) -> bool:
    """Whether a text cannot be read, and does not look as if it were meant for Kubernetes and us."""
    return any(trouble.fatal for trouble in troubles) and not mentions_us(text)


def nothing_came(text: str) -> str:
    """What came on standard input in the place of manifests."""
    lines = (line.strip(" \t\ufeff") for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith(("#", "---", "..."))), "")
    if not first:
        return "nothing came on standard input: see what the command before the pipe says"
    if '"@level"' in first and '"@module"' in first:
        return "what came is the log of a terraform command: terraform show -json tf.plan prints the plan itself"
    begins = shown(shortened(first, _BEGINNING))
    return f"no manifest came on standard input, but a text that begins with {begins}: see the command before the pipe"


_JUDGES: Final[list[Judge]] = []  # the judges of a process, by the numbers of their settings


def _judge(settings: Settings, reading: Manner) -> Judge:
    return Judge(settings, reading.namespace, suppressions=reading.suppressions)


def _begin(settings: Sequence[str], reading: Manner) -> None:
    _JUDGES.extend(_judge(Settings.model_validate_json(each), reading) for each in settings)


def _in_process(file: File) -> Judged:
    return judged(_JUDGES[file.under], file)

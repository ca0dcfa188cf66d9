"""`elbguard fix`: manifests found, fixed, and shown as a diff or written."""

import os
import secrets
from collections.abc import Sequence
from typing import TextIO

from elbguard import escapes
from elbguard.check.assigning import Assigning, swallowed
from elbguard.check.checking import grouped
from elbguard.check.files import DASH, File, find, read
from elbguard.check.manner import Manner
from elbguard.check.processes import is_foreign, nothing_came
from elbguard.fix.cures import Change, FixResult
from elbguard.fix.diff import diff
from elbguard.fix.fixing import fixed
from elbguard.fix.rewriting import CannotRewrite, rewrite
from elbguard.projects import Projects
from elbguard.report.model import BROKEN, CLEAN, FOUND, Trouble
from elbguard.settings import Settings

__all__ = ["DASH", "Change", "FixResult", "diff", "fixed", "run"]


def run(
    arguments: Sequence[str],
    settings: Settings | Projects,
    *,
    write: bool,
    defaults: bool,
    out: TextIO,
    err: TextIO,
    colour: bool = False,
    reading: Manner | None = None,
) -> int:
    """Fix the manifests behind paths, folders, patterns and `-`; never raises for what they hold.

    Without `write` the diff goes to `out`. With it files are rewritten, and the text of standard input goes to `out`.
    What was written or left alone is said on `err`. Gives the exit code: 0 there is nothing more to do, 1 the diff
    shows something or errors are left, 2 something could not be read, understood or written.

    Raises SettingsError for a project file.
    """
    reading = reading or Manner()
    found = find(arguments, reading.walk(None if isinstance(settings, Settings) else settings))
    assigning = Assigning(settings)
    files = assigning.files(found.files)
    troubles = [*found.troubles, *swallowed(arguments, found, settings)]
    changes: list[Change] = []
    left = 0
    for file in files:
        text = read(file)
        if text is None:
            continue
        if isinstance(text, Trouble):
            troubles.append(text)
            continue
        result = fixed(
            text,
            assigning.listed[file.under],
            defaults=defaults,
            file=file.name,
            namespace=reading.namespace,
            part=file.part,
        )
        if file.sought and is_foreign(text, result.troubles):
            continue
        if file.path is None and not result.objects and not result.troubles:
            troubles.append(Trouble(file.name, 0, 0, nothing_came(text), fatal=True))
        left += result.left
        troubles += result.troubles
        try:
            _deliver(file, text, result.text, out, write=write, colour=colour)
            changes += result.changes
        except CannotRewrite as error:
            troubles.append(Trouble(file.name, 0, 0, str(error), fatal=True))
    said = [*map(str, changes)] if write else []
    notes = () if isinstance(settings, Settings) else settings.notes()
    _say(err, [*notes, *said, *grouped(troubles), *_summary(changes, left, write=write)])
    if any(trouble.fatal for trouble in troubles):
        return BROKEN
    return FOUND if left or (changes and not write) else CLEAN


def _deliver(file: File, before: str, after: str, out: TextIO, *, write: bool, colour: bool) -> None:
    if not write:
        _put(out, _unheard(diff(before, after, file.name, colour=colour, terminal=out.isatty())))
    elif file.path is None:
        _put(out, after)
    elif before != after:
        rewrite(file.path, before, after, file.within)


def _unheard(text: str) -> str:
    """A diff, which has to stay as it is, so that GitHub's runner obeys nothing in it; patch passes over such lines."""
    if not text or os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def _put(out: TextIO, text: str) -> None:
    """Write a text as it is: in UTF-8, and with the line ends that it has."""
    buffer = getattr(out, "buffer", None)
    if buffer is None:
        out.write(text)
    else:
        out.flush()
        buffer.write(text.encode("utf-8"))
        buffer.flush()  # here, where it may still be said that it cannot be written


def _say(err: TextIO, lines: Sequence[str]) -> None:
    for line in lines:
        print(escapes.line(line), file=err)


def _summary(changes: Sequence[Change], left: int, *, write: bool) -> list[str]:
    """`fixed 3 places in 2 files`, and how many errors are left; nothing where there was nothing to do."""
    it = "it" if left == 1 else "them"
    remains = f"{_counted(left, 'error')} left that only you can cure: elbguard check shows {it}"
    return [*_done(changes, write=write), *([remains] if left else [])]


def _done(changes: Sequence[Change], *, write: bool) -> list[str]:
    if not changes:
        return []
    files = len({change.file for change in changes})
    amount = f"{_counted(len(changes), 'place')} in {_counted(files, 'file')}"
    return [f"fixed {amount}"] if write else [f"would fix {amount}: write it with --write"]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

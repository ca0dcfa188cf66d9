"""A document judged as `elbguard check` judges the same text, and what is kept of it while it cannot be read."""

import os
import re
from dataclasses import dataclass, replace
from typing import Final

from elbguard.check.files import File
from elbguard.check.judge import Judge, Judged
from elbguard.check.kustomize import Overlays, Part
from elbguard.check.manner import Manner
from elbguard.check.processes import is_foreign
from elbguard.check.together import together
from elbguard.editor.opened import Opened
from elbguard.report.model import Entry, Note, Trouble, Unjudged
from elbguard.settings import Settings

_SEPARATOR: Final = re.compile(r"^---(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True)
class Opinion:
    """What is said of a version of a document; `kept` are findings about an earlier one, with offsets in this one.

    `part` is how much of a Service kustomizations say it is.
    """

    of: Opened
    entries: tuple[Entry, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[Note, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    kept: tuple[tuple[Entry, int, int], ...] = ()
    part: Part = Part.WHOLE

    @property
    def is_whole(self) -> bool:
        """Whether the text could be read to its end."""
        return not any(trouble.fatal for trouble in self.troubles)


def verdict(opened: Opened, settings: Settings, before: Opinion | None = None) -> Opinion:
    """Judge a document; `before` is the last verdict on it that was whole. Never raises for what it holds."""
    if opened.is_too_large:
        size = f"{len(opened.text) >> 10} KiB are too many to be judged while you type: run elbguard check on the file"
        return Opinion(opened, troubles=(Trouble(opened.name, 1, 1, size, fatal=False),))
    path = os.path.realpath(opened.path) if opened.path else ""
    part = Overlays([path]).part(path) if path else Part.WHOLE
    judged = Judge(settings).judge(opened.text, opened.name, part)
    unread = any(trouble.fatal for trouble in judged.troubles)
    if is_foreign(opened.text, judged.troubles) or (unread and opened.may_be_prose):
        return Opinion(opened)
    judged = _with_collisions(judged, opened, settings)
    ordered = sorted(judged.entries, key=lambda e: (e.span.line, e.span.column, e.rule.id))
    found = Opinion(opened, tuple(ordered), judged.troubles, judged.notes, judged.unjudged, part=part)
    return found if found.is_whole or before is None else replace(found, kept=_kept(found, before))


def _with_collisions(judged: Judged, opened: Opened, settings: Settings) -> Judged:
    """The verdict with what the objects of the text say together."""
    if len(judged.claimants) < 2:
        return judged
    between = together([(File(None, opened.name), replace(judged, text=opened.text))], [settings], Manner())
    return replace(
        judged,
        entries=(*judged.entries, *between.entries),
        troubles=(*judged.troubles, *between.troubles),
        unjudged=(*judged.unjudged, *between.unjudged),
    )


def _kept(now: Opinion, before: Opinion) -> tuple[tuple[Entry, int, int], ...]:
    """The findings of an earlier version about what this one has too, behind the place where reading ends.

    What was changed meanwhile is taken for one piece: what stands before and behind it is the same.
    """
    old, new = before.of.text, now.of.text
    broken = min(now.of.offset(trouble.line, trouble.column) for trouble in now.troubles if trouble.fatal)
    unread = max((found.start() for found in _SEPARATOR.finditer(new, 0, broken)), default=0)
    alike = _alike(old, new)
    behind = _alike(old[alike:][::-1], new[alike:][::-1])
    kept: list[tuple[Entry, int, int]] = []
    for entry in before.entries:
        start = before.of.offset(entry.span.line, entry.span.column)
        end = before.of.offset(entry.span.end_line, entry.span.end_column)
        moved = 0 if end <= alike else len(new) - len(old)
        if (end <= alike or start >= len(old) - behind) and start + moved >= unread:
            kept.append((entry, start + moved, end + moved))
    return tuple(kept)


def _alike(first: str, second: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

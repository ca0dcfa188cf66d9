"""Edits of a text: spans and what stands there afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters [start, end) of a text give way to `text`; with start and end equal it is inserted."""

    start: int
    end: int
    text: str


class Overlap(ValueError):
    """Two edits want the same characters."""


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by place, each once; insertions at one place keep their order. Raises Overlap."""
    ordered = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise Overlap
    return ordered


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after the edits. Raises Overlap."""
    parts: list[str] = []
    at = 0
    for edit in in_order(edits):
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join(parts) + text[at:]


def composed(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits of a text that do what `first` does to it and then `second` to the outcome.

    Raises Overlap where the second would change what the first wrote.
    """
    moved = list(first)
    for edit in second:
        start, new = _origin(edit.start, first)
        end = start
        if edit.end > edit.start:
            last, also_new = _origin(edit.end - 1, first)
            end, new = last + 1, new or also_new
        if new:
            raise Overlap
        moved.append(Edit(start, end, edit.text))
    return tuple(in_order(moved))


def back(place: int, edits: Iterable[Edit]) -> int:
    """Where the character at `place` of the edited text stood before; for one that is new, where it was put."""
    return _origin(place, edits)[0]


def _origin(place: int, edits: Iterable[Edit]) -> tuple[int, bool]:
    """Where a character of the edited text stood before, and whether it is new."""
    moved = 0
    for edit in in_order(edits):
        start = edit.start + moved
        if place < start:
            break
        if place < start + len(edit.text):
            return edit.start, True
        moved += len(edit.text) - (edit.end - edit.start)
    return place - moved, False

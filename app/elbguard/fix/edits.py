"""Edits of a text: spans and what stands there afterwards."""

from bisect import bisect_right
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
    moved, origins = list(first), Origins(first)
    for edit in second:
        start, new = origins.of(edit.start)
        end = start
        if edit.end > edit.start:
            last, also_new = origins.of(edit.end - 1)
            end, new = last + 1, new or also_new
        if new:
            raise Overlap
        moved.append(Edit(start, end, edit.text))
    return tuple(in_order(moved))


class Origins:
    """Where the characters of an edited text stood before; made once for all that is asked."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = in_order(edits)
        moved, self._starts, self._moved = 0, list[int](), list[int]()
        for edit in self._edits:
            self._starts.append(edit.start + moved)
            moved += len(edit.text) - (edit.end - edit.start)
            self._moved.append(moved)

    def of(self, place: int) -> tuple[int, bool]:
        """Where the character at `place` stood, and whether it is new: then that is where it was put."""
        number = bisect_right(self._starts, place) - 1
        if number < 0:
            return place, False
        edit = self._edits[number]
        new = place < self._starts[number] + len(edit.text)
        return (edit.start if new else place - self._moved[number]), new


def back(place: int, edits: Iterable[Edit]) -> int:
    """Where the character at `place` of the edited text stood before; for one that is new, where it was put."""
    return Origins(edits).of(place)[0]

"""The guilty lines of a file with carets under them, cut to the width of a terminal."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from elbguard.report.model import Span
from elbguard.widths import width
from elbguard_rules.core.problem import printable
from elbguard_rules.core.record import record

TAB: Final = "    "
CUT: Final = "..."
MOST_LINES: Final = 4  # of a span that are shown
_LEAST_ROOM: Final = 20
_MOST_ROOM: Final = 2000  # of longer lines there is no more than twice that on either side
_BREAK: Final = re.compile(r"\r\n?|\n")


@record
class Line:
    """A line to show: its number, its text, and the carets to print below it."""

    number: int
    text: str
    carets: str


def lines(excerpt: str, span: Span, width: int, cut: int = 0) -> Iterator[Line]:
    """The excerpt, which begins `cut` characters into the span's first line, as lines of at most `width` columns.

    A span that ends on a line further down is underlined to the end of each line that is shown. Tabs, wide characters
    and those a terminal would act on are shown so that the carets stand below what they mean.
    """
    texts = _BREAK.split(excerpt)[: min(span.end_line - span.line + 1, MOST_LINES)]
    for offset, text in enumerate(texts or [""]):
        if offset and not text.strip():
            continue
        before = cut if offset == 0 else 0
        start = span.column - 1 - before if offset == 0 else len(text) - len(text.lstrip())
        end = span.end_column - 1 - before if span.line + offset == span.end_line else len(text.rstrip())
        yield Line(span.line + offset, *marked(text, start, end, min(max(width, _LEAST_ROOM), _MOST_ROOM)))


def marked(text: str, start: int, end: int, room: int) -> tuple[str, str]:
    """A line and the carets under its characters [start, end), both cut around them to `room` columns."""
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    low, high = max(0, start - room), min(len(text), start + 2 * room)
    cells = [_cell(character) for character in text[low:high]]
    widths = list(map(width, cells))
    start, end = start - low, min(end, high) - low
    first, last = 0, len(cells)
    if low or high < len(text) or sum(widths) > room:
        first, last = _window(widths, start, end, room - 2 * len(CUT))
    before = CUT if low + first else ""
    after = CUT if low + last < len(text) else ""
    carets = "^" * max(1, sum(widths[start : min(end, last)]))
    return before + "".join(cells[first:last]) + after, " " * (len(before) + sum(widths[first:start])) + carets


def _window(widths: list[int], start: int, end: int, room: int) -> tuple[int, int]:
    """Which cells to show: the marked ones as far as there is room, and what is around them in equal parts."""
    left, right = sum(widths[:start]), sum(widths[end:])
    spare = room - min(room, sum(widths[start:end]))
    after = min(right, max(spare // 2, spare - left))
    before = min(left, spare - after)
    first = start - _fitting(widths[:start][::-1], before)
    return first, start + _fitting(widths[start:], room - before)


def _fitting(widths: list[int], room: int) -> int:
    """How many of the cells fit."""
    total = 0

    def fits(width: int) -> bool:
        nonlocal total
        total += width
        return total <= room

    return sum(1 for _ in takewhile(fits, widths))


def _cell(character: str) -> str:
    return TAB if character == "\t" else printable(character)

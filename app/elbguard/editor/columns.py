"""Columns: places in a text as editors count them, in code units of the encoding that was agreed upon."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final

from lsprotocol.types import Position, PositionEncodingKind, Range

_BREAK: Final = re.compile(r"\r\n?|\n")
_MORE_THAN_ONE: Final = {
    PositionEncodingKind.Utf8: re.compile(r"[^\x00-\x7f]"),
    PositionEncodingKind.Utf16: re.compile(r"[\U00010000-\U0010ffff]"),
    PositionEncodingKind.Utf32: re.compile(r"(?!)"),
}


class Columns:
    """Turns offsets of a text, in code points, into positions of the protocol, and back.

    A byte order mark is a character as any other here: it is one in the editor's text too.
    """

    def __init__(self, text: str, encoding: PositionEncodingKind = PositionEncodingKind.Utf16) -> None:
        self._text, self._encoding = text, encoding

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self._text))]

    @cached_property
    def _wide(self) -> list[int]:
        """The offsets of characters of more than one unit."""
        if self._text.isascii():
            return []
        return [found.start() for found in _MORE_THAN_ONE[self._encoding].finditer(self._text)]

    @cached_property
    def _extra(self) -> Sequence[int]:
        """How many units more than characters there are before each of those, and before the end."""
        if self._encoding is PositionEncodingKind.Utf8:
            sizes = (len(self._text[at].encode("utf-8", "surrogatepass")) - 1 for at in self._wide)
            return list(accumulate(sizes, initial=0))
        return range(len(self._wide) + 1)

    def _units(self, start: int, offset: int) -> int:
        """How many units the characters [start, offset) are."""
        before, behind = bisect_left(self._wide, start), bisect_left(self._wide, offset)
        return offset - start + self._extra[behind] - self._extra[before]

    def position(self, offset: int) -> Position:
        """Where the character at an offset stands; the text's length gives the place behind it."""
        line = bisect_right(self._starts, offset) - 1
        return Position(line, self._units(self._starts[line], offset))

    def range(self, start: int, end: int) -> Range:
        """The characters [start, end)."""
        return Range(self.position(start), self.position(end))

    def offset(self, position: Position) -> int:
        """The offset of a position; one that is not in the text gives the nearest before it."""
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self.line(position.line)
        return min(
            start + bisect_left(range(start, end), position.character, key=lambda at: self._units(start, at)), end
        )

    def line(self, number: int) -> tuple[int, int]:
        """The span of a line, counted from 0, without its break."""
        start = self._starts[number]
        if number + 1 == len(self._starts):
            return start, len(self._text)
        end = self._starts[number + 1]
        return start, start + len(self._text[start:end].rstrip("\r\n"))

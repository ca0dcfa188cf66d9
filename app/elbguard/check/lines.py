"""Places in a text: spans, and offsets turned into the lines and columns an editor shows."""

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import Final

from elbguard_rules.core.record import record

BOM: Final = "\ufeff"
_BREAK: Final = re.compile(r"\r\n?|\n")
_NEAR: Final = 4096  # characters on either side of a place that an excerpt shows at most, wider than any terminal


@record
class Offsets:
    """The characters [start, end) of a text, counted in code points from its first character."""

    start: int
    end: int


class LineIndex:
    """Turns offsets of `text` into 1-based lines and columns, counted in code points.

    Lines end where editors end them, at a line feed, a carriage return or both. YAML 1.1 has more line breaks; they
    are ordinary characters here. A byte order mark takes no column.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [skipped(self.text), *(found.end() for found in _BREAK.finditer(self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Give line and column of the character at `offset`; the text's length gives the place after its end."""
        line = max(1, bisect_right(self._starts, offset))
        return line, max(0, offset - self._starts[line - 1]) + 1

    def number(self, offset: int) -> int:
        """Give the line of the character at `offset`, near the beginning without looking for all lines."""
        if offset < _NEAR and "\r" not in self.text:
            return self.text.count("\n", 0, offset) + 1
        return self.position(offset)[0]

    def line(self, number: int) -> Offsets:
        """Give the span of the line `number`, its break included."""
        start = self._starts[number - 1]
        return Offsets(start, self._starts[number] if number < len(self._starts) else len(self.text))

    def near(self, line: int, column: int) -> tuple[str, int]:
        """Give the text of a line around a column, without its break, and how many characters stand before that.

        A line may be the whole file: what is shown of it with each finding must not be.
        """
        row, at = self.line(line), self._starts[line - 1] + column - 1
        start = max(row.start, at - _NEAR)
        return self.text[start : min(row.end, at + _NEAR)].rstrip("\r\n"), start - row.start


@lru_cache(maxsize=2)  # asked for every value, and a text that opens with a mark would be copied every time
def skipped(text: str) -> int:
    """Count the byte order marks that open `text`: YAML parsers drop them and do not count them."""
    return len(text) - len(text.lstrip(BOM))

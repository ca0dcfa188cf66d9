"""Rows: the lines of a manifest by their indentation, as far as that tells what belongs to what.

What somebody is typing is hardly ever YAML: no parser reads it. But lines that are indented belong to the line above
that is less so, in blocks and in JSON that is laid out in lines, and that is enough to know where a cursor is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NEAR: Final = 4000  # lines on either side that are looked at; an object of etcd's largest size has fewer
_LONGEST: Final = 10_000  # characters of a line that are looked at
_BREAK: Final = re.compile(r"\r\n?|\n")
_LEAD: Final = re.compile(r"[ \t]*(?:-[ \t]+)*")
_KEY: Final = re.compile(r"""("[^"\n]{0,300}"|'[^'\n]{0,300}'|[\w./$-]{1,300})[ \t]{0,20}:(?=[ \t]|$)""")
_KEY_OF_JSON: Final = re.compile(r'("[^"\n]{0,300}")[ \t]{0,20}:')  # needs no blank behind it
_PASSED_OVER: Final = ("#", "{{")


@dataclass(frozen=True, slots=True)
class Row:
    """A line: where it begins, what it says, where its first character is, which key it begins with, and what follows.

    `indent` is the column of the key, behind dashes; `value` the column behind the colon, -1 without a key.
    """

    start: int
    text: str
    indent: int
    key: str
    quote: str
    value: int
    dashed: bool

    @property
    def rest(self) -> str:
        """What stands behind the colon."""
        return self.text[self.value :].strip() if self.value >= 0 else ""

    @property
    def word(self) -> str:
        """The value as a word, without quotes, comment and comma."""
        return self.rest.partition(" #")[0].rstrip(", \t").strip("\"'")

    @property
    def counts(self) -> bool:
        """Whether it says anything about what belongs to what."""
        text = self.text.strip()
        return bool(text) and not text.startswith(_PASSED_OVER)


def row(text: str, start: int, end: int) -> Row:
    """The line of a text that is [start, end) without its break."""
    line = text[start : min(end, start + _LONGEST)]
    lead = _LEAD.match(line)
    indent = lead.end() if lead else 0
    key = _KEY.match(line, indent) or _KEY_OF_JSON.match(line, indent)
    if key is None:
        return Row(start, line, indent, "", "", -1, "-" in line[:indent])
    quote = key[1][0] if key[1][0] in "\"'" else ""
    return Row(start, line, indent, key[1].strip("\"'"), quote, key.end(), "-" in line[:indent])


class Rows:
    """The lines of the document of a text in which an offset is; `here` is the number of its line among them."""

    def __init__(self, text: str, offset: int) -> None:
        above = list(_above(text, offset))
        self._rows = [*above[::-1], *_below(text, offset)]
        self.here = len(above)

    def __getitem__(self, number: int) -> Row:
        return self._rows[number]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def parents(self, number: int, indent: int) -> Iterator[int]:
        """The lines that a line of this indentation belongs to, the nearest first."""
        for above in range(number - 1, -1, -1):
            each = self._rows[above]
            if each.counts and each.indent < indent:
                indent = each.indent
                yield above

    def above(self, indent: int) -> Iterator[Row]:
        """The lines that what stands here with this indentation belongs to, this line the first."""
        yield self._rows[self.here]
        yield from (self._rows[number] for number in self.parents(self.here, indent))

    def beside(self, number: int) -> Iterator[Row]:
        """The lines of the same mapping as a line, and that line."""
        indent = self._rows[number].indent
        yield self._rows[number]
        if not self._rows[number].dashed:
            for above in range(number - 1, -1, -1):
                each = self._rows[above]
                if each.counts and each.indent < indent:
                    break
                if each.counts and each.indent == indent:
                    yield each
                    if each.dashed:
                        break
        yield from self._behind(number, indent)

    def below(self, number: int) -> Iterator[Row]:
        """The lines of the mapping that is the value of a line."""
        parent = self._rows[number].indent
        first = -1
        for each in self._rows[number + 1 :]:
            if not each.counts:
                continue
            if each.indent <= parent:
                break
            first = each.indent if first < 0 else first
            if each.indent == first:
                yield each

    def _behind(self, number: int, indent: int) -> Iterator[Row]:
        for each in self._rows[number + 1 :]:
            if each.counts and (each.indent < indent or (each.dashed and each.indent == indent)):
                break
            if each.counts and each.indent == indent:
                yield each


def _above(text: str, offset: int) -> Iterator[Row]:
    """The lines above that of an offset, from there up to the beginning of the document."""
    end = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset))
    for _ in range(_NEAR):
        if end < 0:
            return
        if text[end - 1 : end + 1] == "\r\n":
            end -= 1
        start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end))
        if text.startswith("---", start + 1):
            return
        yield row(text, start + 1, end)
        end = start


def _below(text: str, offset: int) -> Iterator[Row]:
    """The line of an offset and those below it, to the end of the document."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    for number in range(_NEAR):
        found = _BREAK.search(text, start)
        end = found.start() if found else len(text)
        if number and text.startswith("---", start):
            return
        yield row(text, start, end)
        if found is None:
            return
        start = found.end()

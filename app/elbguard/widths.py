"""Columns of a terminal: how many a text takes, and a text in lines of so many; Chinese characters take two."""

import unicodedata
from collections.abc import Iterator
from textwrap import fill
from typing import Final

_NOT_FIRST: Final = frozenset("，。、；：！？）】》”’…%")  # what no line begins with (GB/T 15834)
_NOT_LAST: Final = frozenset("（【《“‘")  # and what none ends with


def width(text: str) -> int:
    """The columns that a text takes; without tabs and controls."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def padded(text: str, columns: int) -> str:
    """The text with blanks behind it up to so many columns."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int, first: str = "", rest: str = "") -> str:
    """The text in lines of at most so many columns, `first` before the first of them and `rest` before the others.

    Latin words stay whole, however long; between Chinese characters a line may end anywhere but beside punctuation.
    """
    if not any(map(_is_wide, text)):
        return fill(
            text, columns, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )
    lines, line = [], first
    for word in _words(text):
        if width(line) + width(word.rstrip()) > columns and line.strip():
            lines.append(line.rstrip())
            line = rest
        line += word
    return "\n".join([*lines, line.rstrip()])


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if _is_wide(character) else 1


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _words(text: str) -> Iterator[str]:
    """The parts of a text between which a line may end; blanks stand at the end of the part before them."""
    word = ""
    for character in text:
        if word and _may_break(word[-1], character):
            yield word
            word = ""
        word += character
    yield word


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    return before == " " or _is_wide(before) or _is_wide(after) or after in _NOT_LAST

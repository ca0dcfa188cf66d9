"""YAML scalars decoded as libyaml decodes them, each character with the span it was written in."""

import re
from collections.abc import Iterator
from typing import Final

Piece = tuple[str, int, int]  # a decoded character, and start and end of what stands for it
_Break = tuple[int, int]  # start and end of a line break

BREAKS: Final = "\r\n\x85\u2028\u2029"
_ONE: Final = rf"(?:\r\n|[{BREAKS}])"
_BREAK: Final = re.compile(_ONE)
_BLANKS: Final = re.compile(r"[ \t]*+")
_FOLD: Final = re.compile(rf"{_ONE}(?:[ \t]*+{_ONE})*+[ \t]*+")
_SPACES: Final = re.compile(r" *+")
_HEADER: Final = re.compile(rf"[|>](?:([+-])?([1-9])?|([1-9])([+-]))[ \t]*+(?:#[^{BREAKS}]*+)?+(?:{_ONE}|\Z)")
_ESCAPED: Final = dict(zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))
_HEX_DIGITS: Final = {"x": 2, "u": 4, "U": 8}
_WIDEST_INDENT: Final = 64


def decodings(text: str, start: int, end: int, style: str) -> Iterator[Iterator[Piece]]:
    """Give the ways to read text[start:end], a scalar of `style`: more than one only for a block that says its indent.

    What such a block says is relative to its parent, which cannot be seen here; the value tells which way is right.
    """
    if style in {"|", ">"}:
        yield from _blocks(text, start, end, literal=style == "|")
    elif not style:
        yield _flow(text, start, end, "")
    elif end - start >= 2 and text[start] == text[end - 1] == style:
        yield _flow(text, start + 1, end - 1, style)


def _flow(text: str, at: int, end: int, quote: str) -> Iterator[Piece]:
    """Decode a plain scalar (no quote) or what stands between two quotes."""
    while at < end:
        char = text[at]
        if char in BREAKS or char in " \t":
            after = _end(_BLANKS, text, at, end)
            if after < end and text[after] in BREAKS:
                at = _end(_FOLD, text, after, end)
                yield from _folded(text, _breaks(text, after, at))
            else:
                yield from _as_written(text, at, after)
                at = after
        elif char == "\\" and quote == '"' and text[at + 1] in BREAKS:
            first = at + 1
            at = _end(_FOLD, text, first, end)
            yield from (_line_end(text, broken) for broken in _breaks(text, first, at)[1:])
        elif char == "\\" and quote == '"':
            after, decoded = _escape(text, at)
            yield decoded, at, after
            at = after
        else:
            width = 2 if char == quote == "'" else 1
            yield char, at, at + width
            at += width


def _escape(text: str, at: int) -> tuple[int, str]:
    """Decode the escape at `at`: where it ends and what it stands for. JSON's surrogate pairs are one character."""
    kind = text[at + 1]
    digits = _HEX_DIGITS.get(kind)
    if digits is None:
        return at + 2, _ESCAPED[kind]
    after = at + 2 + digits
    code = int(text[at + 2 : after], 16)
    if 0xD800 <= code < 0xDC00 and text[after : after + 2] == "\\u":
        low = int(text[after + 2 : after + 6], 16)
        if 0xDC00 <= low < 0xE000:
            return after + 6, chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
    return after, chr(code)


def _folded(text: str, breaks: list[_Break]) -> Iterator[Piece]:
    """Decode a run of line breaks: one is a space, of several the first is dropped."""
    first, *rest = breaks
    if _line_end(text, first)[0] != "\n":
        yield _line_end(text, first)
    elif not rest:
        yield " ", *first
    yield from (_line_end(text, broken) for broken in rest)


def _blocks(text: str, start: int, end: int, *, literal: bool) -> Iterator[Iterator[Piece]]:
    header = _HEADER.match(text, start, end)
    if not header:
        return
    before, indent, indent_first, after = header.groups()
    chomp, body = before or after, header.end()
    said = indent or indent_first
    widest = _widest_opening(text, body, end)
    indents = range(int(said), min(max(widest, int(said)), _WIDEST_INDENT) + 1) if said else (max(widest, 1),)
    for indent in indents:
        yield _block(text, body, end, indent, literal=literal, chomp=chomp)


def _widest_opening(text: str, at: int, end: int) -> int:
    """Give the most columns that the first line with content, or an empty line before it, is indented by."""
    widest = 0
    while at < end:
        content = _end(_SPACES, text, at, end)
        widest = max(widest, content - at)
        broken = _BREAK.match(text, content, end)
        if not broken:
            break
        at = broken.end()
    return widest


def _block(text: str, at: int, end: int, indent: int, *, literal: bool, chomp: str | None) -> Iterator[Piece]:
    """Decode the lines of a block scalar; a folded one keeps the breaks around lines that open with a blank."""
    last: _Break | None = None
    after_blank = False
    empty, at, more = _to_content(text, at, end, indent)
    while more:
        blank = text[at] in " \t"
        if last:
            if literal or after_blank or blank or _line_end(text, last)[0] != "\n":
                yield _line_end(text, last)
            elif not empty:
                yield " ", *last
        yield from (_line_end(text, broken) for broken in empty)
        after_blank = blank
        broken = _BREAK.search(text, at, end)
        yield from _as_written(text, at, broken.start() if broken else end)
        last = broken.span() if broken else None
        empty, at, more = _to_content(text, broken.end() if broken else end, end, indent)
    if last and chomp != "-":
        yield _line_end(text, last)
    if chomp == "+":
        yield from (_line_end(text, broken) for broken in empty)


def _to_content(text: str, at: int, end: int, indent: int) -> tuple[list[_Break], int, bool]:
    """Pass empty lines and the indentation: the breaks passed, where that leads, whether content stands there."""
    empty: list[_Break] = []
    while True:
        content = _end(_SPACES, text, at, min(at + indent, end))
        broken = _BREAK.match(text, content, end)
        if not broken:
            return empty, content, content == at + indent < end
        empty.append(broken.span())
        at = broken.end()


def _as_written(text: str, start: int, end: int) -> Iterator[Piece]:
    return ((text[i], i, i + 1) for i in range(start, end))


def _line_end(text: str, broken: _Break) -> Piece:
    """Decode a line break: YAML keeps the line and paragraph separators, all others are a line feed."""
    char = text[broken[0]]
    return (char if char in "\u2028\u2029" else "\n"), *broken


def _breaks(text: str, start: int, end: int) -> list[_Break]:
    return [found.span() for found in _BREAK.finditer(text, start, end)]


def _end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Give where a match of `pattern` at `start` ends; `start` itself where there is none."""
    found = pattern.match(text, start, end)
    return found.end() if found else start

"""JSON while it is being typed: what a cursor in it is in, however unfinished the text is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 20_000  # characters behind the cursor that are looked at
_BARE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+")


@dataclass(slots=True)
class Inside:
    """What is open at some place: `names` of the members so far, `member` the one whose value is next, if any."""

    kind: str
    names: list[str] = field(default_factory=list)
    member: str | None = None


@dataclass(frozen=True, slots=True)
class JsonSpot:
    """Where a cursor is in JSON.

    `kinds` are the brackets that are open, such as `[{`, none behind a value that is complete; `member` is the one
    whose value the cursor is in, None where it is at a name. `start` is where the word begins, behind its quote if it
    is `in_text`. `names` are those that the object has besides.
    """

    kinds: str
    member: str | None
    start: int
    in_text: bool
    names: frozenset[str]


class _Signs:
    """The signs of JSON as it is written in YAML: between double quotes its own have a backslash."""

    def __init__(self, text: str, *, escaped: bool) -> None:
        self._text = text
        self.quote = '\\"' if escaped else '"'
        self._escape = "\\\\" if escaped else "\\"

    def read(self, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Brackets, commas, colons and texts, each with its span; a text that is not closed has none of its quotes."""
        at = start
        while at < end:
            if self._text.startswith(self.quote, at):
                stop = self._closing(at + len(self.quote), end)
                closed = stop < end
                yield ("text" if closed else "open", at + len(self.quote), stop)
                at = stop + len(self.quote)
                continue
            character = self._text[at]
            if character in "{}[],:":
                yield character, at, at + 1
            at += 1

    def _closing(self, at: int, end: int) -> int:
        """Where the quote is that closes a text, or the end."""
        while at < end:
            if self._text.startswith(self._escape, at):
                at += len(self._escape)
                at += len(self.quote) if self._text.startswith(self.quote, at) else 1
            elif self._text.startswith(self.quote, at):
                return at
            else:
                at += 1
        return end


def json_spot(text: str, start: int, offset: int, stop: int, *, escaped: bool) -> JsonSpot:
    """Where an offset is in the JSON that begins at `start`; `escaped`: it stands between double quotes."""
    signs = _Signs(text, escaped=escaped)
    open_: list[Inside] = []
    last, word, in_text, done = "", offset, False, False
    for sign, begins, ends in signs.read(start, offset):
        word, in_text = offset, False
        if sign in "{[":
            open_.append(Inside(sign))
        elif sign in "}]":
            open_[-1:] = []
        elif sign == "open":
            word, in_text = begins, True
        elif open_:
            _take(open_[-1], sign, last)
        last = text[begins:ends] if sign == "text" else ""
        done = sign in ("text", "}", "]")
    if not in_text:
        while word > start and text[word - 1] in _BARE:
            word -= 1
    inside = open_[-1] if open_ else Inside("")
    names = {*inside.names, *_behind(signs, text, offset, min(stop, offset + _MOST), in_text=in_text)}
    kinds = "" if done and not in_text else "".join(each.kind for each in open_)
    return JsonSpot(kinds, inside.member, word, in_text, frozenset(names))


def _take(inside: Inside, sign: str, last: str) -> None:
    if sign == ":" and inside.kind == "{" and inside.member is None:
        inside.names.append(last)
        inside.member = last
    elif sign == ",":
        inside.member = None


def _behind(signs: _Signs, text: str, offset: int, stop: int, *, in_text: bool) -> Iterator[str]:
    """The names of the members behind the cursor in the same object."""
    while offset < stop and text[offset] in _BARE:
        offset += 1
    if in_text and text.startswith(signs.quote, offset):
        offset += len(signs.quote)
    depth, last = 0, ""
    for sign, begins, ends in signs.read(offset, stop):
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth < 0:
                return
        elif sign == ":" and depth == 0 and last:
            yield last
        last = text[begins:ends] if sign == "text" else ""

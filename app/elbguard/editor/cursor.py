"""Cursor: where in the annotations of a Service somebody is typing, in a text that need not be YAML yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from elbguard.editor.rows import Row, Rows

_WORD: Final = re.compile(r"[\w./-]*", re.ASCII)
_WORD_BEFORE: Final = re.compile(r"[\w./-]*\Z", re.ASCII)
_KEYS: Final = re.compile(r"""["']?((?:kubernetes|cce)\.io/[\w.-]{1,100})["']?[ \t]{0,20}:""", re.ASCII)
_KINDS: Final = re.compile(r"""["']?kind["']?[ \t]{0,20}:[ \t]{0,20}["']?(\w{1,60})""", re.ASCII)
_BLOCK: Final = re.compile(r"[ \t]*[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?")
_OURS: Final = frozenset({"Service", "List", "ServiceList"})
_BLANKS: Final = re.compile(r"\s*")
_MOST: Final = 100_000  # characters of a value that are looked at


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cursor is. `key` is the annotation in whose value it is, empty where it is at a key.

    The characters [start, end) are the word around the cursor; `quote` is the one that opens the word or the value,
    `closed` whether the word's is closed behind it, `named` whether a colon follows. `value` is where the value begins,
    behind its quote, `stop` where it may end; `block` whether it stands on lines of its own. `given` are the keys that
    are there, `flow` whether it is between braces.
    """

    offset: int
    start: int
    end: int
    key: str = ""
    quote: str = ""
    closed: bool = False
    named: bool = False
    value: int = 0
    stop: int = 0
    block: bool = False
    flow: bool = False
    given: frozenset[str] = frozenset()


def spot(text: str, offset: int) -> Spot | None:
    """Where the cursor is; None where it is not in the annotations of a Service, or in a comment."""
    rows = Rows(text, offset)
    here = rows[rows.here]
    column = offset - here.start
    if column > len(here.text) or here.text.lstrip().startswith("#"):
        return None
    indent = min(here.indent, column) if not here.text.strip() else here.indent
    path = [*_named(rows, rows.parents(rows.here, indent))]
    names = [rows[number].key for number in path]
    if (inline := _inline(rows, path, here, column)) is not None:
        return _within(text, offset, inline, rows)
    if _at_annotations(names) and _is_ours(rows, path[1]):
        given = frozenset(each.key for each in rows.below(path[0]) if each is not here)
        return _in_row(text, offset, here, column, given)
    depth = next((n for n in range(len(names) - 1) if _at_annotations(names[n + 1 :])), None)
    if depth is None or not _is_ours(rows, path[depth + 2]):
        return None
    return _in_value(text, offset, rows[path[depth]], frozenset())


def _named(rows: Rows, parents: Iterator[int]) -> Iterator[int]:
    """Those of the parents that have a key: a brace on a line of its own has none."""
    return (number for number in parents if rows[number].key)


def _at_annotations(names: list[str]) -> bool:
    """Whether a path, the innermost first, leads to the annotations of an object of a document, or of its List."""
    return names[:2] == ["annotations", "metadata"] and all(name == "items" for name in names[2:])


def _is_ours(rows: Rows, metadata: int) -> bool:
    """Whether the object of some metadata is a Service, as far as it says what it is."""
    beside = {each.key: each.word for each in rows.beside(metadata)}
    return beside.get("kind", "Service") == "Service" and beside.get("apiVersion", "v1") in ("", "v1")


def _in_row(text: str, offset: int, here: Row, column: int, given: frozenset[str]) -> Spot | None:
    """The spot on the line of an annotation: at its key, or in its value."""
    if 0 <= here.value <= column:
        return _in_value(text, offset, here, given)
    begins = here.indent if here.text.strip() else column
    if column < begins:
        return None
    start, quote = here.start + begins, here.text[begins : begins + 1]
    quote = quote if quote in ("'", '"') else ""
    found = _word(text, offset, start + len(quote), quote)
    return Spot(offset, *found[:2], quote=quote, closed=found[2], named=here.value >= 0, given=given) if found else None


def _word(text: str, offset: int, start: int, quote: str) -> tuple[int, int, bool] | None:
    """The word that begins at `start` and has the cursor in it, and whether its quote is closed; None if it is none."""
    word = _WORD.match(text, start)
    end = word.end() if word else start
    if not start <= offset <= end:
        return None
    return start, end, bool(quote) and text.startswith(quote, end)


def _in_value(text: str, offset: int, owner: Row, given: frozenset[str]) -> Spot | None:
    """The spot in the value of an annotation, which begins on the line of its key."""
    begins = owner.start + owner.value
    if offset - begins > _MOST:
        return None
    rest = owner.text[owner.value :]
    if _BLOCK.fullmatch(rest):
        behind = owner.start + len(owner.text)
        if offset <= behind:
            return None
        return _spot_in(text, offset, owner.key, "", behind + 1, len(text), block=True)
    blanks = _BLANKS.match(text, begins, max(begins, offset))
    opened = blanks.end() if blanks else begins
    quote = text[opened : opened + 1] if text[opened : opened + 1] in ("'", '"') else ""
    if opened == offset:
        quote = ""  # the cursor is before it
        if rest.strip() and text[opened : opened + 1].strip():
            return None
    stop = _closing(text, opened + 1, quote) if quote else max(owner.start + len(owner.text), offset)
    if offset > stop:
        return None
    return _spot_in(text, offset, owner.key, quote, opened + len(quote), stop)


def _closing(text: str, at: int, quote: str) -> int:
    """Where the quote is that closes what was opened; if none does, the end of the line."""
    stop = len(text)
    while at < stop:
        if (quote == '"' and text[at] == "\\") or (text.startswith("''", at) and quote == "'"):
            at += 2
        elif text[at] == quote:
            return at
        elif text[at] in "\r\n" and _KEYS.match(text[at : at + 400].lstrip()):
            return at  # the next annotation: this one is being typed
        else:
            at += 1
    return stop


def _spot_in(
    text: str, offset: int, key: str, quote: str, value: int, stop: int, *, block: bool = False, flow: bool = False
) -> Spot:
    before = _WORD_BEFORE.search(text, max(value, offset - 300), offset)
    start = before.start() if before else offset
    after = _WORD.match(text, offset, max(stop, offset))
    end = after.end() if after else offset
    closed = bool(quote) and text.startswith(quote, end)
    return Spot(offset, start, end, key, quote, closed, False, value, stop, block, flow)


@dataclass(slots=True)
class _Braces:
    """What is open between braces on one line: the `names` around; name and beginning of what comes next."""

    text: str
    name: str
    begins: int
    quote: str = ""
    names: list[str] = field(default_factory=list)

    def read(self, at: int, end: int) -> bool:
        """Read the characters [at, end); says whether braces are open then."""
        while at < end:
            character = self.text[at]
            if self.quote:
                at += character == "\\" and self.quote == '"'
                self.quote = "" if character == self.quote else self.quote
            elif character == "}" and not self.names:
                return False
            else:
                self._take(character, at)
            at += 1
        return bool(self.names)

    def _take(self, character: str, at: int) -> None:
        if character in "\"'":
            self.quote, self.begins = character, at + 1
        elif character == "{":
            self.names.append(self.name)
            self.name, self.begins = "", at + 1
        elif character == "}":
            self.name = self.names.pop()
        elif character == ",":
            self.name, self.begins = "", at + 1
        elif character == ":" and not self.name:
            self.name, self.begins = self.text[self.begins : at].strip().strip("\"'"), at + 1


def _inline(rows: Rows, path: list[int], here: Row, column: int) -> tuple[list[str], int, str] | None:
    """What a cursor between braces on one line is in: the names around it, where its value or key begins, its quote.

    None where it is not between braces.
    """
    around = [rows[number].key for number in path]
    if any(_at_annotations(around[n:]) for n in range(len(around))):
        return None  # what braces there are belong to the value of an annotation
    braces = _Braces(here.text, here.key, max(here.value, 0))
    if not braces.read(max(here.value, here.indent), column):
        return None
    inner = [each for each in reversed(braces.names) if each]
    return [braces.name, *inner, *around], here.start + braces.begins, braces.quote


def _within(text: str, offset: int, inline: tuple[list[str], int, str], rows: Rows) -> Spot | None:
    """The spot between braces on one line."""
    (name, *names), begins, quote = inline
    here = rows[rows.here]
    if not _at_annotations(names) or not {found[1] for found in _KINDS.finditer(_all(rows))} <= _OURS:
        return None
    begins += len(text[begins:offset]) - len(text[begins:offset].lstrip())
    if name:
        stop = _closing(text, begins, quote) if quote else here.start + len(here.text)
        return _spot_in(text, offset, name, quote, begins, max(stop, offset), flow=True)
    found = _word(text, offset, begins, quote)
    if found is None:
        return None
    given = frozenset(each[1] for each in _KEYS.finditer(here.text) if here.start + each.start(1) != found[0])
    behind = text[found[1] + found[2] : found[1] + found[2] + 20].lstrip()
    return Spot(offset, *found[:2], "", quote, found[2], behind.startswith(":"), given=given, flow=True)


def _all(rows: Rows) -> str:
    return "\n".join(each.text for each in rows)

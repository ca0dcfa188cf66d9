"""JSON inside an annotation: read strictly, with the place of every value and of every mistake in the text.

Two readers for one language. `load` is the standard library's scanner, made strict; it is fast and says nothing about
places. `scan` is ours; it is asked only when there is something to point at.
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NoReturn

import msgspec

from elbguard_rules.core.problem import Step

DEEPEST: Final = 32  # levels; the documented annotations need three
_LONGEST_NUMBER: Final = 64  # characters
_LARGE: Final = 10**60
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# What may stand between the quotes of a string, as far as it is right.
_WITHIN: Final = re.compile(r'(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+')
_WORD: Final = re.compile(r"[^\s,:{}\[\]\"]+")
_LITERALS: Final = {"true": True, "false": False, "null": None}


class JsonMistake(ValueError):
    """The text is not strict JSON: what is wrong, the span [start, end) of the text, and the path that leads there."""

    def __init__(self, message: str, start: int, end: int, path: tuple[Step, ...] = (), text: str = "") -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.path = message, start, end, path
        self.line = text.count("\n", 0, start) + 1
        self.column = start - (text.rfind("\n", 0, start) + 1) + 1

    def near(self, text: str) -> str:
        """The part of the text around the mistake, on one line, with ... where something is left out."""
        start, end = max(0, self.start - 20), min(len(text), self.start + 20)
        part = " ".join(text[start:end].split())
        return ("..." if start else "") + part + ("..." if end < len(text) else "")

    @property
    def place(self) -> str:
        """Where it is: `column 14`, or `line 2, column 14`."""
        return f"column {self.column}" if self.line == 1 else f"line {self.line}, column {self.column}"

    @property
    def detail(self) -> str:
        """The message with its place: `line 2, column 14: ...`."""
        return f"line {self.line}, column {self.column}: {self.message}"


class Comment(JsonMistake):
    """A comment stands between two tokens, which some documents do in examples."""


class TooDeep(JsonMistake):
    """Arrays and objects nest deeper than anything that works."""


class DuplicateKey(JsonMistake):
    """An object names a member twice; readers disagree about which of the two counts."""


Twice = Callable[[tuple[Step, ...], tuple[int, int], tuple[int, int]], None]  # the path, the two spans of the name


@dataclass(slots=True)
class Node:
    """A value in the text: its span [start, end), and the spans of what it contains."""

    value: Any
    start: int
    end: int = 0
    members: "dict[Step, Node]" = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    def at(self, path: tuple[Step, ...]) -> "Node | None":
        """The node at a path, or None. An object in the place of an array is its only element: 0 leads to itself."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            if step != 0 or not isinstance(node.value, dict):
                node = node.members.get(step)
        return node


class _NotStrict(ValueError):
    pass


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotStrict
    return found


def _no_constant(_: str) -> NoReturn:
    raise _NotStrict


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _NotStrict
    return int(digits)


def _fraction(digits: str) -> float:
    if len(digits) > _LONGEST_NUMBER:
        raise _NotStrict
    return float(digits)


_TEXTS: Final = frozenset((str,))
_QUICK: Final = msgspec.json.Decoder()
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_int=_whole, parse_float=_fraction
)


def load(text: str) -> Any:
    """The value of a strict JSON text. Raises JsonMistake with the place of the first mistake.

    Not strict are duplicate keys, NaN and Infinity, trailing text, nesting deeper than DEEPEST, very long numbers.
    """
    try:
        if _is_plain(plain := _QUICK.decode(text), text):
            return plain
    except (ValueError, RecursionError):
        pass
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return scan(text).value
    if text.count("[") + text.count("{") > DEEPEST and _is_deep(value):
        return scan(text).value
    return value


def _is_plain(value: Any, text: str) -> bool:
    """Whether it is an object that nobody needs to look at again: as many names as colons, so that none is twice.

    Quicker than the decoder that sees each pair, and true of most texts.
    """
    if type(value) is not dict or len(value) != text.count(":"):
        return False
    for each in value.values():
        kind = type(each)
        if kind is str or (kind is int and -_LARGE < each < _LARGE):
            continue
        if kind is not list or set(map(type, each)) - _TEXTS:
            return False
    return True


def _is_deep(value: Any) -> bool:
    """Whether arrays and objects nest deeper than DEEPEST."""
    level = [value]
    for _ in range(DEEPEST + 1):
        below = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, list | dict))
        level = list(chain.from_iterable(below))
    return bool(level)


def scan(text: str) -> Node:
    """The value of a strict JSON text with the spans of all its parts. Raises JsonMistake."""
    return _Scanner(text).document()


def scan_one(text: str, at: int, deepest: int, twice: Twice) -> Node:
    """The strict JSON value that begins at `at`, with the spans of all its parts; what follows it is not looked at.

    A member given twice is told to `twice`, and the last one counts; nothing may nest deeper than `deepest` levels, and
    numbers may be long. Raises JsonMistake.
    """
    return _Scanner(text, at, deepest, sys.maxsize, twice).value()


class _Scanner:
    def __init__(
        self,
        text: str,
        at: int = 0,
        deepest: int = DEEPEST,
        longest_number: int = _LONGEST_NUMBER,
        twice: Twice | None = None,
    ) -> None:
        self.text, self.at, self.path = text, at, list[Step]()
        self._deepest, self._longest_number, self._twice = deepest, longest_number, twice

    def document(self) -> Node:
        self._blank()
        if self.at == len(self.text):
            self._stop("the text is empty, a JSON value is expected")
        node = self.value()
        self._blank()
        if self.at < len(self.text):
            self._stop(f"nothing may follow the value, found {self._here()}")
        return node

    def _stop(self, message: str, start: int | None = None, end: int | None = None) -> NoReturn:
        start = self.at if start is None else start
        end = min(start + 1, len(self.text)) if end is None else end
        raise JsonMistake(message, start, end, tuple(self.path), self.text)

    def _here(self) -> str:
        if self.at >= len(self.text):
            return "the end of the text"
        word = _WORD.match(self.text, self.at)
        return (word.group()[:20] if word else self.text[self.at]).__repr__()

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        if self.text.startswith(("//", "/*"), self.at):
            end = min(self.at + 2, len(self.text))
            raise Comment("JSON has no comments", self.at, end, tuple(self.path), self.text)

    def value(self) -> Node:
        if len(self.path) > self._deepest:
            message = f"nested deeper than {self._deepest} levels"
            end = min(self.at + 1, len(self.text))
            raise TooDeep(message, self.at, end, tuple(self.path), self.text)
        start, first = self.at, self.text[self.at : self.at + 1]
        if first == "{":
            return self._object(start)
        if first == "[":
            return self._array(start)
        if first == '"':
            return Node(self._string(), start, self.at)
        if first == "'":
            self._stop("a string is written in double quotes")
        if first and first in "-0123456789":
            return Node(self._number(), start, self.at)
        word = _WORD.match(self.text, self.at)
        if word and word.group() in _LITERALS:
            self.at = word.end()
            return Node(_LITERALS[word.group()], start, self.at)
        if word:
            self._stop(f"{word.group()[:20]!r} is no JSON value: is a quote missing?", start, word.end())
        return self._stop(f"a value is expected, found {self._here()}")

    def _object(self, start: int) -> Node:
        node = Node({}, start)
        self.at += 1
        self._blank()
        while not self.text.startswith("}", self.at):
            self._member(node)
            if not self._separator("}", "a member"):
                break
        self.at += 1
        node.end = self.at
        return node

    def _member(self, node: Node) -> None:
        start = self.at
        if not self.text.startswith('"', start):
            self._stop(f"a member's name in double quotes is expected, found {self._here()}")
        key = self._string()
        if key in node.value:
            path = (*self.path, key)
            if self._twice is None:
                raise DuplicateKey(f"the member {key[:40]!r} is given twice", start, self.at, path, self.text)
            self._twice(path, node.keys[key], (start, self.at))
        node.keys[key] = (start, self.at)
        self._blank()
        if not self.text.startswith(":", self.at):
            self._stop(f"a colon is expected after the name {key[:40]!r}, found {self._here()}")
        self.at += 1
        self._blank()
        self.path.append(key)
        node.members[key] = self.value()
        node.value[key] = node.members[key].value
        self.path.pop()

    def _array(self, start: int) -> Node:
        node = Node([], start)
        self.at += 1
        self._blank()
        while not self.text.startswith("]", self.at):
            index = len(node.value)
            self.path.append(index)
            node.members[index] = self.value()
            node.value.append(node.members[index].value)
            self.path.pop()
            if not self._separator("]", "an element"):
                break
        self.at += 1
        node.end = self.at
        return node

    def _separator(self, close: str, what: str) -> bool:
        """Step over a comma and say that there is more; leave the closing bracket and say that there is not."""
        self._blank()
        if self.text.startswith(close, self.at):
            return False
        if not self.text.startswith(",", self.at):
            hint = ": is a quote missing?" if self.at < len(self.text) else ""
            self._stop(f"a comma or {close} is expected after {what}, found {self._here()}{hint}")
        comma = self.at
        self.at += 1
        self._blank()
        if self.text.startswith(close, self.at):
            self._stop(f"no comma may stand before {close}", comma)
        return True

    def _string(self) -> str:
        start = self.at
        match = _WITHIN.match(self.text, start + 1)
        self.at = match.end() if match else start + 1
        if self.text.startswith('"', self.at):
            self.at += 1
            found: str = json.loads(self.text[start : self.at])
            return found
        if self.at == len(self.text):
            self._stop("a string is not closed", start, self.at)
        if self.text[self.at] != "\\":
            self._stop("a line break or control character in a string is written as an escape such as \\n")
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "u":
            self._stop("\\u is followed by four hexadecimal digits", self.at, min(self.at + 6, len(self.text)))
        return self._stop(f"\\{letter} is no JSON escape", self.at, min(self.at + 2, len(self.text)))

    def _number(self) -> int | float:
        word = _WORD.match(self.text, self.at)
        whole = word.group() if word else self.text[self.at]
        match = _NUMBER.fullmatch(whole)
        if not match:
            self._stop(f"{whole[:20]!r} is no JSON number", self.at, self.at + len(whole))
        if len(whole) > self._longest_number:
            self._stop(f"a number has at most {self._longest_number} characters", self.at, self.at + len(whole))
        self.at += len(whole)
        return float(whole) if match.group(1) or match.group(2) or len(whole) > _LONGEST_NUMBER else int(whole)

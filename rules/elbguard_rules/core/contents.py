"""Contents: what stands at the places of a Service, in a form in which two of them can be compared."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from elbguard_rules.core import jsontext
from elbguard_rules.core.folding import folded
from elbguard_rules.core.limits import MOST_VALUES, values_in
from elbguard_rules.core.problem import ABSENT, Step, Where
from elbguard_rules.core.record import record
from elbguard_rules.core.service import Service

ANNOTATIONS: Final = ("metadata", "annotations")


@record
class Unread:
    """What should be JSON and is not, without its blanks."""

    text: str


@record
class Listed:
    """A text that is no JSON: what stands between its commas."""

    entries: tuple[str, ...]


class Contents:
    """What stands at the places of a Service, also inside the texts of its annotations."""

    def __init__(self, service: Service) -> None:
        self._raw = service.raw
        self.annotations, self.spec = service.annotations, service.spec
        self._texts: dict[str, Any] = {}

    def at(self, where: Where, *, whole: bool = False) -> object:
        """What is there; ABSENT where nothing is. `whole`: all of the annotation's text."""
        value = _step(self._raw, where.steps)
        if where.steps[:2] != ANNOTATIONS or not isinstance(value, str):
            return value
        if value not in self._texts:
            self._texts[value] = _read(value)
        read = self._texts[value]
        if whole or isinstance(read, Unread):
            return read
        if isinstance(read, Listed):
            place = where.inner[0] if where.inner else None
            if not isinstance(place, int):
                return read
            return read.entries[place] if place < len(read.entries) else ABSENT
        return _step(read, where.inner, folded)


def _step(value: object, steps: Iterable[Step], also: Callable[[str], str] = str) -> object:
    """What steps lead to. An object in the place of an array is its only element: 0 leads to itself.

    `also` makes another name of a member, under which it may stand.
    """
    for step in steps:
        if isinstance(value, dict):
            value = value if step == 0 else value.get(step, value.get(also(str(step)), ABSENT))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ABSENT
    return value


def _read(text: str) -> object:
    if not text.strip():
        return ABSENT
    if values_in(text) > MOST_VALUES:  # no rule looks into it either
        return Unread("".join(text.split()))
    if text.lstrip()[:1] not in ("{", "["):
        return Listed(tuple(entry.strip() for entry in text.split(",")))
    try:
        return _folded(jsontext.load(text))
    except jsontext.JsonMistake:
        return Unread("".join(text.split()))


def _folded(value: Any) -> Any:
    """A JSON value with all names in small letters, but for those of an object that has one in two ways."""
    if isinstance(value, list):
        return [_folded(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {folded(name): _folded(each) for name, each in value.items()}
    return found if len(found) == len(value) else {name: _folded(each) for name, each in value.items()}


def within(new: object, old: object) -> bool:
    """Whether a value is the old one, or what is left of it when parts go."""
    try:
        if isinstance(new, dict) and isinstance(old, dict):
            return all(name in old and within(value, old[name]) for name, value in new.items())
        if isinstance(new, Listed) and isinstance(old, Listed):
            return Counter(new.entries) <= Counter(old.entries)
        if isinstance(new, list) and isinstance(old, list):
            return Counter(map(written, new)) <= Counter(map(written, old))
    except RecursionError:
        return False
    return written(new) == written(old)


def size(value: object) -> int:
    """How many single values there are."""
    if isinstance(value, Listed):
        return len(value.entries)
    return sum(1 for _ in _leaves(value))


def _leaves(value: object) -> Iterator[object]:
    level = [value]
    while level:
        each = level.pop()
        if isinstance(each, dict):
            level += each.values()
        elif isinstance(each, list):
            level += each
        else:
            yield each


def written(value: object) -> str:
    """A text for each value: the same for the same value, whatever the order of its members."""
    if isinstance(value, Listed):
        return ",".join(value.entries)
    if isinstance(value, Unread):
        return value.text
    if value is ABSENT:
        return ""
    try:
        return json.dumps(value, sort_keys=True)
    except (RecursionError, TypeError, ValueError):  # very deep, odd keys, or a number of thousands of digits
        return "".join(_tokens(value))


def _tokens(value: object) -> Iterator[str]:
    """The tokens of any value of any depth."""
    waiting: list[tuple[bool, object]] = [(False, value)]
    while waiting:
        is_token, each = waiting.pop()
        if is_token:
            yield str(each)
        elif isinstance(each, dict):
            yield "{"
            waiting.append((True, "}"))
            for name in sorted(each, key=repr):
                waiting += ((False, each[name]), (True, repr(name)))
        elif isinstance(each, list):
            yield "["
            waiting.append((True, "]"))
            waiting += ((False, entry) for entry in reversed(each))
        else:
            yield hex(each) if isinstance(each, int) else repr(each)
            yield ","

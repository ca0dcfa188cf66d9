"""Mistakes: which findings of an update the Service had before, and which are new.

The same mistake breaks the same rule by the same text at the same place. It may move in its list, and there may be
fewer of it. What nobody may write over it is another wrong text.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from elbguard_rules.core import jsontext
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.folding import folded
from elbguard_rules.core.limits import MOST_VALUES, values_in
from elbguard_rules.core.problem import ABSENT, LONGEST_TOLD, MOST_TOLD, Kind, Step, Where
from elbguard_rules.core.service import Service

_ANNOTATIONS: Final = ("metadata", "annotations")
_Owners = Mapping[str, Annotation[Any]]


def known(new: Sequence[Finding], old: Sequence[Finding], service: Service, owners: _Owners) -> frozenset[int]:
    """The positions of those findings about a Service that the one it replaces had already.

    `owners` are the annotations that were judged, by key. Each finding of the old Service accounts for one of the new.
    Unchanged is what was judged: the text at the place, less blanks and capitals, and less the order of the names in
    JSON. A list or object of which nothing but parts have gone is fewer of the same; so is what must not be there at
    all, such as an annotation beside another, where other mistakes about it have gone.
    """
    before, after = _Contents(service.before), _Contents(service)
    if _is_cut_short(new) and not _only_less(before, after, owners):
        return frozenset()  # not all were told: those that were not may be new
    olds = [_Mistake(finding, before, owners) for finding in old]
    news = [_Mistake(finding, after, owners) for finding in new]
    accounts = _Accounts(olds)
    found = {index for index, mistake in enumerate(news) if accounts.settle("same", mistake.identity)}
    for index, mistake in enumerate(news):
        if index not in found and accounts.settle("moved", mistake.kin):
            found.add(index)
    fewer = _Fewer(before, after, olds, news)
    for index, mistake in enumerate(news):
        if index in found:
            continue
        at_its_place = fewer.at_the_place_of(mistake) and accounts.settle("placed", mistake.place)
        if at_its_place or (fewer.around(mistake) and accounts.settle("rooted", (mistake.rule, mistake.root))):
            found.add(index)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Unread:
    """What should be JSON and is not, without its blanks."""

    text: str


@dataclass(frozen=True, slots=True)
class _Listed:
    """A text that is no JSON: what stands between its commas."""

    entries: tuple[str, ...]


class _Contents:
    """What stands at the places of a Service, also inside the texts of its annotations."""

    def __init__(self, service: Service) -> None:
        self._raw = service.raw
        self.annotations, self.spec = service.annotations, service.spec
        self._texts: dict[str, Any] = {}

    def at(self, where: Where, *, whole: bool = False) -> object:
        """What is there; ABSENT where nothing is. `whole`: all of the annotation's text."""
        value = _step(self._raw, where.steps)
        if where.steps[:2] != _ANNOTATIONS or not isinstance(value, str):
            return value
        if value not in self._texts:
            self._texts[value] = _read(value)
        read = self._texts[value]
        if whole or isinstance(read, _Unread):
            return read
        if isinstance(read, _Listed):
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
        if isinstance(value, Mapping):
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
        return _Unread("".join(text.split()))
    if text.lstrip()[:1] not in ("{", "["):
        return _Listed(tuple(entry.strip() for entry in text.split(",")))
    try:
        return _folded(jsontext.load(text))
    except jsontext.JsonMistake:
        return _Unread("".join(text.split()))


def _folded(value: Any) -> Any:
    """A JSON value with all names in small letters, but for those of an object that has one in two ways."""
    if isinstance(value, list):
        return [_folded(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {folded(name): _folded(each) for name, each in value.items()}
    return found if len(found) == len(value) else {name: _folded(each) for name, each in value.items()}


class _Mistake:
    """What a finding is about, in forms that can be compared."""

    def __init__(self, finding: Finding, contents: _Contents, owners: _Owners) -> None:
        self.rule, self.where, self.kind = finding.rule.id, finding.where, finding.problem.kind
        self._told = finding.problem.value
        self.part = contents.at(self.where, whole=_is_twice_in_json(finding, owners))
        if self.part is ABSENT:
            self.part = finding.problem.value
        if self.part is ABSENT and self.where.inner and self.kind is not Kind.REQUIRED:
            self.part = contents.at(self.where, whole=True)
        self.value = "" if self.kind is Kind.REQUIRED else _written(self.part).lower()  # one nothing is like another

    @property
    def is_parted(self) -> bool:
        """Whether less of the value is less of the mistake. To most rules a text with commas is one value."""
        if not isinstance(self.part, _Listed) or self.kind is Kind.FORBIDDEN:
            return True
        return self.kind is Kind.INVALID and not isinstance(self._told, str)  # how many entries there are

    @property
    def identity(self) -> Hashable:
        """Rule, place and value."""
        return (self.rule, self.where.folded, self.value)

    @property
    def kin(self) -> Hashable:
        """The identity without positions in lists: what stays when a mistake moves up or down its list."""
        return (self.rule, self.where.folded.anywhere, self.value)

    @property
    def place(self) -> Hashable:
        """Rule and place."""
        return (self.rule, self.where.folded)

    @property
    def root(self) -> tuple[Step, ...]:
        """The annotation, or the field of spec, that it is about."""
        return self.where.steps[: 3 if self.where.steps[:2] == _ANNOTATIONS else 2]

    @property
    def presence(self) -> Hashable:
        """The kin; of what must not be there, whatever its value is."""
        return (self.rule, self.where.folded.anywhere, "" if self.kind is Kind.FORBIDDEN else self.value)


class _Accounts:
    """The old mistakes, each of which accounts for one new mistake."""

    def __init__(self, olds: Sequence[_Mistake]) -> None:
        self._open = set(range(len(olds)))
        self._by: dict[tuple[str, Hashable], list[int]] = defaultdict(list)
        for index, old in enumerate(olds):
            forms = {"same": old.identity, "moved": old.kin, "placed": old.place, "rooted": (old.rule, old.root)}
            for form in forms.items():
                self._by[form].append(index)

    def settle(self, name: str, form: Hashable) -> bool:
        """Whether an old mistake of this form was left; it is no longer."""
        left = self._by.get((name, form), [])
        while left:
            index = left.pop()
            if index in self._open:
                self._open.remove(index)
                return True
        return False


class _Fewer:
    """Whether what is wrong at a place became less."""

    def __init__(self, before: _Contents, after: _Contents, olds: list[_Mistake], news: list[_Mistake]) -> None:
        self._before, self._after = before, after
        self._olds, self._news = olds, news
        self._lessened: dict[tuple[Where, Kind], bool] = {}
        self._left: dict[Where, bool] = {}

    def around(self, mistake: _Mistake) -> bool:
        """Whether it is inside of what lost some parts: of very many mistakes one more is told then."""
        whole = Where(mistake.root)
        if mistake.where == whole:
            return False
        if whole not in self._left:
            self._left[whole] = _within(self._after.at(whole), self._before.at(whole))
        return self._left[whole]

    def at_the_place_of(self, mistake: _Mistake) -> bool:
        """Whether a mistake is all or some of the one that was at its place."""
        key = (mistake.where, mistake.kind)
        if key not in self._lessened:
            old = self._before.at(mistake.where)
            parted = mistake.is_parted and _within(mistake.part, old)
            self._lessened[key] = parted or (mistake.kind is Kind.FORBIDDEN and self._repaired(mistake, old))
        return self._lessened[key]

    def _repaired(self, mistake: _Mistake, old: object) -> bool:
        return mistake.root in self._mended and _size(mistake.part) <= _size(old)

    @cached_property
    def _mended(self) -> frozenset[tuple[Step, ...]]:
        """The annotations and fields about which there are fewer mistakes than before, and none that was not."""
        before, after = _by_root(self._olds), _by_root(self._news)
        return frozenset(root for root, found in after.items() if found < before[root])


def _by_root(mistakes: Iterable[_Mistake]) -> dict[tuple[Step, ...], Counter[Hashable]]:
    found: dict[tuple[Step, ...], Counter[Hashable]] = defaultdict(Counter)
    for mistake in mistakes:
        found[mistake.root][mistake.presence] += 1
    return found


def _is_twice_in_json(finding: Finding, owners: _Owners) -> bool:
    """Whether an annotation cannot be read, since its JSON gives a member twice."""
    steps = finding.where.steps
    owner = owners.get(str(steps[2])) if steps[:2] == _ANNOTATIONS and len(steps) == 3 else None
    return finding.problem.kind is Kind.DUPLICATE and owner is not None and finding.rule in owner.rules


def _is_cut_short(findings: Sequence[Finding]) -> bool:
    """Whether a rule may have had more to say than was heard."""
    return len(findings) >= MOST_TOLD or sum(len(finding.problem.detail) for finding in findings) > LONGEST_TOLD


def _only_less(before: _Contents, after: _Contents, keys: Iterable[str]) -> bool:
    """Whether nothing was added or changed of all that is judged."""
    there = (Where((*_ANNOTATIONS, key)) for key in keys if key in after.annotations)
    return all(_within(after.at(each), before.at(each)) for each in there) and _within(after.spec, before.spec)


def _within(new: object, old: object) -> bool:
    """Whether a value is the old one, or what is left of it when parts go."""
    try:
        if isinstance(new, Mapping) and isinstance(old, Mapping):
            return all(name in old and _within(value, old[name]) for name, value in new.items())
        if isinstance(new, _Listed) and isinstance(old, _Listed):
            return Counter(new.entries) <= Counter(old.entries)
        if isinstance(new, list) and isinstance(old, list):
            return Counter(map(_written, new)) <= Counter(map(_written, old))
    except RecursionError:
        return False
    return _written(new) == _written(old)


def _size(value: object) -> int:
    """How many single values there are."""
    if isinstance(value, _Listed):
        return len(value.entries)
    return sum(1 for _ in _leaves(value))


def _leaves(value: object) -> Iterator[object]:
    level = [value]
    while level:
        each = level.pop()
        if isinstance(each, Mapping):
            level += each.values()
        elif isinstance(each, list):
            level += each
        else:
            yield each


def _written(value: object) -> str:
    """A text for each value: the same for the same value, whatever the order of its members."""
    if isinstance(value, _Listed):
        return ",".join(value.entries)
    if isinstance(value, _Unread):
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
        elif isinstance(each, Mapping):
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

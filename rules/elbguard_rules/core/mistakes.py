"""Mistakes: which findings of an update the Service had before, and which are new.

The same mistake breaks the same rule by the same text at the same place. It may move in its list, and there may be
fewer of it. What nobody may write over it is another wrong text.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.contents import ANNOTATIONS, Contents, Listed, size, within, written
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import ABSENT, LONGEST_TOLD, MOST_TOLD, Kind, Step, Where
from elbguard_rules.core.service import Service

_Owners = Mapping[str, Annotation[Any]]


def known(new: Sequence[Finding], old: Sequence[Finding], service: Service, owners: _Owners) -> frozenset[int]:
    """The positions of those findings about a Service that the one it replaces had already.

    `owners` are the annotations that were judged, by key. Each finding of the old Service accounts for one of the new.
    Unchanged is what was judged: the text at the place, less blanks and capitals, and less the order of the names in
    JSON. A list or object of which nothing but parts have gone is fewer of the same; so is what must not be there at
    all, such as an annotation beside another, where other mistakes about it have gone.
    """
    before, after = Contents(service.before), Contents(service)
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


class _Mistake:
    """What a finding is about, in forms that can be compared."""

    def __init__(self, finding: Finding, contents: Contents, owners: _Owners) -> None:
        self.rule, self.where, self.kind = finding.rule.id, finding.where, finding.problem.kind
        self._told = finding.problem.value
        self.part = contents.at(self.where, whole=_is_twice_in_json(finding, owners))
        if self.part is ABSENT:
            self.part = finding.problem.value
        if self.part is ABSENT and self.where.inner and self.kind is not Kind.REQUIRED:
            self.part = contents.at(self.where, whole=True)
        self.value = "" if self.kind is Kind.REQUIRED else written(self.part).lower()  # one nothing is like another

    @property
    def is_parted(self) -> bool:
        """Whether less of the value is less of the mistake. To most rules a text with commas is one value."""
        if not isinstance(self.part, Listed) or self.kind is Kind.FORBIDDEN:
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
        return self.where.steps[: 3 if self.where.steps[:2] == ANNOTATIONS else 2]

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

    def __init__(self, before: Contents, after: Contents, olds: list[_Mistake], news: list[_Mistake]) -> None:
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
            self._left[whole] = within(self._after.at(whole), self._before.at(whole))
        return self._left[whole]

    def at_the_place_of(self, mistake: _Mistake) -> bool:
        """Whether a mistake is all or some of the one that was at its place."""
        key = (mistake.where, mistake.kind)
        if key not in self._lessened:
            old = self._before.at(mistake.where)
            parted = mistake.is_parted and within(mistake.part, old)
            self._lessened[key] = parted or (mistake.kind is Kind.FORBIDDEN and self._repaired(mistake, old))
        return self._lessened[key]

    def _repaired(self, mistake: _Mistake, old: object) -> bool:
        return mistake.root in self._mended and size(mistake.part) <= size(old)

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
    owner = owners.get(str(steps[2])) if steps[:2] == ANNOTATIONS and len(steps) == 3 else None
    return finding.problem.kind is Kind.DUPLICATE and owner is not None and finding.rule in owner.rules


def _is_cut_short(findings: Sequence[Finding]) -> bool:
    """Whether a rule may have had more to say than was heard."""
    return len(findings) >= MOST_TOLD or sum(len(finding.problem.detail) for finding in findings) > LONGEST_TOLD


def _only_less(before: Contents, after: Contents, keys: Iterable[str]) -> bool:
    """Whether nothing was added or changed of all that is judged."""
    there = (Where((*ANNOTATIONS, key)) for key in keys if key in after.annotations)
    return all(within(after.at(each), before.at(each)) for each in there) and within(after.spec, before.spec)

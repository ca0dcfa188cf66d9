"""The plan: which rules to ask about a Service, found out in a microsecond.

A rule is a bit of a number; an annotation, what stands in it, and a field of spec are numbers of the rules they call.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Check, Problems
from elbguard_rules.core.facts import Cluster, Facts, Unknown
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity, Where, forbidden
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service


class Plan:
    """Everything that depends only on the rules and on the operator's policy, made once.

    `annotations` are the keys that can be read, `checks` the rules over them; `not_text`, `unknown_member` and
    `other_capitals` are the rules that the engine itself applies to every annotation. `known` are all keys by name,
    those that nobody judges here too.
    """

    def __init__(
        self,
        annotations: Iterable[Annotation[Any]],
        checks: Iterable[Check],
        not_text: Rule,
        unknown_member: Rule,
        other_capitals: Rule,
        policy: Policy,
        known: Mapping[str, Annotation[Any]],
    ) -> None:
        self.known = known
        self.policy, self.not_text = policy, not_text
        self.unknown_member, self.other_capitals = unknown_member, other_capitals
        self.annotations: Final = {a.key: a for a in annotations}
        gates = [check for a in self.annotations.values() for check in gate_checks(a)]
        awake = sorted(
            (c for c in (*checks, *gates) if policy.severity(c.rule) is not Severity.OFF), key=lambda c: c.rule.id
        )
        self._checks: Final = tuple(awake)
        self._always = self._updates = 0
        self._keys: Final = {key: _Asks() for key in self.annotations}
        self._fields: Final[dict[str, _Asks]] = {}
        for number, check in enumerate(awake):
            self._enter(check, 1 << number)
        self._asked: dict[tuple[int, Facts], tuple[Check, ...]] = {}

    def _enter(self, check: Check, bit: int) -> None:
        """Note by what a rule is called; its bit is its place in the order."""
        self._always |= bit if check.always else 0
        self._updates |= bit if check.updates else 0
        for key in self._keys.keys() & check.unless.keys():
            self._keys[key].silence(bit, check.unless[key])
        if check.updates:
            return
        for key in self._keys.keys() & check.reads:
            self._keys[key].call(bit, check.parts.get(key))
        for name in check.fields:
            self._fields.setdefault(name, _Asks()).call(bit, check.words.get(name))

    def checks_for(self, service: Service, cluster: Cluster) -> tuple[Check, ...]:
        """The rules to ask about a Service, in the order of their ids: those that read something that is there.

        Those that have nothing to say in this cluster are left out.
        """
        mask = self._by_annotations(service) | self._by_fields(service)
        place = (mask if service.is_new else mask | self._updates, cluster.facts)
        checks = self._asked.get(place)
        if checks is None:
            there = (check for number, check in enumerate(self._checks) if place[0] >> number & 1)
            checks = tuple(check for check in there if not _is_silent(check, cluster))
            if len(self._asked) < _MOST_SHAPES:
                self._asked[place] = checks
        return checks

    def _by_annotations(self, service: Service) -> int:
        """The rules that are always asked, or called by an annotation and silenced by none."""
        called, silenced, keys = self._always, 0, self._keys
        for key in service.annotations:
            asks = keys.get(key)
            if asks is None:
                continue
            called |= asks.whole
            if not asks.parts:
                continue
            parts = _parts(service, self.annotations[key])
            if parts is None:
                silenced |= asks.silences
                continue
            for part in parts:
                calls, silences = asks.parts.get(part, _NOTHING)
                called |= calls
                silenced |= silences
        return called & ~silenced

    def _by_fields(self, service: Service) -> int:
        """The rules that a field of spec calls."""
        called, fields = 0, self._fields
        for name, value in service.spec.items():
            asks = fields.get(name)
            if asks is None:
                continue
            called |= asks.whole
            if asks.parts:
                for word in value if isinstance(value, list) else (value,):
                    if isinstance(word, str):
                        called |= asks.parts.get(word, _NOTHING)[0]
        return called


_MOST_SHAPES: Final = 4096  # of Services: which annotations and fields they have; more are not remembered
_NOTHING: Final = (0, 0)


class _Asks:
    """The rules, as bits, that an annotation or a field of spec calls: `whole` those that it calls by being there.

    `parts` are those that what is in it calls, and those that it silences; `silences` all of the latter.
    """

    __slots__ = ("parts", "silences", "whole")

    def __init__(self) -> None:
        self.whole = self.silences = 0
        self.parts: dict[str, tuple[int, int]] = {}

    def call(self, bit: int, parts: Iterable[str] | None) -> None:
        """Call a rule, where one of `parts` is there; None is for all that may be there."""
        if parts is None:
            self.whole |= bit
        for part in parts or ():
            called, silenced = self.parts.get(part, _NOTHING)
            self.parts[part] = (called | bit, silenced)

    def silence(self, bit: int, parts: Iterable[str]) -> None:
        """Silence a rule where one of `parts` is there."""
        self.silences |= bit
        for part in parts:
            called, silenced = self.parts.get(part, _NOTHING)
            self.parts[part] = (called, silenced | bit)


def _parts(service: Service, owner: Annotation[Any]) -> AbstractSet[str] | None:
    """What is in an annotation's text; None where it cannot be read, so that rules about it stand down."""
    try:
        reading = service.reading(owner)
    except Exception:  # a fault of ours, reported with the mistakes of the text itself
        return None
    if reading is None:  # absent, or no text at all
        return None if owner in service else frozenset()
    return None if reading.value is None else reading.parts


def _is_silent(check: Check, cluster: Cluster) -> bool:
    """Whether a rule has nothing to say in a cluster; of what is not known that cannot be told."""
    try:
        return check.silent_in is not None and check.silent_in(cluster)
    except Unknown:
        return False


def gate_checks(owner: Annotation[Any]) -> Iterator[Check]:
    """The gates of an annotation and of its members as rules to ask."""
    yield from (_gate_check(owner, member, gate) for member, gate in owner.all_gates)


def _gate_check(owner: Annotation[Any], member: str, gate: Gate) -> Check:
    def check(service: Service, cluster: Cluster) -> Problems:
        for where in used_at(service, owner, member, gate):
            version = cluster.version
            if gate.speaks(version):
                yield forbidden(where, gate.demand(version))

    parts = (member,) if member else gate.parts
    if gate.of and owner.choices and not member:
        parts = tuple(word for word in owner.reader.parts if gate.of(word))
    named = {owner.key: owner.having(*parts).parts} if parts else {}
    return Check(gate.rule, check, (owner.key,), silent_in=gate.is_silent, parts=named)


def used_at(service: Service, owner: Annotation[Any], member: str, gate: Gate) -> Iterator[Where]:
    """The places where a Service uses what a gate of the annotation, or of a member of it, is about."""
    value = service[owner]
    if value is None:
        return
    if not member:
        if gate.guards(service, value):
            yield from map(owner.at, gate.entries(value)) if gate.entries else (owner.where,)
        return
    for index, element in enumerate(value if isinstance(value, tuple) else (value,)):
        if member in element.model_fields_set and gate.guards(service, getattr(element, member)):
            yield owner.at(index, member) if isinstance(value, tuple) else owner.at(member)

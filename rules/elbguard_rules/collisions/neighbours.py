"""Neighbours: the claims of many objects, found by what they claim.

An object is put, replaced and taken out in as many steps as it has claims. One thread may change it while others read:
what stands under a claim is replaced as a whole, never changed.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Final

from elbguard_rules.collisions.claims import INGRESS, Claims, Taken, Who
from elbguard_rules.core.record import record

_MOST_SEARCHED: Final = 200  # listeners of one load balancer that are compared one by one; it has 50 as a rule
_BY: Final = attrgetter("who")
_PASSES: Final = (True, False, None)
_LAST: Final = "\U0010ffff"


@record
class Others:
    """The objects that share a claim: the first by their names, and how many they are in all."""

    first: tuple[Claims, ...]
    count: int

    def __bool__(self) -> bool:
        return self.count > 0


class Neighbours:
    """An index of claims. `objects` are put in at once, which is quicker than one by one."""

    def __init__(self, objects: Iterable[Claims] = ()) -> None:
        self._objects: dict[Who, Claims] = {each.who: each for each in objects}
        found: dict[Hashable, list[Claims]] = {}
        for each in self._objects.values():
            for key in _keys(each):
                found.setdefault(key, []).append(each)
        self._by = {key: tuple(sorted(listed, key=_BY)) for key, listed in found.items()}

    def __len__(self) -> int:
        return len(self._objects)

    def __iter__(self) -> Iterator[Claims]:
        return iter(self._objects.values())

    def put(self, claims: Claims) -> None:
        """Put an object in, in the place of what it claimed before."""
        self.remove(claims.who)
        self._objects[claims.who] = claims
        for key in _keys(claims):
            listed = self._by.get(key, ())
            at = bisect_left(listed, claims.who, key=_BY)
            self._by[key] = (*listed[:at], claims, *listed[at:])

    def remove(self, who: Who) -> None:
        """Take an object out, if it is there."""
        claims = self._objects.pop(who, None)
        for key in _keys(claims) if claims else ():
            listed = self._by[key]
            if len(listed) == 1:
                del self._by[key]
                continue
            at = bisect_left(listed, who, key=_BY)
            self._by[key] = listed[:at] + listed[at + 1 :]

    def under(self, key: Hashable) -> tuple[Claims, ...]:
        """All that share a claim, by their names."""
        return self._by.get(key, ())


class Beside:
    """What stands beside one object, in one index or in several. It is never beside itself.

    An object of the same kind, namespace and name is the same one: of another environment, or as it was before. One
    whose namespace is not known may be the same.
    """

    __slots__ = ("_indexes", "_listeners", "_mine")

    def __init__(self, mine: Claims, indexes: Sequence[Neighbours]) -> None:
        self._mine, self._indexes = mine, indexes
        self._listeners: dict[Hashable, tuple[tuple[Claims, Taken], ...]] = {}

    def is_empty(self) -> bool:
        """Whether nobody is on the same load balancer, or gives the same name, so that no rule need be asked."""
        balancer = self._mine.balancer
        keys: list[Hashable] = [("name", self._mine.given)] if self._mine.given else []
        if balancer:
            keys += [("ingress", balancer), ("made", balancer), *(("passes", balancer, each) for each in _PASSES)]
        return not any(_apart(index.under(key), self._mine.who) for key in keys for index in self._indexes)

    def on(self, taken: Taken, most: int) -> Others:
        """The Services with a listener that wants one of the same ports."""
        apart = (False,) if self._mine.shared else (False, True)  # those that share are no trouble to each other
        balancer = self._mine.balancer
        if taken.first != taken.last:
            return self._wide(tuple(("passes", balancer, passes) for passes in _PASSES), taken, most, apart)
        same = self._others([("port", balancer, taken.transport, taken.first, shared) for shared in apart], most)
        ranged = self._wide((("ranges", balancer),), taken, most, apart)
        if not ranged:
            return same
        return Others(tuple(sorted((*same.first, *ranged.first), key=_BY)[:most]), same.count + ranged.count)

    def ingresses(self, most: int, taken: Taken | None = None) -> Others:
        """The Ingresses on the same load balancer; with `taken`, those with a listener that wants the same ports."""
        keys = (("ingress", self._mine.balancer),)
        return self._others(keys, most) if taken is None else self._wide(keys, taken, most, (False, True))

    def owners(self, most: int) -> Others:
        """The objects that the load balancer was made for."""
        return self._others([("made", self._mine.balancer)], most)

    def unlike(self, most: int) -> Others:
        """The Services on the same load balancer of which the pass-through is known, and is another one."""
        if self._mine.passes is None:
            return _NOBODY
        return self._others([("passes", self._mine.balancer, not self._mine.passes)], most)

    def named(self, most: int) -> Others:
        """The Services that give the same name to a load balancer of their own."""
        return self._others([("name", self._mine.given)], most)

    def _wide(self, keys: tuple[Hashable, ...], taken: Taken, most: int, apart: tuple[bool, ...]) -> Others:
        """Those under keys of which a listener meets this one, as far as anybody searches."""
        if keys not in self._listeners:
            ranges = keys == (("ranges", self._mine.balancer),)  # single ports are found by themselves
            pairs = (
                (each, other)
                for each in self._each(keys)
                for other in each.listeners
                if not ranges or other.first != other.last
            )
            self._listeners[keys] = tuple(islice(pairs, _MOST_SEARCHED))
        found = {each.who: each for each, other in self._listeners[keys] if taken.meets(other) and each.shared in apart}
        return Others(tuple(sorted(found.values(), key=_BY)[:most]), len(found)) if found else _NOBODY

    def _others(self, keys: Sequence[Hashable], most: int) -> Others:
        count, first = 0, list[Claims]()
        for key in keys:
            for index in self._indexes:
                listed = index.under(key)
                for start, end in _apart(listed, self._mine.who):
                    count += end - start
                    first += listed[start : min(end, start + most)]
        if not count:
            return _NOBODY
        if len(first) > 1:
            first.sort(key=_BY)
        return Others(tuple(first[:most]), count)

    def _each(self, keys: Sequence[Hashable]) -> Iterator[Claims]:
        for key in keys:
            for index in self._indexes:
                listed = index.under(key)
                for start, end in _apart(listed, self._mine.who):
                    yield from islice(listed, start, end)


_NOBODY: Final = Others((), 0)


def _apart(listed: tuple[Claims, ...], who: Who) -> tuple[tuple[int, int], ...]:
    """The parts of a list, ordered by whose claims they are, without those that may be the object itself.

    As positions: from the first one up to that before which a part ends.
    """
    if not listed:
        return ()
    if len(listed) == 1:
        return () if _may_be(listed[0].who, who) else ((0, 1),)
    kind, name, namespace, _ = who
    first = bisect_left(listed, (kind, name), key=_BY)
    if not namespace:
        return ((0, first), (bisect_left(listed, (kind, name, _LAST), lo=first, key=_BY), len(listed)))
    unknown = bisect_left(listed, (kind, name, "", _LAST), lo=first, key=_BY)
    mine = bisect_left(listed, (kind, name, namespace), lo=unknown, key=_BY)
    return ((0, first), (unknown, mine), (bisect_left(listed, (*who[:3], _LAST), lo=mine, key=_BY), len(listed)))


def _may_be(one: Who, other: Who) -> bool:
    if (one.kind, one.name) != (other.kind, other.name):
        return False
    return one.namespace == other.namespace or not (one.namespace and other.namespace)


def _keys(claims: Claims) -> Iterator[Hashable]:
    """What an object is found by."""
    balancer = claims.balancer
    if claims.given:
        yield ("name", claims.given)
    if not balancer:
        return
    if claims.made:
        yield ("made", balancer)
    if claims.who.kind == INGRESS:
        yield ("ingress", balancer)
        return
    yield ("passes", balancer, claims.passes)
    if any(taken.first != taken.last for taken in claims.listeners):
        yield ("ranges", balancer)
    single = {(taken.transport, taken.first) for taken in claims.listeners if taken.first == taken.last}
    for transport, port in single:
        yield ("port", balancer, transport, port, claims.shared)

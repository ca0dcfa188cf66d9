"""A record behaves as the frozen dataclass that it stands for."""

import copy
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pytest

from elbguard_rules.core.record import record


@record
class Pair:
    """Two things."""

    first: int
    second: str = "b"
    more: list[int] = field(default_factory=list, compare=False)
    hidden: str = field(default="", repr=False)
    kind: ClassVar[str] = "pair"


@dataclass(frozen=True, slots=True)
class Twin:
    """The same two things."""

    first: int
    second: str = "b"
    more: list[int] = field(default_factory=list, compare=False)
    hidden: str = field(default="", repr=False)
    kind: ClassVar[str] = "pair"


@record
class Longer(Pair):
    """Three things."""

    third: int = 3


@record
class Bare:
    """Nothing."""


@record
class Odd:
    """Something that says itself what equals it."""

    value: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Odd) and self.value % 2 == other.value % 2

    def __hash__(self) -> int:
        return self.value % 2

    def __repr__(self) -> str:
        return "odd"


ARGUMENTS: tuple[tuple[Any, ...], ...] = ((1,), (1, "c"), (1, "b", [2]), (1, "b", [], "x"), (2,))


def test_it_is_equal_where_the_dataclass_is() -> None:
    for left in ARGUMENTS:
        for right in ARGUMENTS:
            assert (Pair(*left) == Pair(*right)) is (Twin(*left) == Twin(*right))
            assert (hash(Pair(*left)) == hash(Pair(*right))) is (hash(Twin(*left)) == hash(Twin(*right)))


def test_it_is_shown_as_the_dataclass_is() -> None:
    assert repr(Pair(1, "c", [2], "x")) == repr(Twin(1, "c", [2], "x")).replace("Twin", "Pair")
    assert repr(Longer(1)) == "Longer(first=1, second='b', more=[], third=3)"


def test_another_class_is_never_equal() -> None:
    others: list[object] = [Twin(1), Longer(1), Bare(), (1, "b", [], "")]

    assert Pair(1) not in others
    assert others.index(Bare()) == 2


def test_it_is_copied_changed_sent_and_matched() -> None:
    pair = Longer(1, "c", [2], "x", 4)

    assert replace(pair, first=5) == Longer(5, "c", [2], "x", 4)
    assert copy.copy(pair) == copy.deepcopy(pair) == pair
    match pair:
        case Pair(first, second):
            assert (first, second) == (1, "c")


def test_there_is_no_room_for_anything_else() -> None:
    with pytest.raises(AttributeError):
        Pair(1).other = 1  # type: ignore[attr-defined]


def test_what_a_class_says_itself_stands() -> None:
    assert Odd(1) == Odd(3) != Odd(2)
    assert hash(Odd(1)) == hash(Odd(3))
    assert repr(Odd(1)) == "odd"

"""Reading: what an annotation's text says."""

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from typing import Any, Generic, TypeVar

from msgspec import Struct

from elbguard_rules.core.problem import Problem, Step
from elbguard_rules.core.rule import Rule

T = TypeVar("T")


class Malformed(Exception):
    """A rule read an annotation, or a member of it, whose own shape is wrong and already reported."""


class Reading(Struct, frozen=True):
    """What an annotation's text says.

    `value` is the typed value, None where nothing could be read. `problems` are the mistakes of its own shape, each
    with the rule it breaks. `raw` is the JSON object as written, its members under their right names, for those who
    fill it. `hints` are members that nobody knows. `lone`: one object was read in the place of an array, as its only
    element. `written` are the members whose names are written in other capitals: the path under the right name, which
    is the one in all places here, and the name as it is written. `parts` are what `Annotation.having` can name: the
    members that have something in them, the word, the protocols of listeners.
    """

    value: Any
    problems: tuple[tuple[Rule, Problem], ...] = ()
    raw: dict[str, Any] | None = None
    hints: tuple[Problem, ...] = ()
    lone: bool = False
    written: tuple[tuple[tuple[Step, ...], str], ...] = ()
    parts: AbstractSet[str] = frozenset()


class Readable(ABC, Generic[T]):
    """What a Service can be asked for: the text under `key`, read as a `T`; an Annotation is one.

    `blank_is_absent`: CCE reads the empty text as if the key were not there.
    """

    key: str
    blank_is_absent: bool

    @abstractmethod
    def read(self, text: str) -> Reading:
        """What the text says; a pure function of it."""

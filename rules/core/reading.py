"""Reading: what an annotation's text says."""

from dataclasses import dataclass
from typing import Any

from rules.core.finding import Problem
from rules.core.rule import Rule


class Malformed(Exception):
    """A rule read an annotation, or a member of it, whose own shape is wrong and already reported."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an annotation's text says.

    `value` is the typed value, None where nothing could be read. `problems` are the mistakes of its own shape, each
    with the rule it breaks. `raw` is the JSON object as written, for those who fill it. `hints` are members that
    nobody knows. `lone`: one object was read in the place of an array, as its only element.
    """

    value: Any
    problems: tuple[tuple[Rule, Problem], ...] = ()
    raw: dict[str, Any] | None = None
    hints: tuple[Problem, ...] = ()
    lone: bool = False

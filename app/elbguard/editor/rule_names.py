"""Where somebody names rules that are to be ignored: the beginning of the name, and the rules there are."""

import re
from collections.abc import Iterator
from typing import Final

from elbguard_rules import suppression
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import RULES

_LONGEST: Final = 500  # characters of a line before a cursor that are looked at
_NAMING: Final = re.compile(
    r"(?:#[ \t]*elbguard:[ \t]*ignore[ \t]*\[|elbguard\.io/ignore[\"']?[ \t]*:[ \t]*[\"']?)"
    r"(?:[A-Za-z0-9-]+[ \t]*,[ \t]*)*([A-Za-z0-9-]*)\Z"
)
_OURS: Final = frozenset(rule.id for rule in suppression.RULES)


def named_at(text: str, offset: int) -> int | None:
    """Where the name of a rule begins that somebody types at an offset; None where none is wanted."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset), offset - _LONGEST - 1) + 1
    found = _NAMING.search(text[start:offset])
    return start + found.start(1) if found else None


def nameable() -> Iterator[Rule]:
    """The rules that can be ignored."""
    return (rule for rule in RULES.values() if rule.id not in _OURS)

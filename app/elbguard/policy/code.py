"""CEL: the few words of the Common Expression Language that the policy is written in.

Of Kubernetes' libraries only `split`, `join`, `trim` and `lowerAscii` of strings are used, which every release with
ValidatingAdmissionPolicy v1 has. An API server gives an expression up that costs too much: then nothing is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from elbguard_rules.core.cel import text


@dataclass(frozen=True, slots=True)
class Code:
    """A CEL expression that gives a text, among the words of a message."""

    expression: str


def joined(parts: Iterable[str | Code]) -> str:
    """Words and expressions, one behind the other, as one expression."""
    found: list[str] = []
    for is_code, run in groupby(parts, key=lambda part: isinstance(part, Code)):
        said = [part.expression if isinstance(part, Code) else part for part in run]
        found += said if is_code else [text("".join(said))]
    return " + ".join(found)

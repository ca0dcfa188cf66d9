"""CEL: the few words of the Common Expression Language that the policy is written in.

Of Kubernetes' libraries only `split`, `join`, `trim` and `lowerAscii` of strings are used, which every release with
ValidatingAdmissionPolicy v1 has. An API server gives an expression up that costs too much: then nothing is refused.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.commas import Commas
from elbguard_rules.core.shapes import Shape, WholeText

Demands = Callable[[str], list[str]]  # what must hold for a text, given the expression that gives the text
_MOST_DIGITS: Final = 18
_SAID: Final = {"pattern", "minLength", "maxLength", "enum"}  # what of JSON Schema can be said about a text
_BLANK: Final = r"\s\v\x{85}\p{Z}"  # what `trim` takes off
_ENTRY: Final = f"[^,]*[^,{_BLANK}][^,]*"
_NO_EMPTY_ENTRY: Final = f"^([{_BLANK}]*|{_ENTRY}(,{_ENTRY})*)$"
_AROUND: Final = re.compile(r"\(\?<?[=!]")  # RE2 does not look around


@dataclass(frozen=True, slots=True)
class Code:
    """A CEL expression that gives a text, among the words of a message."""

    expression: str


def text(value: str) -> str:
    """A string literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def texts(values: Iterable[str]) -> str:
    """A list literal of strings."""
    return f"[{', '.join(map(text, values))}]"


def among(value: str, choices: Sequence[str]) -> str:
    """A text is one of a fixed set."""
    return f"{value} == {text(choices[0])}" if len(choices) == 1 else f"{value} in {texts(choices)}"


def joined(parts: Iterable[str | Code]) -> str:
    """Words and expressions, one behind the other, as one expression."""
    found: list[str] = []
    for is_code, run in groupby(parts, key=lambda part: isinstance(part, Code)):
        said = [part.expression if isinstance(part, Code) else part for part in run]
        found += said if is_code else [text("".join(said))]
    return " + ".join(found)


def shape(owner: Annotation[Any]) -> Demands | None:
    """What an annotation's text must be; None where only code says it."""
    kind = owner.type
    if isinstance(kind, Commas):
        return lambda value: [f"{value}.matches({text(_NO_EMPTY_ENTRY)})"]
    if get_origin(kind) is Literal:
        return lambda value: [among(value, owner.choices)]
    if kind is str:
        return lambda value: []
    if get_origin(kind) is not Annotated or get_args(kind)[0] is not str:
        return None
    narrowed = [_narrowed(part) for part in get_args(kind)[1:]]
    found = [demands for demands in narrowed if demands]
    return (lambda value: [each for d in found for each in d(value)]) if len(found) == len(narrowed) else None


def _narrowed(by: Any) -> Demands | None:
    if isinstance(by, WholeText):
        return lambda value: [
            f"{value}.matches('^[0-9]{{1,{_MOST_DIGITS}}}$')",
            f"int({value}) >= {by.least}",
            f"int({value}) <= {by.most}",
        ]
    said = by.schema() if isinstance(by, Shape) else {}
    if not said or said.keys() - _SAID or _AROUND.search(said.get("pattern", "")):
        return None
    forms: dict[str, Callable[[str], str]] = {
        "minLength": lambda value: f"size({value}) >= {said['minLength']}",
        "maxLength": lambda value: f"size({value}) <= {said['maxLength']}",
        "enum": lambda value: among(value, said["enum"]),
        "pattern": lambda value: f"{value}.matches({text(said['pattern'])})",
    }
    return lambda value: [form(value) for name, form in forms.items() if name in said]

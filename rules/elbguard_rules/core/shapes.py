"""Shapes: what a text, or a member of a JSON object, must be, with refusals worded for the author of a manifest.

A shape reads the text of an annotation, `Whole(0, 4000, "seconds")`. Inside `Annotated[...]` it narrows the type before
it to what a member may be: `Annotated[int, Whole(1, 2000, "Mbit/s")]`.
"""

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Final, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from elbguard_rules.core import cel
from elbguard_rules.core.digits import between
from elbguard_rules.core.problem import ABSENT, Kind, Problem, Where
from elbguard_rules.core.reader import Owner, Reader
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.record import record

REFUSED: Final = "elbguard"  # the pydantic error type of everything here
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_MOST_DIGITS: Final = 18
_SAYABLE: Final = {"pattern", "minLength", "maxLength", "enum"}
_AROUND: Final = re.compile(r"\(\?<?[=!]")  # RE2 does not look around


def refuse(kind: Kind, detail: str, brief: str = "") -> NoReturn:
    """Refuse the value under validation, with a kind and a sentence of our own, and a shorter one."""
    raise PydanticCustomError(REFUSED, "{detail}", {"kind": kind.value, "detail": detail, "brief": brief})


class Shape(Reader[str]):
    """Base: `check` says what is right, `limits` says it in words, `keywords` in JSON Schema."""

    @abstractmethod
    def check(self, value: Any) -> Any:
        """Return the value, or refuse it."""

    @property
    def limits(self) -> str:
        """What is allowed, in words that follow `must be a string,`; empty where the check alone can tell."""
        return ""

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """The keywords of JSON Schema that say the same of a value of this `type`."""
        return {}

    def read(self, text: str, owner: Owner) -> Reading:
        """The text, where it has the shape."""
        try:
            return Reading(self.check(text))
        except PydanticCustomError as error:
            return Reading(None, ((owner.rule, refusal(error.context or {}, owner.at(), text)),))

    def schema(self) -> dict[str, Any]:
        """A string, and the keywords."""
        return {"type": "string", **self.keywords()}

    def cel(self, value: str) -> list[str] | None:
        """What the keywords say, as far as CEL has words for them."""
        said = self.keywords()
        if not said or said.keys() - _SAYABLE or _AROUND.search(said.get("pattern", "")):
            return None
        forms: dict[str, Callable[[], str]] = {
            "minLength": lambda: f"size({value}) >= {said['minLength']}",
            "maxLength": lambda: f"size({value}) <= {said['maxLength']}",
            "enum": lambda: cel.among(value, said["enum"]),
            "pattern": lambda: f"{value}.matches({cel.text(said['pattern'])})",
        }
        return [form() for name, form in forms.items() if name in said]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(core)
        return {**made, **self.keywords(made.get("type", ""))}


def refusal(context: dict[str, Any], where: Where, value: object) -> Problem:
    """The problem that `refuse` described, at its place."""
    kind = Kind(context["kind"])
    repeated = ABSENT if kind in (Kind.REQUIRED, Kind.TOO_LONG) else value
    return Problem(where, kind, repeated, context["detail"], brief=context.get("brief", ""))


class Text(Shape):
    """Any text."""

    def check(self, value: str) -> str:
        """Refuse nothing."""
        return value

    def cel(self, value: str) -> list[str]:
        """Demand nothing."""
        return []


@record
class Whole(Shape):
    """A whole number from `least` to `most`, both included, in `unit`; in a text it is written in ASCII digits."""

    least: int
    most: int
    unit: str = ""

    @property
    def limits(self) -> str:
        """The allowed values in words: `between 1 and 2000 Mbit/s`."""
        return f"between {self.least} and {self.most} {self.unit}".rstrip()

    def check(self, value: Any) -> Any:
        """Refuse what is out of range, and of a text what is not digits only."""
        if isinstance(value, str):
            if not _DIGITS.fullmatch(value):
                refuse(
                    Kind.INVALID,
                    f'must be a string of digits, such as "{self.most}", {self.limits}',
                    f"must be digits, {self.limits}",
                )
            number = int(value) if len(value) <= _MOST_DIGITS else -1
        else:
            number = value
        if not self.least <= number <= self.most:
            refuse(Kind.INVALID, f"must be {self.limits}")
        return value

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`minimum` and `maximum`; of a text `pattern` and `maxLength`."""
        if kind == "integer":
            return {"minimum": self.least, "maximum": self.most}
        return {"pattern": f"^0*({between(self.least, self.most)})$", "maxLength": _MOST_DIGITS}

    def samples(self) -> tuple[str, ...]:
        """Both ends, what lies beyond them, and what is no number."""
        numbers = map(str, (self.least, self.most, self.least - 1, self.most + 1))
        return (*numbers, f"{self.most}s", "\N{ARABIC-INDIC DIGIT THREE}", "1" * 5000, "")

    def cel(self, value: str) -> list[str]:
        """Digits, and the range."""
        return [
            f"{value}.matches('^[0-9]{{1,{_MOST_DIGITS}}}$')",
            f"int({value}) >= {self.least}",
            f"int({value}) <= {self.most}",
        ]


@record
class Digits(Shape):
    """A whole number of any size, written as a string of ASCII digits, such as `such_as`."""

    such_as: str

    @property
    def limits(self) -> str:
        """Digits."""
        return f'of digits, such as "{self.such_as}"'

    def check(self, value: str) -> str:
        """Refuse what is not digits only."""
        if not _DIGITS.fullmatch(value):
            refuse(Kind.INVALID, f'must be a string of digits, such as "{self.such_as}"')
        return value

    def samples(self) -> tuple[str, ...]:
        """Numbers, and what is none."""
        return (self.such_as, "0", "-1", f"{self.such_as}.5", f"{self.such_as}m", "1" * 5000, "")

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`pattern`."""
        return {"pattern": "^[0-9]+$"}


@record
class Length(Shape):
    """A text of `least` to `most` characters."""

    least: int
    most: int

    @property
    def limits(self) -> str:
        """The number of characters."""
        return f"of {self.least} to {self.most} characters"

    def check(self, value: str) -> str:
        """Refuse what is too short or too long."""
        if len(value) > self.most:
            refuse(Kind.TOO_LONG, f"may not be more than {self.most} characters")
        if len(value) < self.least:
            refuse(Kind.REQUIRED, f"must be {self.least} to {self.most} characters")
        return value

    def samples(self) -> tuple[str, ...]:
        """The shortest and the longest, and what is one character too long."""
        return ("x" * self.least, "x" * self.most, "x" * (self.most + 1), "")

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`minLength` and `maxLength`."""
        return {"minLength": self.least, "maxLength": self.most}

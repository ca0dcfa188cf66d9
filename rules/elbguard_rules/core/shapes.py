"""Shapes that pydantic does not have by itself, with refusals worded for the author of a manifest.

Each is written inside `Annotated[...]` behind the type it narrows: `Annotated[int, Whole(1, 2000, "Mbit/s")]`.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from elbguard_rules.core.digits import between
from elbguard_rules.core.problem import Kind

REFUSED: Final = "elbguard"  # the pydantic error type of everything here
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_MOST_DIGITS: Final = 18


def refuse(kind: Kind, detail: str, brief: str = "") -> NoReturn:
    """Refuse the value under validation, with a kind and a sentence of our own, and a shorter one."""
    raise PydanticCustomError(REFUSED, "{detail}", {"kind": kind.value, "detail": detail, "brief": brief})


class Shape:
    """Base: narrows the type before it in `Annotated` by `check` and describes itself in JSON Schema by `schema`."""

    def check(self, value: Any) -> Any:
        """Return the value, or refuse it."""
        raise NotImplementedError

    @property
    def limits(self) -> str:
        """What is allowed, in words that follow `must be a string,`; empty where the check alone can tell."""
        return ""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema keywords that say the same."""
        return {}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), **self.schema()}


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """A whole number from `least` to `most`, both included, in `unit`."""

    least: int
    most: int
    unit: str = ""

    @property
    def range(self) -> str:
        """The allowed values in words: `between 1 and 2000 Mbit/s`."""
        return f"between {self.least} and {self.most} {self.unit}".rstrip()

    @property
    def limits(self) -> str:
        """The range."""
        return self.range

    def check(self, value: int) -> int:
        """Refuse what is out of range."""
        if not self.least <= value <= self.most:
            refuse(Kind.INVALID, f"must be {self.range}")
        return value

    def schema(self) -> dict[str, Any]:
        """`minimum` and `maximum`."""
        return {"minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class WholeText(Whole):
    """A whole number written as a string of ASCII digits, as CCE's health-check and session options want it."""

    def check(self, value: str) -> str:  # type: ignore[override] # the same range over another type
        """Refuse what is not digits only, or out of range."""
        if not _DIGITS.fullmatch(value):
            refuse(
                Kind.INVALID,
                f'must be a string of digits, such as "{self.most}", {self.range}',
                f"must be digits, {self.range}",
            )
        if len(value) > _MOST_DIGITS or not self.least <= int(value) <= self.most:
            refuse(Kind.INVALID, f"must be {self.range}")
        return value

    def schema(self) -> dict[str, Any]:
        """`pattern` and `maxLength`."""
        return {"pattern": f"^0*({between(self.least, self.most)})$", "maxLength": _MOST_DIGITS}


@dataclass(frozen=True, slots=True)
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

    def schema(self) -> dict[str, Any]:
        """`pattern`."""
        return {"pattern": "^[0-9]+$"}


@dataclass(frozen=True, slots=True)
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

    def schema(self) -> dict[str, Any]:
        """`minLength` and `maxLength`."""
        return {"minLength": self.least, "maxLength": self.most}

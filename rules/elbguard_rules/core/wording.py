"""pydantic's errors in our words: what was found, what is allowed, in the form of Kubernetes' field errors."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import Problem, Where, invalid, required, unsupported
from elbguard_rules.core.shapes import REFUSED, refusal

_WANTED: Final = {
    "bool_type": "must be true or false, without quotes",
    "dict_type": "must be a JSON object in braces",
    "int_type": "must be a JSON integer, without quotes",
    "list_type": "must be a JSON array of strings, in brackets",
    "model_type": "must be a JSON object in braces",
    "string_type": "must be a JSON string, in double quotes",
}
_BRIEFLY: Final = {
    "a JSON string, in double quotes": "in double quotes",
    "a JSON integer, without quotes": "a number without quotes",
    "a JSON array of objects, in brackets": "an array in brackets",
    "a JSON array of strings, in brackets": "an array in brackets",
    "a JSON object in braces": "an object in braces",
    "true or false, without quotes": "true or false without quotes",
}
_LIMITED: Final = ("int_type", "string_type")
_NOBODY: Final[Mapping[str, str]] = {}
_KINDS: Final = {
    bool: "a boolean",
    dict: "an object",
    float: "a number with a fraction or an exponent",
    int: "a number",
    list: "an array",
    str: "a string",
    type(None): "null",
}


def kind_of(value: Any) -> str:
    """The JSON type of a value with its article: `an array`."""
    return _KINDS.get(type(value), "something else")


def briefly(detail: str) -> str:
    """What is wanted in few words: `must be in double quotes, between 1 and 50 seconds`."""
    for long, short in _BRIEFLY.items():
        detail = detail.replace(long, short)
    return detail.partition(", not ")[0]


def problem(error: ErrorDetails, where: Where, choices: tuple[str, ...] = (), limits: str = "") -> Problem:
    """One pydantic error as a Problem at `where`; `choices` are the supported values of a fixed set.

    `limits` are what a value of the right type has to keep to, so that all is said at once.
    """
    value, kind = error["input"], error["type"]
    if value is None:
        return invalid(where, None, "must not be null: give it a value, or leave it out", "must not be null")
    if kind == REFUSED:
        return refusal(error["ctx"], where, value)
    if kind == "literal_error":
        return choice(value, where, choices)
    if kind == "missing":
        return required(where, "must be given")
    wanted = _WANTED.get(kind, error["msg"])
    wanted = f"{wanted}, {limits}" if limits and kind in _LIMITED else wanted
    return invalid(where, value, f"{wanted}; found {kind_of(value)}", briefly(wanted))


def choice(
    value: object,
    where: Where,
    choices: tuple[str, ...],
    hints: Mapping[str, str] = _NOBODY,
    whose: Mapping[str, str] = _NOBODY,
) -> Problem:
    """A value that is not one of a fixed set; `hints` translates words of others, `whose` says whose they are."""
    if not isinstance(value, str):
        return invalid(
            where,
            value,
            f"must be a JSON string, one of {', '.join(choices)}; found {kind_of(value)}",
            "must be in double quotes",
        )
    word = value.strip()
    meant = hints.get(word.lower()) or nearest(word, choices)
    owner = whose.get(word.lower(), "")
    return unsupported(where, value, choices, f"that is a word of {owner}" if owner else "", meant=meant or "")

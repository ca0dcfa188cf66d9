"""Values of annotations that are no text: the very text to write instead."""

import json
from collections.abc import Collection, Mapping
from typing import Final

from rules.core.finding import Kind, Problem, Where, invalid

_SWITCHES: Final = {True: ("true", "on"), False: ("false", "off")}
_LONGEST: Final = 200  # characters that are told; nobody copies more from a message
_STRING: Final = "an annotation is a string"


def problem(where: Where, value: object, choices: Collection[str] = (), texts: Collection[str] = ()) -> Problem:
    """What is wrong with a value that is no text, and what to write: `"on"`, `'{"delay": "5"}'`.

    `choices` are the values that the annotation can have, `texts` the members of its JSON that are strings.
    """
    meant = _text(value, choices, texts)
    if not meant or len(meant) > _LONGEST:
        return invalid(where, value, f"{_STRING}: write the value in quotes")
    written = json.dumps(meant) if '"' not in meant else "'" + meant.replace("'", "''") + "'"
    return Problem(where, Kind.INVALID, value, f"{_STRING}: write {written}", meant, f"write {written}")


def _text(value: object, choices: Collection[str], texts: Collection[str]) -> str:
    """The text that says what the value says; empty where that is not certain."""
    if isinstance(value, bool):
        return next((word for word in _SWITCHES[value] if word in choices), str(value).lower())
    if value is None or not isinstance(value, int | float | Mapping | list):
        return ""
    try:
        return _beginning(_with_texts(value, texts))
    except (RecursionError, TypeError, ValueError):  # odd keys, great depth, or a number of thousands of digits
        return ""


def _with_texts(value: object, texts: Collection[str]) -> object:
    """The value with numbers as strings in those members that are strings."""
    if isinstance(value, list):
        return [_with_texts(each, texts) if isinstance(each, Mapping) else each for each in value]
    if not isinstance(value, Mapping):
        return value
    return {name: str(each) if name in texts and type(each) in (int, float) else each for name, each in value.items()}


def _beginning(value: object) -> str:
    """A value as JSON; of one that is too long to be told, a little more than can be."""
    text = ""
    for part in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        text += part
        if len(text) > _LONGEST:
            break
    return text

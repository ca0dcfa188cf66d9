"""Values of annotations that are no text: the very text to write instead."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Final, Literal

from elbguard_rules.core import wording
from elbguard_rules.core.problem import MOST_NAMED, Kind, Problem, Where, invalid

_SWITCHES: Final = {True: ("true", "on"), False: ("false", "off")}
_LONGEST: Final = 4096  # characters of a text that is made
_LONGEST_TOLD: Final = 200  # characters of it that are told; nobody copies more from a message
_NO_WORD: Final = re.compile(r"[\s,]")
_STRING: Final = "an annotation is a string"


def problem(
    where: Where,
    value: object,
    choices: Collection[str] = (),
    texts: Collection[str] = (),
    form: Literal["json", "commas", "word"] = "json",
    faults: Callable[[str], str] = lambda text: "",
) -> Problem:
    """What is wrong with a value that is no text, and what to write: `"on"`, `'{"delay": "5"}'`.

    `choices` are the values that the annotation can have, `texts` the members of its JSON that are strings; `form`
    tells how it writes several things: as JSON, with commas between them, or not at all. `faults` says what is wrong
    with a text as a whole, so that none is named that would be refused.
    """
    if value is None:
        return invalid(where, value, f"{_STRING}: remove the annotation, or write the value in quotes")
    meants = list(_meants(value, choices, texts, form))
    meant = next((text for text in meants if len(text) > _LONGEST or not faults(text)), "")  # a longer one is not whole
    if not meant and form != "json" and isinstance(value, dict | list):
        instead = "one text with commas between its entries" if form == "commas" else "one word"
        return invalid(where, value, f"{_STRING}: write {instead}, not {wording.kind_of(value)}")
    if not meant and meants:
        return invalid(where, value, f"{_STRING}: {faults(meants[0])}")
    if not meant or len(meant) > _LONGEST:
        return invalid(where, value, f"{_STRING}: write the value in quotes")
    if len(meant) > _LONGEST_TOLD or _has_many(value):
        how = "one text with commas between its entries" if form == "commas" else "the value as JSON, in single quotes"
        return Problem(where, Kind.INVALID, value, f"{_STRING}: write {how}", meant)
    return Problem(where, Kind.INVALID, value, f"{_STRING}: write {written(meant)}", meant, f"write {written(meant)}")


def _meants(
    value: object, choices: Collection[str], texts: Collection[str], form: Literal["json", "commas", "word"]
) -> Iterator[str]:
    """The texts that may be meant, the likeliest first: what the value says, then what a list of one object holds."""
    several = isinstance(value, dict | list)
    if form == "commas" and isinstance(value, list):
        found = _listed(value)
    else:
        found = _text(value, choices, texts) if form == "json" or not several else ""
    if found:
        yield found
    if form == "json" and isinstance(value, list) and len(value) == 1:
        [only] = value
        inside = only if isinstance(only, str) else _text(only, choices, texts)
        if inside:
            yield inside


def _has_many(value: object) -> bool:
    """Whether a value, or one inside it, has more entries than a sentence names."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return len(value) > MOST_NAMED or any(map(_has_many, inside))


def written(text: str) -> str:
    """The text as YAML: between double quotes, or between single ones where it has double ones in it."""
    return json.dumps(text, ensure_ascii=False) if '"' not in text else "'" + text.replace("'", "''") + "'"


def _listed(entries: list[object]) -> str:
    """Words with commas between them; empty where they are none."""
    words = [entry for entry in entries if isinstance(entry, str) and entry and not _NO_WORD.search(entry)]
    return ",".join(words) if len(words) == len(entries) else ""


def _text(value: object, choices: Collection[str], texts: Collection[str]) -> str:
    """The text that says what the value says; empty where that is not certain."""
    if isinstance(value, bool):
        return next((word for word in _SWITCHES[value] if word in choices), str(value).lower())
    if value is None or not isinstance(value, int | float | dict | list):
        return ""
    try:
        return _beginning(_with_texts(value, texts))
    except (RecursionError, TypeError, ValueError):  # odd keys, great depth, or a number of thousands of digits
        return ""


def _with_texts(value: object, texts: Collection[str]) -> object:
    """The value with numbers as strings in those members that are strings."""
    if isinstance(value, list):
        return [_with_texts(each, texts) if isinstance(each, dict) else each for each in value]
    if not isinstance(value, dict):
        return value
    return {name: str(each) if name in texts and type(each) in (int, float) else each for name, each in value.items()}


def _beginning(value: object) -> str:
    """A value as JSON; of one that is too long to be told, a little more than can be."""
    text = ""
    for part in json.JSONEncoder(ensure_ascii=False, allow_nan=False).iterencode(value):
        text += part
        if len(text) > _LONGEST:
            break
    return text

"""Mistakes in settings, in our words: where, what was found, what is allowed."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from elbguard.variables import PREFIX
from elbguard_rules.core.nearest import nearest

BY_PATH: Final = "clusters"  # what a file says about paths
_KEY: Final = "[key]"  # pydantic's word for the name in a map
_LONGEST: Final = 80  # characters of a value that are shown
_ALLOWED: Final = {
    "tuple_type": "must be a list, such as [{example}]",
    "dict_type": "must be a map, such as {{ELB101: warning}}",
    "model_type": "must be a map, such as {{mode: warn, namespaces: [test-*]}}",
    "string_type": "must be a text, in quotes where YAML takes it for something else",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
}
_EXAMPLES: Final = {
    "ignore": "ELB101",
    "rules": "ELB101",
    "node-ip": "10.0.0.1",
    "no-default": "elb.class",
    "modes": "{mode: warn, namespaces: [test-*]}",
    "namespaces": "test-*",
    "exempt-user": '"system:serviceaccount:ci:*"',
    "exclude": "charts/*/templates",
}


class SettingsError(ValueError):
    """Settings are wrong: a sentence for each mistake says which, what was found and what is allowed."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def sentences(
    error: ValidationError, model: type[BaseModel], elsewhere: Iterable[str] = ()
) -> Iterator[tuple[tuple[Any, ...], bool, str]]:
    """The path of every mistake, whether its name is wrong and not its value, and a sentence.

    `elsewhere` are flags that are no settings of a file.
    """
    said: set[str] = set()
    known = {_dashed(each) for each in model.model_fields}
    for found in error.errors(include_url=False):
        first, *rest = (part for part in found["loc"] if part != _KEY)
        path = (name if (name := _dashed(first)) in known else first, *rest)
        text = f"{written(path)}{_sentence(found, model, elsewhere)}"
        if text not in said:
            said.add(text)
            yield path, found["type"] == "extra_forbidden" or _KEY in found["loc"], text


def _sentence(found: ErrorDetails, model: type[BaseModel], elsewhere: Iterable[str]) -> str:
    kind, value, name = found["type"], shown(found["input"]), _dashed(found["loc"][-1])
    if kind == "extra_forbidden":
        return _unknown(found["loc"], model, elsewhere)
    if kind == "missing":
        return " is missing"
    if kind == "value_error":
        return f": {found['msg'].removeprefix('Value error, ')}"
    if kind in ("literal_error", "enum"):
        close = nearest(str(found["input"]), [word.strip("'") for word in _choices(found)])
        return f": {value} is not one of {found['ctx']['expected']}" + (f", did you mean {close}?" if close else "")
    allowed = _ALLOWED.get(kind, "").format(example=_EXAMPLES.get(name, "..."))
    return f": {allowed or found['msg']}; found {value}"


def _choices(found: ErrorDetails) -> list[str]:
    return str(found["ctx"]["expected"]).replace(" or ", ", ").split(", ")


def _unknown(path: tuple[str | int, ...], model: type[BaseModel], elsewhere: Iterable[str]) -> str:
    name = str(path[-1])
    close = nearest(_plain(name), names := _names(path, model))
    if len(path) > 1:
        return " is no setting" + (f", did you mean {close}?" if close else f": there are {', '.join(names)}")
    flag = next((each for each in elsewhere if each == _plain(name)), None)
    if flag and flag != close:
        return (
            f" is no setting of a file: give --{flag} or {PREFIX}{flag.upper().replace('-', '_')} when elbguard starts"
        )
    return " is no setting" + (f", did you mean {close}?" if close else "; --help names them")


def _plain(name: str) -> str:
    """A name as a flag has it; people also write those of variables and flags into a file."""
    return _dashed(name.strip().casefold().removeprefix(PREFIX.casefold())).lstrip("-")


def _names(path: tuple[str | int, ...], model: type[BaseModel]) -> list[str]:
    """The names that are known where a path ends: those of the model of the list at its beginning, if there is one."""
    field = model.model_fields.get(str(path[0]).replace("-", "_")) if len(path) > 1 else None
    elements = getattr(field.annotation, "__args__", ()) if field else ()
    inner = next((element for element in elements if hasattr(element, "model_fields")), model)
    return [*map(_dashed, inner.model_fields), *(() if len(path) > 1 else (BY_PATH,))]


def _dashed(name: object) -> str:
    return str(name).replace("_", "-")


def written(path: Iterable[object]) -> str:
    """A path as people write it: `modes[0].namespaces`; the first is the number 0, as in JSONPath."""
    text = ""
    for part in path:
        text += f"[{part}]" if type(part) is int and text else f".{_name(part)}" if text else _name(part)
    return text


def _name(part: object) -> str:
    text = part if isinstance(part, str) else shown(part)
    return _cut(text if text.isprintable() else repr(text))


def shown(value: object) -> str:
    """A value that was found, as YAML writes it, on one line and not too long."""
    if isinstance(value, str):
        return _cut(repr(value))
    try:
        return _cut(json.dumps(value, default=str, ensure_ascii=False))
    except (TypeError, ValueError):  # a name that JSON has not; a list that holds itself
        return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

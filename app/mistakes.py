"""Mistakes in settings, in our words: where, what was found, what is allowed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rules.core.nearest import nearest

_LONGEST: Final = 80  # characters of a value that are shown
_ALLOWED: Final = {
    "tuple_type": "must be a list, such as [{example}]",
    "dict_type": "must be a map, such as {{ELB101: warning}}",
    "model_type": "must be a map, such as {{mode: warn, namespaces: [test-*]}}",
    "string_type": "must be a text; write it in quotes",
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


def sentences(
    error: ValidationError, model: type[BaseModel], elsewhere: Iterable[str] = ()
) -> Iterator[tuple[str, str]]:
    """The setting and a sentence for every mistake; `elsewhere` are flags that are no settings of a file."""
    said: set[str] = set()
    for found in error.errors(include_url=False):
        path = [part for part in found["loc"] if part != "[key]"]
        text = f"{_written(path)}{_sentence(found, model, elsewhere)}"
        if text not in said:
            said.add(text)
            yield _dashed(found["loc"][0]), text


def _sentence(found: ErrorDetails, model: type[BaseModel], elsewhere: Iterable[str]) -> str:
    kind, value, name = found["type"], _shown(found["input"]), _dashed(found["loc"][-1])
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
    if len(path) == 1 and name in elsewhere:
        variable = "ELBGUARD_" + name.upper().replace("-", "_")
        return f" is no setting of a file: give --{name} or {variable} when elbguard starts"
    names = _names(path, model)
    close = nearest(name, names)
    if close:
        return f" is no setting, did you mean {close}?"
    return " is no setting" + (f": there are {', '.join(names)}" if len(path) > 1 else "")


def _names(path: tuple[str | int, ...], model: type[BaseModel]) -> list[str]:
    """The names that are known where a path ends: those of the model of the list at its beginning, if there is one."""
    field = model.model_fields.get(str(path[0]).replace("-", "_")) if len(path) > 1 else None
    elements = getattr(field.annotation, "__args__", ()) if field else ()
    inner = next((element for element in elements if hasattr(element, "model_fields")), model)
    return [_dashed(each) for each in inner.model_fields]


def _dashed(name: object) -> str:
    return str(name).replace("_", "-")


def _written(path: list[str | int]) -> str:
    """A path as people write it: `modes[0].namespaces`; the first is the number 0, as in JSONPath."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else _dashed(part)
    return text


def _shown(value: Any) -> str:
    text = repr(dict(value) if isinstance(value, Mapping) else value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

"""JSON that every parser reads, whatever a manifest held: no NaN, no lone surrogates, no bottomless nesting."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from elbguard.escapes import COMMAND
from elbguard_rules.core.problem import UNWRITABLE

_DEEPEST: Final = 64  # levels of a value; JSON writers and readers recurse
_MOST: Final = 10_000  # parts of a value: aliases of YAML make few lines very many
_LONGEST_INTEGER: Final = 10_000  # bits; Python refuses to write integers of more than 4300 digits
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7e]")


def dumps(document: Any) -> str:
    """A document as indented JSON in pure ASCII; lone surrogates stand as the text of their escape.

    Nothing in it is a command to a CI system.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return COMMAND.sub(r"#\\u0023", _NOT_ASCII.sub(_escaped, text)) + "\n"


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xD800 <= code <= 0xDFFF:
        return f"\\\\u{code:04x}"
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def plain(value: object) -> Any:
    """A value of a manifest as JSON can say it: NaN becomes "NaN", a date its text, what is too deep or long "..."."""
    try:
        return _plain(value, 0, _Budget())
    except _TooMuch:
        return UNWRITABLE


def encodable(text: str) -> str:
    """The text as UTF-8 can say it: lone surrogates stand as the text of their escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


class _TooMuch(Exception):
    """The value has too many parts."""


class _Budget:
    """How many parts a value may still have."""

    def __init__(self) -> None:
        self.left = _MOST

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooMuch


def _plain(value: object, depth: int, budget: _Budget) -> Any:
    budget.spend()
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _LONGEST_INTEGER else UNWRITABLE
    if isinstance(value, float):
        return value if math.isfinite(value) else _NO_NUMBER[str(value)]
    if depth >= _DEEPEST:
        return UNWRITABLE
    if isinstance(value, Mapping):
        return {_key(key): _plain(part, depth + 1, budget) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part, depth + 1, budget) for part in value]
    return str(value)


def _key(key: object) -> str:
    return key if isinstance(key, str) else str(plain(key))


_NO_NUMBER: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}

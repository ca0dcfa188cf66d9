"""Patterns of the JSON in a text: what a JSON Schema of the text around it can see of the members.

Each is a pattern that a text matches, unless it is an object without objects in it, or an array of those, and has the
mistake. What is escaped in a string is not looked at. JSON that is none may be marked for any of them: it is
refused anyway.
"""

import re
from typing import Any, Final

from elbguard_rules.core.digits import between

ENDS: Final = {"object": r"^\s*\{[\s\S]*\}\s*$", "array": r"^\s*(\[[\s\S]*\]|\{[\s\S]*\})\s*$"}
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_FLAT: Final = rf'(?:{_STRING}|[^"{{}}])*'
_BEFORE: Final = rf"\s*(?:\[\s*)?(?:\{{{_FLAT}\}}\s*,\s*)*\{{{_FLAT}"
_ESCAPED: Final = r'"[^"\\]*\\'  # a string that no pattern reads on
_ALSO: Final = {"K": "K\u212a", "S": "S\u017f"}  # letters that Go folds to these


def without(name: str, made: dict[str, Any]) -> str:
    """No member of this name is anything but what its JSON Schema says; empty where that cannot be seen."""
    right = _right(made)
    return rf'^(?!{_BEFORE}"{re.escape(name)}"\s*:(?!\s*(?:{right})))' if right else ""


def without_others(names: tuple[str, ...]) -> str:
    """No member has another name, in whatever capitals."""
    known = "|".join(map(_in_capitals, names))
    return rf'^(?!{_BEFORE}(?!"(?:{known})")"[^"\\{{}}]*"\s*:)'


def _in_capitals(name: str) -> str:
    """A name in any capitals."""
    return "".join(f"[{_ALSO.get(c.upper(), c.upper())}{c}]" if c.isalpha() else re.escape(c) for c in name)


def _right(made: dict[str, Any]) -> str:
    """The JSON that a schema admits, with what must stand behind it; empty where any may be."""
    kind = made.get("type")
    if kind == "integer" and made.get("minimum", -1) >= 0 and "maximum" in made:
        return rf"(?:{between(made['minimum'], made['maximum'])})\s*[,}}]"
    if kind == "array":
        return r"\["
    if kind != "string":
        return ""
    texts = [_text(each) for each in made.get("anyOf", [made])]
    return "" if "" in texts else "|".join((_ESCAPED, *(rf'"(?:{text})"\s*[,}}]' for text in texts)))


def _text(made: dict[str, Any]) -> str:
    """What may stand in the quotes."""
    if "enum" in made:
        return "|".join(map(re.escape, made["enum"]))
    size = f"{{{made.get('minLength', 0)},{made.get('maxLength', '')}}}"
    inside = re.fullmatch(r"\^((?:[^\\]|\\.)*)\$", made.get("pattern", "^.*$"))
    if not inside:
        return ""
    ended = re.sub(r"\\.|\[[^]]*\]|\$", lambda part: '(?=")' if part[0] == "$" else part[0], inside[1])
    return rf'(?=[^"\\]{size}")(?:{ended})'

"""Templates of Helm with something harmless in the place of every directive, so that what is left reads as YAML.

Nothing moves: a place in what is left is the same place in the template.
"""

import re
from typing import Final

DIRECTIVE: Final = re.compile(r"\{\{-?\s*(?P<what>/\*.*?\*/|.*?)\s*-?\}\}", re.DOTALL)
_CONTROL: Final = re.compile(r"(?:if|else|end|range|with|define|block|template|break|continue)\b|/\*|\$\w*\s*:?=")
_VALUE: Final = re.compile(
    r"(?:(?:quote|squote|toString)\s+)?\$?\.Values\.(?P<path>[\w.-]+)(?:\s*\|\s*(?:quote|squote|toString|trim))*"
)
_BREAKS: Final = "\r\n"
_FILLER: Final = "\ue000"  # a letter of nobody, which YAML admits
FILLED: Final = re.compile(_FILLER)


def skeleton(text: str) -> str:
    """The text without its directives."""
    return DIRECTIVE.sub(lambda found: _filled(text, found), text)


def _filled(text: str, found: re.Match[str]) -> str:
    """What stands for a directive: blanks where it decides or has a line to itself, else a word of its length."""
    alone = _is_alone(text, found)
    filler = " " if alone or _CONTROL.match(found["what"]) else _FILLER
    return "".join(char if char in _BREAKS else filler for char in found[0])


def _is_alone(text: str, found: re.Match[str]) -> bool:
    """Whether nothing but directives stands on the lines of one."""
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    around = text[start : found.start()] + text[found.end() : len(text) if end < 0 else end]
    return not DIRECTIVE.sub("", around).strip()


def value_named(written: str) -> tuple[str, ...]:
    """The path among a chart's values that a text is, and nothing else: `{{ .Values.elb.class | quote }}`; or none."""
    found = DIRECTIVE.fullmatch(written.strip().strip("\"'"))
    value = _VALUE.fullmatch(found["what"]) if found else None
    return tuple(value["path"].split(".")) if value else ()

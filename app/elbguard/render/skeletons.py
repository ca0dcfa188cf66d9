"""Templates of Helm with something harmless in the place of every directive, so that what is left reads as YAML.

Nothing moves: a place in what is left is the same place in the template.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_OPEN, _CLOSE = "{{", "}}"
_COMMENT: Final = re.compile(r"\{\{-?\s*+/\*")
_CONTROL: Final = re.compile(
    r"\{\{-?\s*+(?:(?:if|else|end|range|with|define|block|template|break|continue)\b|/\*|\$\w*\s*+:?=)"
)
_PLAIN: Final = "(?:quote|squote|toString|trim)"
_JSON: Final = "(?:toJson|toPrettyJson|toRawJson|mustToJson)"
_VALUE: Final = re.compile(
    rf"\{{\{{-?\s*+(?:(?:(?:quote|squote|toString)|(?P<json>{_JSON}))\s++)?\$?\.Values\.(?P<path>[\w.-]++)"
    rf"(?:\s*+\|\s*+(?:{_PLAIN}|(?P<piped>{_JSON})))*+\s*+-?\}}\}}"
)
_SHOWN: Final = re.compile(r"[^\r\n]")
_FILLER: Final = "\ue000"  # a letter of nobody, which YAML admits
FILLED: Final = re.compile(_FILLER)


def skeleton(text: str) -> str:
    """The text without its directives."""
    parts: list[str] = []
    done = 0
    for group in _groups(text):
        alone = _is_alone(text, group)
        for start, end in group:
            filler = " " if alone or _CONTROL.match(text, start, end) else _FILLER
            parts += text[done:start], _SHOWN.sub(filler, text[start:end])
            done = end
    return "".join((*parts, text[done:]))


def _directives(text: str) -> Iterator[tuple[int, int]]:
    """Where the directives stand, in one pass whatever the text is."""
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        inner = start + len(_OPEN)
        if comment := _COMMENT.match(text, start):
            inner = text.find("*/", comment.end())
        close = text.find(_CLOSE, inner) if inner >= 0 else -1
        if close < 0:
            return
        at = close + len(_CLOSE)
        yield start, at


def _groups(text: str) -> Iterator[list[tuple[int, int]]]:
    """The directives, those together that share a line."""
    group: list[tuple[int, int]] = []
    for start, end in _directives(text):
        if group and text.find("\n", group[-1][1], start) >= 0:
            yield group
            group = []
        group.append((start, end))
    if group:
        yield group


def _is_alone(text: str, group: list[tuple[int, int]]) -> bool:
    """Whether nothing but directives stands on the lines of some."""
    first, last = group[0][0], group[-1][1]
    end = text.find("\n", last)
    gaps = (text[a:b] for (_, a), (b, _) in pairwise(group))
    around = (text[text.rfind("\n", 0, first) + 1 : first], *gaps, text[last : len(text) if end < 0 else end])
    return not any(part.strip() for part in around)


def value_named(written: str) -> tuple[tuple[str, ...], bool]:
    """The path among a chart's values that a text names and nothing else: `{{ .Values.elb.class | quote }}`; or none.

    Also whether what is there is written as JSON.
    """
    found = _VALUE.fullmatch(written.strip().strip("\"'"))
    return (tuple(found["path"].split(".")), bool(found["json"] or found["piped"])) if found else ((), False)

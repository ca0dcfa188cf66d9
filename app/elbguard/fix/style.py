"""How a text is written in YAML and JSON: bare, between quotes, inside a scalar that is there already."""

import re
from typing import Final

import yaml

from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard.check.unquoted import resolve

QUOTES: Final = ('"', "'")
BREAK: Final = re.compile(r"\r\n|\r|\n")
_BARE: Final = re.compile(r"[A-Za-z][\w./-]*+(?:[:,][\w./-]++)*+", re.ASCII)
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def is_bare(text: str, *, flow: bool) -> bool:
    """Whether YAML reads the text without quotes as this text; `flow`: between braces or brackets."""
    return bool(_BARE.fullmatch(text)) and resolve(text) == text and not (flow and "," in text)


def quoted(text: str, quote: str) -> str:
    """The text between quotes of one kind; between the other where it has this one, or a line break, in it."""
    if quote == "'" and "'" not in text and "\n" not in text:
        return f"'{text}'"
    return f'"{text.translate(_ESCAPES)}"'


def encoded(text: str, style: str, indent: str, line_end: str) -> str | None:
    """The text as it is written inside a scalar of `style`; None where it cannot be.

    A line of a literal block begins with `indent`.
    """
    if style == '"':
        return text.translate(_ESCAPES)
    if style == "'":
        return None if "\n" in text else text.replace("'", "''")
    if "\n" not in text:
        return text
    return text.replace("\n", line_end + indent) if style == "|" else None


def in_flow(document: Manifest, path: Path) -> bool:
    """Whether the value at `path` stands between braces or brackets."""
    places = (document.where(path[:length]) for length in range(len(path)))
    return any(isinstance(p.node, yaml.CollectionNode) and p.node.flow_style for p in places if p)


def line_end_of(text: str) -> str:
    """The line end that a text uses first."""
    found = BREAK.search(text)
    return found.group() if found else "\n"


def line_start(text: str, at: int) -> int:
    """Where the line of the character at `at` begins."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1

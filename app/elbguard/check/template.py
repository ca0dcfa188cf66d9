"""Helm templates mistaken for manifests: found by the directives they carry outside quotes and comments."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

import yaml

from elbguard.check.nodes import SourceError, items

_MARK: Final = re.compile(r"""["'\n]|(?:^|(?<=\s))\#|\{\{""", re.MULTILINE)
_QUOTED: Final = {'"': re.compile(r'"(?:[^"\\\n]|\\.)*+"'), "'": re.compile(r"'[^'\n]*+'")}
_DOCUMENT: Final = re.compile(r"^(?:---|\.\.\.)(?=\s|\Z)", re.MULTILINE)
_HEADER: Final = re.compile(r"[ \t][|>][-+1-9]{0,2}(?:[ \t]++#.*+|[ \t]*+)\r?+\Z")  # what ends a line above a block
_LONGEST_HEADER: Final = 200  # characters
_INDENT: Final = re.compile(r" *+")
_SHOWN: Final = re.compile(r"[^\r\n\ufeff]")


class TemplateError(SourceError):
    """A template that has to be rendered before there is a manifest to read."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__("this is a template, not a manifest: render it first, as helm template does", line, column)


def directive_in_text(text: str, start: int, end: int) -> int | None:
    """Give the offset of the first {{ in text[start:end] that stands in no quotes, no comment and no block scalar."""
    at, unclosed = start, ""
    while mark := _MARK.search(text, at, end):
        at = mark.end()
        if mark[0] == "\n":
            unclosed, at = "", _past_block(text, at, end)
        elif mark[0] == "{{":
            return mark.start()
        elif mark[0] == "#":
            at = _line_end(text, at, end)
        elif mark[0] not in unclosed:  # of the quotes in a line one without an end is looked for once
            closed = _QUOTED[mark[0]].match(text, mark.start(), end)
            at, unclosed = (closed.end(), unclosed) if closed else (at, unclosed + mark[0])
    return None


def _line_end(text: str, at: int, end: int) -> int:
    found = text.find("\n", at, end)
    return end if found < 0 else found


def _past_block(text: str, at: int, end: int) -> int:
    """Where a block scalar ends whose header is the line before `at`; `at` itself where that is none."""
    start = text.rfind("\n", 0, at - 1) + 1
    if not _HEADER.search(text, max(start, at - _LONGEST_HEADER), at - 1):
        return at
    least = _indent(text, start, end)
    while at < end:
        after = _line_end(text, at, end) + 1
        if _indent(text, at, end) <= least and not text[at:after].isspace():
            break
        at = after
    return min(at, end)


def _indent(text: str, at: int, end: int) -> int:
    found = _INDENT.match(text, at, end)
    return found.end() - at if found else 0


def without_templates(text: str, directive: Callable[[str], int | None]) -> tuple[str, list[int]]:
    """Give the text with blanks in the place of each document that is a template, and where their directives stand.

    `directive` tells where that is in a document by itself, None where it can be read. What is left keeps its places.
    """
    parts: list[str] = []
    found: list[int] = []
    borders = sorted({0, *(border.start() for border in _DOCUMENT.finditer(text)), len(text)})
    for start, end in pairwise(borders):
        part = text[start:end]
        if part.startswith("...") and found and not any(map(str.strip, parts)):
            part = "   " + part[3:]  # there is no document that it could end
        at = directive(part) if "{{" in part else None
        if at is not None:
            found.append(start + at)
            border = _DOCUMENT.match(part)
            kept = border.end() if border else 0
            part = part[:kept] + _SHOWN.sub(" ", part[kept:])
        parts.append(part)
    return "".join(parts), found


def directive_in_nodes(root: yaml.Node, data: Any) -> tuple[yaml.ScalarNode, int] | None:
    """Give the first unquoted scalar of a document with a {{ in it, and where in its value that stands.

    Only documents that may hold a Service are looked at: in others such text may be meant for somebody else, as in
    Prometheus' alerts.
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or not (kind == "Service" or items(data) is not None or "{{" in kind):
        return None
    found = ((node, node.value.find("{{")) for node in _scalars(root) if not node.style)
    return next(((node, at) for node, at in found if at >= 0), None)


def _scalars(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Give the scalars under `root` in their order, those of an alias once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            pairs = isinstance(node, yaml.MappingNode)
            waiting.extend(reversed([part for pair in node.value for part in pair] if pairs else node.value))

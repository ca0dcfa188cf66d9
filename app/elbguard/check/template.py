"""Helm templates mistaken for manifests: found by the directives they carry outside quotes and comments."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from elbguard.check.nodes import SourceError

_OURS: Final = {"Service", "ServiceList", "List"}
_DIRECTIVE: Final = re.compile(r""""(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|(?:^|(?<=\s))\#.*|(?P<found>\{\{)""", re.MULTILINE)


class TemplateError(SourceError):
    """A template that has to be rendered before there is a manifest to read."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__("this is a template, not a manifest: render it first, as helm template does", line, column)


def directive_in_text(text: str, start: int, end: int) -> int | None:
    """Give the offset of the first {{ in text[start:end] that stands in no quotes and no comment."""
    return next((found.start() for found in _DIRECTIVE.finditer(text, start, end) if found["found"]), None)


def directive_in_nodes(root: yaml.Node, data: Any) -> tuple[yaml.ScalarNode, int] | None:
    """Give the first unquoted scalar of a document with a {{ in it, and where in its value that stands.

    Only documents that may hold a Service are looked at: in others such text may be meant for somebody else, as in
    Prometheus' alerts.
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or not (kind in _OURS or "{{" in kind):
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

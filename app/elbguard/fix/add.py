"""A new annotation behind the last one, written as its neighbours are."""

import re
from typing import Final

import yaml

from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard.check.scalar import Offsets, content
from elbguard.fix.edits import Edit
from elbguard.fix.style import BREAK, QUOTES, in_flow, is_bare, line_end_of, line_start, quoted

_REST: Final = re.compile(r"[ \t]*+(?:#[^\r\n]*+)?+(?=[\r\n]|\Z)")
_COLON: Final = re.compile(r"[ \t]*+:[ \t]*+")
_COMMA: Final = re.compile(r"[ \t\r\n]*+,[ \t\r\n]*+")


def added(document: Manifest, path: Path, key: str, value: str) -> list[Edit] | None:
    """The edit that adds a key with a value to the mapping at `path`; None where it is not certain how."""
    place = document.where(path)
    if place is None or not isinstance(place.node, yaml.MappingNode) or not place.node.value:
        return None
    text, (last_key, last_value) = document.text, place.node.value[-1]
    name, given = content(text, last_key), content(text, last_value)
    if given.start < name.end:
        return None  # an alias: what it stands for is elsewhere
    quote = text[name.start] if text[name.start] in QUOTES else ""
    written = quoted(key, quote) if quote else key
    flow = bool(place.node.flow_style) or in_flow(document, path)
    told = _value(value, _quote(last_value), flow=flow, json=flow and quote == '"')
    if place.node.flow_style:
        between, colon = _separators(text, place.node, name, given)
        return [Edit(given.end, given.end, f"{between}{written}{colon}{told}")]
    return _line(text, name, given, f"{written}: {told}")


def _line(text: str, name: Offsets, given: Offsets, line: str) -> list[Edit] | None:
    """A line of its own behind the last annotation's, with the same indentation."""
    indent = text[line_start(text, name.start) : name.start]
    rest = _REST.match(text, given.end)
    if indent.strip(" ") or rest is None:
        return None
    end = BREAK.match(text, rest.end())
    if end is None:
        return [Edit(rest.end(), rest.end(), f"{line_end_of(text)}{indent}{line}")]
    return [Edit(end.end(), end.end(), f"{indent}{line}{end.group()}")]


def _separators(text: str, node: yaml.MappingNode, name: Offsets, given: Offsets) -> tuple[str, str]:
    """The comma and the colon of a flow mapping, with the blanks that its author puts around them."""
    colon = text[name.end : given.start]
    colon = colon if _COLON.fullmatch(colon) else ": "
    if len(node.value) > 1:
        comma = text[content(text, node.value[-2][1]).end : name.start]
        if _COMMA.fullmatch(comma):
            return comma, colon
    gap = text[content(text, node).start + 1 : name.start]
    if "\n" in gap and not gap.strip():
        return f",{gap}", colon
    return ("," if colon == ":" else ", "), colon


def _quote(node: yaml.Node) -> str:
    """The quotes around the last annotation's value, unless it needs the ones it has."""
    style = node.style or "" if isinstance(node, yaml.ScalarNode) else ""
    return style if style in QUOTES and '"' not in node.value else ""


def _value(value: str, quote: str, *, flow: bool, json: bool) -> str:
    if json:
        return quoted(value, '"')
    if not quote and is_bare(value, flow=flow):
        return value
    return quoted(value, "'" if '"' in value else quote or '"')

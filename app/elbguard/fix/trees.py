"""An object or a list that stands in a manifest as YAML, where the annotation wants a text: the text in its place."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import yaml

from elbguard.check.lines import Offsets
from elbguard.check.manifests import Manifest, Place
from elbguard.check.nodes import Path
from elbguard.check.unquoted import resolve
from elbguard.fix.edits import Edit
from elbguard.fix.style import BREAK, line_start, quoted

_LONGEST: Final = 16 * 1024  # characters of a tree that is looked at
_COLON: Final = re.compile(r"[ \t]*+:\s*+")
_BEHIND: Final = re.compile(r"[ \t]*+#")
_BELOW: Final = re.compile(r"(?:[ \t]*+(?:\r\n|\r|\n))++([ \t]*+)#")
_PROPERTIES: Final = (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)
COMMENT: Final = "a comment in it would be lost: write it by hand"
_SHARED: Final = "it has an anchor, an alias, a merge key or a tag: write it by hand"
_TWICE: Final = "a key in it is given twice: write it by hand"
_NUMBER: Final = "a number in it may be meant as a text: write it by hand"
_FAR: Final = "it is too long to be sure: write it by hand"


def replaced(document: Manifest, path: Path, place: Place, text: str) -> list[Edit] | None:
    """The edit that puts a text in the place of a tree; None where `obstacle` says why not."""
    if place.key is None or obstacle(document, path, place):
        return None
    source, value = document.text, place.value
    colon = source.index(":", place.key.end) + 1
    alone = BREAK.search(source, colon, value.start)  # it begins on a line below its key's
    start = colon if alone else value.start
    quote = '"' if _is_json(source, place.key) else "'"
    return [Edit(start, value.end, (" " if alone else "") + quoted(text, quote))]


def obstacle(document: Manifest, path: Path, place: Place) -> str:
    """Why a tree stays as it is; nothing where a text can take its place."""
    text, key, value = document.text, place.key, place.value
    if key is None or value.start < key.end:
        return _SHARED
    if value.end - value.start > _LONGEST:
        return _FAR
    gap = text[key.end : value.start]
    if not _COLON.fullmatch(gap):
        return COMMENT if "#" in gap else _SHARED
    if any(len(duplicate.path) > len(path) for duplicate in document.given_twice(path)):
        return _TWICE
    if not all(_is_plain(node) for node in _scalars(place.node)):
        return _NUMBER
    in_braces = isinstance(place.node, yaml.CollectionNode) and place.node.flow_style
    return _inside(text, value) or ("" if in_braces else _around(text, key, value))


def _inside(text: str, value: Offsets) -> str:
    """What stands in a tree that a text would lose."""
    column = value.start - line_start(text, value.start)
    part = " " * column + text[value.start : value.end] + "\n"
    try:
        tokens = [token for token in yaml.scan(part, Loader=yaml.SafeLoader) if token.end_mark.index > column]
    except yaml.YAMLError:
        return _SHARED
    if any(isinstance(token, _PROPERTIES) for token in tokens):
        return _SHARED
    for before, after in pairwise(sorted(tokens, key=lambda token: token.start_mark.index)):
        if "#" in part[before.end_mark.index : after.start_mark.index]:
            return COMMENT
    headers = (part[t.start_mark.index :].splitlines()[0] for t in tokens if getattr(t, "style", None) in ("|", ">"))
    return COMMENT if any("#" in header for header in headers) else ""


def _around(text: str, key: Offsets, value: Offsets) -> str:
    """Whether a comment behind the last line of a tree, or below it and as deep, is about what is in it."""
    below = _BELOW.match(text, value.end)
    deeper = below and len(below[1]) > key.start - line_start(text, key.start)
    return COMMENT if _BEHIND.match(text, value.end) or deeper else ""


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, yaml.ScalarNode):
            yield one
        elif isinstance(one, yaml.MappingNode):
            waiting += [part for pair in one.value for part in pair]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value


def _is_plain(node: yaml.ScalarNode) -> bool:
    """Whether a scalar is written as JSON would write its value: not as 010, 0x1F or 1e3."""
    if node.style or node.tag:
        return True
    value = resolve(node.value) if node.value else None
    return not isinstance(value, int | float) or isinstance(value, bool) or str(value) == node.value


def _is_json(text: str, key: Offsets) -> bool:
    """Whether the key stands between double quotes, as all of JSON does; in YAML these are as good."""
    return text[key.start] == '"'

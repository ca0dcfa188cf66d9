"""The quick way from YAML text to trees, for texts so plain that nothing in them can surprise.

libyaml composes the nodes, which is faster than taking its events one by one in Python; but it recurses, and it knows
anchors, tags and merge keys. A text that could nest deeply or has any of those goes the long way, `builder.trees`.
"""

from functools import lru_cache
from typing import Any, Final

import yaml

from elbguard.check.lines import skipped
from elbguard.check.nodes import Tree, key_text
from elbguard.check.parser import composer
from elbguard.check.unquoted import resolve

_LONGEST: Final = 64 * 1024  # characters: block nesting costs indentation, so its depth is a few hundred at most
_MOST_BRACKETS: Final = 100
_SHORT: Final = 64  # characters
_short: Final = lru_cache(maxsize=2048)(resolve)  # files of one repository have most of their words in common


class _LongWay(Exception):
    """Something is not plain after all."""


def quick_trees(text: str) -> list[Tree] | None:
    """All documents of a text, or None where the long way has to be taken."""
    if len(text) > _LONGEST or _is_odd(text) or text.count("[") + text.count("{") > _MOST_BRACKETS:
        return None
    found: list[Tree] = []
    try:
        loader = composer(text)
        if loader is None:
            return None
        moved, after = skipped(text), 0
        while loader.check_node():
            root: Any = loader.get_node()
            if type(root) is not yaml.MappingNode:
                return None
            found.append(Tree(root, _mapping(root), (), after))
            after = root.end_mark.index + moved
    except (yaml.YAMLError, UnicodeEncodeError, _LongWay):
        return None
    return found


def _is_odd(text: str) -> bool:
    """Whether it may have an anchor, alias, tag, merge key, key of several lines, or list in the line of another one.

    Looked at for every file, so spelt out: a single character is found forty times as fast as two.
    """
    if "&" in text or "*" in text or "!" in text or "%" in text or ("<" in text and "<<" in text):
        return True
    if "?" in text and any(odd in text for odd in ("? ", "?\n", "?\t", "?\r")):
        return True
    return "- -" in text or "-  " in text or ("\t" in text and "-\t" in text)


def _mapping(node: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value in node.value:
        if type(key_node) is not yaml.ScalarNode:
            raise _LongWay
        key = key_node.value
        if not key_node.style:
            meant = _short(key) if len(key) < _SHORT else resolve(key)
            if type(meant) is not str:
                key = key_text(key_node, meant)
        if key is None or key in data:  # where a key stands again, the long way tells
            raise _LongWay
        data[key] = _value(value)
    return data


def _value(node: Any) -> Any:
    if type(node) is yaml.ScalarNode:
        text = node.value
        return text if node.style else _short(text) if len(text) < _SHORT else resolve(text)
    if type(node) is yaml.MappingNode:
        return _mapping(node)
    return [_value(item) for item in node.value]

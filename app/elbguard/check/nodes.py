"""The node graph of a YAML document: what is at a path, and the errors and duplicates that reading it can meet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from elbguard.check.lines import LineIndex, Offsets
from elbguard.check.unquoted import resolve

MERGE: Final = "<<"
Path = tuple[str | int, ...]


class SourceError(Exception):
    """A manifest that cannot be read: one sentence, and the 1-based line and column it is about."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column

    @classmethod
    def at(cls, lines: LineIndex, offset: int, message: str) -> "SourceError":
        """Make the error about the character at `offset`."""
        return cls(message, *lines.position(offset))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that a mapping has twice: the path of its value, where it stood before and where it stands again."""

    path: Path
    first: Offsets
    again: Offsets


@dataclass(frozen=True, slots=True)
class Tree:
    """A document as its parser leaves it: root node, data, keys given twice, and where the document before ended."""

    node: yaml.Node
    data: Any
    duplicates: tuple[Duplicate, ...]
    after: int


def find(node: yaml.Node, path: Path) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Give the key's node (None for a list item or the root) and the value's node at `path`; None if nothing is."""
    key: yaml.Node | None = None
    for step in path:
        found = _child(node, step)
        if not found:
            return None
        key, node = found
    return key, node


def key_text(node: yaml.Node, data: Any) -> str | None:
    """Give the text of a mapping's key as kubectl writes it into JSON, from the key's node and value; None for null."""
    match data:
        case str():
            return data
        case bool():
            return "true" if data else "false"
        case int():
            return str(data)
        case float():
            return str(node.value)
    return None


def is_merge(node: yaml.Node) -> bool:
    """Tell whether a mapping's key is the merge key: an unquoted <<."""
    return bool(node.value == MERGE) and not node.tag and not getattr(node, "style", None)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return (None, node.value[step]) if 0 <= step < len(node.value) else None
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in reversed(node.value):
        plain = not key.style and not key.tag
        if not is_merge(key) and key_text(key, resolve(key.value) if plain else key.value) == step:
            return key, value
    return next((found for merged in _merged(node) if (found := _child(merged, step))), None)


def _merged(node: yaml.MappingNode) -> Iterator[yaml.Node]:
    """Give the mappings merged into `node`, those that win first."""
    for key, value in reversed(node.value):
        if is_merge(key):
            yield from value.value if isinstance(value, yaml.SequenceNode) else (value,)

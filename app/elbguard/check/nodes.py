"""The node graph of a YAML document: what is at a path, and the errors and duplicates that reading it can meet."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from elbguard.check.lines import LineIndex, Offsets
from elbguard.check.unquoted import resolve
from elbguard_rules.core.record import record

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


@record
class Duplicate:
    """A key that a mapping has twice: the path of its value, where it stood before and where it stands again."""

    path: Path
    first: Offsets
    again: Offsets


@record
class Tree:
    """A document as its parser leaves it: root node, data, keys given twice, and where the document before ended."""

    node: yaml.Node
    data: Any
    duplicates: tuple[Duplicate, ...]
    after: int


class Finder:
    """Finds what is at a path of a document; each mapping is gone through once, however often it is asked."""

    def __init__(self, root: yaml.Node) -> None:
        self._root: Final = root
        self._members: Final[dict[int, dict[str, tuple[yaml.Node, yaml.Node]]]] = {}

    def find(self, path: Path) -> tuple[yaml.Node | None, yaml.Node] | None:
        """Give the key's node (None for a list item or the root) and the value's node at `path`; None if nothing is."""
        key: yaml.Node | None = None
        node = self._root
        for step in path:
            if isinstance(node, yaml.SequenceNode):
                if not (isinstance(step, int) and 0 <= step < len(node.value)):
                    return None
                key, node = None, node.value[step]
                continue
            found = self._of(node).get(step) if isinstance(node, yaml.MappingNode) and isinstance(step, str) else None
            if found is None:
                return None
            key, node = found
        return key, node

    def _of(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """What a mapping has by its keys: of one given twice the last, then what is merged into it, the last first."""
        known = self._members.get(id(node))
        if known is None:
            self._members[id(node)] = known = {}
            for key, value in reversed(node.value):
                if not is_merge(key):
                    plain = not key.style and not key.tag
                    name = key_text(key, resolve(key.value) if plain else key.value)
                    if name is not None:
                        known.setdefault(name, (key, value))
            for merged in _merged(node):
                for name, found in self._of(merged).items() if isinstance(merged, yaml.MappingNode) else ():
                    known.setdefault(name, found)
        return known


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


def _merged(node: yaml.MappingNode) -> Iterator[yaml.Node]:
    """Give the mappings merged into `node`, those that win first."""
    for key, value in reversed(node.value):
        if is_merge(key):
            yield from value.value if isinstance(value, yaml.SequenceNode) else (value,)


def items(value: Any) -> list[Any] | None:
    """Give the objects that a list of Kubernetes holds; None for what is no list.

    kubectl takes whatever has `items` for a list, of whatever kind it says it is (UnstructuredJSONScheme.decode).
    """
    found = value.get("items") if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else None


def listed(value: Any) -> list[tuple[Path, Any]] | None:
    """Give the objects that a list holds, each with the path that leads to it; None for what is no list.

    Besides Kubernetes' own lists that is a document that is nothing but a list of objects, as `jq .items`, jsonnet and
    Tanka print them.
    """
    if isinstance(value, list):
        return [((index,), item) for index, item in enumerate(value) if isinstance(item, Mapping) and "kind" in item]
    found = items(value)
    return None if found is None else [(("items", index), item) for index, item in enumerate(found)]

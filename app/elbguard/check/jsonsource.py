"""JSON that YAML cannot read: indented by tabs, with surrogate pairs in its escapes, or value after value. As trees."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from elbguard.check.builder import DEEPEST
from elbguard.check.lines import LineIndex, Offsets, skipped
from elbguard.check.nodes import Duplicate, Path, SourceError, Tree
from elbguard.check.unquoted import resolve
from elbguard_rules.core.jsontext import JsonMistake, Node, TooDeep, Twice, scan_one

_SPACE: Final = re.compile(r"[ \t\r\n]*")


def json_trees(text: str, lines: LineIndex) -> Iterator[Tree]:
    """Read the JSON values of `text` one after the other. Raises SourceError."""
    at = after = skipped(text)
    while (at := _past_space(text, at)) < len(text):
        twice: list[Duplicate] = []
        try:
            read = scan_one(text, at, DEEPEST - 1, _teller(twice))
        except TooDeep as mistake:
            message = f"not valid JSON: values are nested more than {DEEPEST} levels deep"
            raise SourceError.at(lines, mistake.start, message) from None
        except JsonMistake as mistake:
            raise SourceError.at(lines, mistake.start, f"not valid JSON: {mistake.message}") from None
        tree = _TreeMaker(text)
        yield Tree(tree.node(read), tree.data(read), tuple(twice), after)
        at = after = read.end


def _teller(found: list[Duplicate]) -> Twice:
    def tell(path: Path, first: tuple[int, int], again: tuple[int, int]) -> None:
        found.append(Duplicate(path, Offsets(*first), Offsets(*again)))

    return tell


class _TreeMaker:
    """What was read, as YAML's nodes and as the data that they stand for."""

    def __init__(self, text: str) -> None:
        self._text, self._moved = text, skipped(text)

    def node(self, read: Node) -> yaml.Node:
        """The node of a value."""
        if isinstance(read.value, dict):
            pairs = [
                (self._scalar(name, *read.keys[name]), self.node(read.members[name])) for name in map(str, read.members)
            ]
            return self._collection(yaml.MappingNode, pairs, read)
        if isinstance(read.value, list):
            return self._collection(yaml.SequenceNode, list(map(self.node, read.members.values())), read)
        return self._scalar(read.value, read.start, read.end)

    def data(self, read: Node) -> Any:
        """The data of a value: numbers as YAML reads them."""
        if isinstance(read.value, dict):
            return {name: self.data(each) for name, each in read.members.items()}
        if isinstance(read.value, list):
            return [self.data(each) for each in read.members.values()]
        return read.value if isinstance(read.value, str) else resolve(self._text[read.start : read.end])

    def _scalar(self, value: Any, start: int, end: int) -> yaml.ScalarNode:
        is_text = self._text[start] == '"'
        node = yaml.ScalarNode("", value if is_text else self._text[start:end], *self._marks(start, end))
        node.style = '"' if is_text else ""
        return node

    def _collection(self, kind: type[yaml.CollectionNode], value: Any, read: Node) -> yaml.CollectionNode:
        node = kind("", value, *self._marks(read.start, read.end))
        node.flow_style = True
        return node

    def _marks(self, start: int, end: int) -> tuple[yaml.Mark, yaml.Mark]:
        first, last = (yaml.Mark("", place - self._moved, 0, 0, None, 0) for place in (start, end))
        return first, last


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at

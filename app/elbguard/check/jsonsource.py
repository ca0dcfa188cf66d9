"""JSON that YAML cannot read: indented by tabs, with surrogate pairs in its escapes, or value after value. As trees."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from elbguard.check.builder import DEEPEST
from elbguard.check.lines import LineIndex, Offsets, skipped
from elbguard.check.nodes import Duplicate, Path, SourceError, Tree
from elbguard.check.unquoted import resolve

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_WORD: Final = re.compile(r"null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def json_trees(text: str, lines: LineIndex) -> Iterator[Tree]:
    """Read the JSON values of `text` one after the other. Raises SourceError."""
    at = after = skipped(text)
    while (at := _past_space(text, at)) < len(text):
        value = _JsonValue(text, lines)
        node, data = value.read(at, ())
        yield Tree(node, data, tuple(value.duplicates), after)
        at = after = node.end_mark.index + value.moved


class _JsonValue:
    """One JSON value in the making; `duplicates` are the members given twice."""

    def __init__(self, text: str, lines: LineIndex) -> None:
        self.text, self.lines, self.moved = text, lines, skipped(text)
        self.duplicates: list[Duplicate] = []

    def read(self, at: int, path: Path) -> tuple[yaml.Node, Any]:
        """Read the value at `at`, whose path is `path`."""
        if len(path) == DEEPEST:
            raise self._error(at, f"values are nested more than {DEEPEST} levels deep")
        opening = self.text[at : at + 1]
        if opening == "{":
            return self._object(at, path)
        if opening == "[":
            return self._array(at, path)
        if opening == '"':
            return self._string(at)
        if found := _WORD.match(self.text, at):
            return self._node(yaml.ScalarNode, found[0], at, found.end()), resolve(found[0])
        raise self._error(at, "a JSON value is expected")

    def _object(self, start: int, path: Path) -> tuple[yaml.Node, Any]:
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        data: dict[str, Any] = {}
        keys: dict[str, Offsets] = {}
        at, more = self._first(start, "}")
        while more:
            if self.text[at : at + 1] != '"':
                raise self._error(at, "a key in double quotes is expected")
            key_node, key = self._string(at)
            place = Offsets(at, key_node.end_mark.index + self.moved)
            if key in keys:
                self.duplicates.append(Duplicate((*path, key), keys[key], place))
            keys[key] = place
            colon = _past_space(self.text, place.end)
            if self.text[colon : colon + 1] != ":":
                raise self._error(colon, "a colon is expected")
            node, data[key] = self.read(_past_space(self.text, colon + 1), (*path, key))
            pairs.append((key_node, node))
            at, more = self._next(node, "}")
        return self._node(yaml.MappingNode, pairs, start, at), data

    def _array(self, start: int, path: Path) -> tuple[yaml.Node, Any]:
        nodes: list[yaml.Node] = []
        data: list[Any] = []
        at, more = self._first(start, "]")
        while more:
            node, item = self.read(at, (*path, len(data)))
            nodes.append(node)
            data.append(item)
            at, more = self._next(node, "]")
        return self._node(yaml.SequenceNode, nodes, start, at), data

    def _string(self, at: int) -> tuple[yaml.Node, str]:
        try:
            value, end = _DECODER.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            raise self._error(error.pos, error.msg[:1].lower() + error.msg[1:]) from None
        return self._node(yaml.ScalarNode, value, at, end), value

    def _first(self, start: int, closing: str) -> tuple[int, bool]:
        """Give the place of the first member and True, or the place after the closing bracket and False."""
        at = _past_space(self.text, start + 1)
        return (at + 1, False) if self.text[at : at + 1] == closing else (at, True)

    def _next(self, node: yaml.Node, closing: str) -> tuple[int, bool]:
        """Give the same for the member after `node`."""
        at = _past_space(self.text, node.end_mark.index + self.moved)
        separator = self.text[at : at + 1]
        if separator == closing:
            return at + 1, False
        if separator != ",":
            raise self._error(at, f"a comma or {closing} is expected")
        return _past_space(self.text, at + 1), True

    def _node(self, kind: type[yaml.Node], value: Any, start: int, end: int) -> yaml.Node:
        marks = [yaml.Mark("", place - self.moved, 0, 0, None, 0) for place in (start, end)]
        node = kind("", value, *marks)
        if isinstance(node, yaml.ScalarNode):
            node.style = '"' if self.text[start] == '"' else ""
        elif isinstance(node, yaml.CollectionNode):
            node.flow_style = True
        return node

    def _error(self, at: int, message: str) -> SourceError:
        return SourceError.at(self.lines, at, f"not valid JSON: {message}")


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at

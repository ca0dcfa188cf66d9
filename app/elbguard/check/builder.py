"""YAML text to trees: data and nodes built together from the parser's events, in one pass that nothing can explode."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from elbguard.check.lines import LineIndex, skipped
from elbguard.check.nodes import MERGE, Duplicate, SourceError, Tree, is_merge, key_text
from elbguard.check.parser import events
from elbguard.check.scalar import content
from elbguard.check.unquoted import resolve

DEEPEST: Final = 200
MOST_ALIASED: Final = 200_000  # values that a document may hold through its aliases

_TAG: Final = "tag:yaml.org,2002:"
_TAGGED: Final[dict[str, tuple[type, ...]]] = {
    _TAG + "int": (int,),
    _TAG + "float": (float, int),
    _TAG + "bool": (bool,),
    _TAG + "null": (type(None),),
}


@dataclass(slots=True)
class _Value:
    """What an anchor names. `size` counts the values in it, `height` how deep they nest, aliased ones included."""

    node: yaml.Node
    data: Any
    size: int = 1
    height: int = 0


@dataclass(slots=True)
class _Open(_Value):
    """A collection whose end has not come; of a mapping also the key that waits for its value."""

    anchor: str | None = None
    key: str | None = None
    key_node: yaml.Node | None = None
    keys: dict[str, yaml.Node] = field(default_factory=dict)
    merging: bool = False
    merges: list[tuple[yaml.Node, Any]] = field(default_factory=list)


def trees(text: str, lines: LineIndex) -> Iterator[Tree]:
    """Read the YAML documents of `text` one by one. Raises SourceError or, for broken syntax, yaml.YAMLError."""
    next_event = events(text)
    after = 0
    while (event := next_event()) is not None:
        if isinstance(event, yaml.DocumentStartEvent):
            document = _Document(text, lines)
            takers = document.takers()
            while take := takers.get(type(inner := next_event())):
                take(inner)
            yield Tree(document.root, document.data, tuple(document.duplicates), after)
            after = inner.end_mark.index + document.moved


class _Document:
    """One document in the making: events go in, `root`, `data` and `duplicates` come out."""

    root: yaml.Node
    data: Any

    def __init__(self, text: str, lines: LineIndex) -> None:
        self.text, self.lines, self.moved = text, lines, skipped(text)
        self.duplicates: list[Duplicate] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Value] = {}
        self._aliased = 0

    def takers(self) -> dict[type, Callable[[Any], None]]:
        """What takes in an event, by the event's type; the one that ends the document has no taker."""
        return {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }

    def _scalar(self, event: Any) -> None:
        data, tag = event.value, event.tag
        if event.implicit[0]:
            data = resolve(data)
        elif tag in _TAGGED:
            data = resolve(data)
            if type(data) not in _TAGGED[tag]:
                raise self._error(event, f"{event.value!r} is not what its tag !!{tag.removeprefix(_TAG)} says")
        node = yaml.ScalarNode(tag or "", event.value, event.start_mark, event.end_mark, event.style)
        if event.anchor:
            self._anchors[event.anchor] = _Value(node, data)
        self._add(node, data, 1, 0)

    def _alias(self, event: Any) -> None:
        value = self._anchors.get(event.anchor)
        if value is None:
            raise self._error(event, f"the alias *{event.anchor} has no anchor before it")
        if isinstance(value, _Open):
            raise self._error(event, f"the alias *{event.anchor} stands inside its own anchor")
        self._aliased += value.size
        if self._aliased > MOST_ALIASED:
            raise self._error(event, f"aliases make this document longer than {MOST_ALIASED} values")
        if len(self._stack) + value.height > DEEPEST:
            raise self._error(event, f"values are nested more than {DEEPEST} levels deep")
        self._add(value.node, value.data, value.size, value.height)

    def _start(self, event: Any) -> None:
        if len(self._stack) == DEEPEST:
            raise self._error(event, f"values are nested more than {DEEPEST} levels deep")
        is_map = type(event) is yaml.MappingStartEvent
        if self._stack and (top := self._stack[-1]).key_node is None and type(top.data) is dict:
            raise self._error(event, f"a {'mapping' if is_map else 'list'} cannot be a key")
        make = yaml.MappingNode if is_map else yaml.SequenceNode
        node = make(event.tag or "", [], event.start_mark, None, event.flow_style)
        opened = _Open(node, {} if is_map else [], anchor=event.anchor)
        if event.anchor:
            self._anchors[event.anchor] = opened
        self._stack.append(opened)

    def _end(self, event: Any) -> None:
        done = self._stack.pop()
        done.node.end_mark = event.end_mark
        if done.merges:
            self._merge(done)
        if done.anchor and self._anchors[done.anchor] is done:
            self._anchors[done.anchor] = _Value(done.node, done.data, done.size, done.height)
        self._add(done.node, done.data, done.size, done.height)

    def _add(self, node: yaml.Node, data: Any, size: int, height: int) -> None:
        """Put a finished value into the innermost open collection, as key, value or item, or at the root."""
        if not self._stack:
            self.root, self.data = node, data
            return
        top = self._stack[-1]
        top.size += size
        if height >= top.height:
            top.height = height + 1
        if type(top.data) is list:
            top.node.value.append(node)
            top.data.append(data)
        elif top.key_node is None:
            self._key(top, node, data)
        else:
            self._value(top, node, data)

    def _key(self, top: _Open, node: yaml.Node, data: Any) -> None:
        key = data if type(data) is str else key_text(node, data)
        if key is None:
            raise self._error(node, "a key must be text")
        top.key, top.key_node = key, node
        top.merging = key == MERGE and is_merge(node)
        if not top.merging:
            if key in top.keys:
                path = tuple(len(o.data) if type(o.data) is list else str(o.key) for o in self._stack)
                before, again = content(self.text, top.keys[key]), content(self.text, node)
                self.duplicates.append(Duplicate(path, before, again))
            top.keys[key] = node

    def _value(self, top: _Open, node: yaml.Node, data: Any) -> None:
        top.node.value.append((top.key_node, node))
        if top.merging:
            top.merges.append((node, data))
        else:
            top.data[top.key] = data
        top.key_node = None

    def _merge(self, done: _Open) -> None:
        """Add what the merge keys bring: the mapping's own keys win, then the last merge key, in its list the first."""
        for node, data in reversed(done.merges):
            for source in data if type(data) is list else (data,):
                if type(source) is not dict:
                    raise self._error(node, "a merge key (<<) takes a mapping or a list of mappings")
                for key, value in source.items():
                    done.data.setdefault(key, value)

    def _error(self, place: Any, message: str) -> SourceError:
        return SourceError.at(self.lines, place.start_mark.index + self.moved, message)

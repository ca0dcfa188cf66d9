"""Origins: the files that a build was made from, read, and all that stands in them under a key."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.check.comments import Remarks, remarks_in
from elbguard.check.files import LARGEST
from elbguard.check.kinds import services_in
from elbguard.check.lines import LineIndex, Offsets
from elbguard.check.manifests import Manifest, SourceError, documents
from elbguard.check.nodes import Path as NodePath
from elbguard.check.scalar import Positions, content, positions
from elbguard.check.unquoted import resolve
from elbguard.render.skeletons import skeleton

_ANNOTATION: Final = "/metadata/annotations/"  # of a JSON patch


@dataclass(frozen=True, slots=True)
class Passage:
    """A value in a file: the spans of its key and of itself, and its text if it is one.

    `characters` are the places of the text's characters, where they are certain; `document` is what it stands in.
    """

    origin: "Origin"
    key: Offsets | None
    value: Offsets
    text: str | None
    document: "Piece"
    characters: Positions | None = None

    def says(self, value: object) -> bool:
        """Whether it is what was built: the same text, or the same value."""
        if self.text is None or "{{" in self.written:
            return False
        return bool(self.text == value or resolve(self.text) == value)

    @property
    def written(self) -> str:
        """How the value stands in the file."""
        return self.origin.text[self.value.start : self.value.end]


@dataclass(frozen=True, slots=True)
class Piece:
    """A document of a file, or one inside a text of it: `outer` has the places of that text's characters."""

    manifest: Manifest
    outer: Positions | None = None

    def span(self, span: Offsets) -> Offsets | None:
        """A span of the document as one of the file."""
        return self.outer.span(span.start, span.end) if self.outer else span

    def services(self) -> Iterator[tuple[NodePath, dict[str, Any]]]:
        """The Services in it."""
        return services_in(self.manifest.value, ())


@dataclass(slots=True)
class Origin:
    """A file: the name that reports call it by, its real path, its text, the documents in it and their comments."""

    name: str
    path: str
    text: str
    pieces: tuple[Piece, ...]
    remarks: Remarks
    lines: LineIndex
    _found: dict[str, list[Passage]] = field(default_factory=dict)

    @property
    def is_template(self) -> bool:
        """Whether directives of Helm stand in it."""
        return "{{" in self.text

    def under(self, key: str) -> list[Passage]:
        """All that stands under an annotation's key, wherever in the file that is."""
        if key not in self._found:
            self._found[key] = list(self._under(key)) if key in self.text or _escaped(key) in self.text else []
        return self._found[key]

    def _under(self, key: str) -> Iterator[Passage]:
        if self.is_template and not self.pieces:
            yield from self._in_text(key)
        for piece in self.pieces:
            for key_node, value in _pairs(piece.manifest.node, key):
                if spot := self.spot(piece, key_node, value):
                    yield spot

    def spot(self, piece: Piece, key: yaml.Node | None, value: yaml.Node) -> Passage | None:
        """The place of a value in the file."""
        text = piece.manifest.text
        own = piece.span(content(text, value))
        if own is None:
            return None
        of_key = piece.span(content(text, key)) if key else None
        scalar = value if isinstance(value, yaml.ScalarNode) else None
        known = positions(text, scalar) if scalar else None
        if known and piece.outer:
            known = _through(known, piece.outer)
        return Passage(self, of_key, own, str(scalar.value) if scalar else None, piece, known)

    def _in_text(self, key: str) -> Iterator[Passage]:
        """Those in a template that is no YAML even without its directives."""
        pattern = re.compile(rf"^[ \t]*+(?P<key>[\"']?{re.escape(key)}[\"']?)[ \t]*+:[ \t]*+(?P<value>[^\r\n]*+)", re.M)
        for found in pattern.finditer(self.text):
            quote = found["value"].strip()
            nothing = Piece(Manifest(self.text, yaml.ScalarNode("", ""), None, (), None, self.lines))
            yield Passage(self, Offsets(*found.span("key")), Offsets(*found.span("value")), quote.strip("\"'"), nothing)


def _near(path: str) -> str:
    near = os.path.relpath(path)
    return Path(path if near.startswith(os.pardir) else near).as_posix()


def origin(path: str, name: str = "") -> Origin | None:
    """The file at a real path, read; None where that cannot be. `name` is what reports call it."""
    try:
        if os.path.getsize(path) > LARGEST:
            return None
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    readable = skeleton(text) if "{{" in text else text
    read: list[Manifest] = []
    with contextlib.suppress(SourceError):
        read.extend(documents(readable))
    remarks = remarks_in(readable, read)
    pieces = [Piece(manifest) for manifest in read]
    pieces += [inner for piece in pieces for inner in _within(piece.manifest)]
    told = Remarks(each for some in remarks for each in some)
    return Origin(name or _near(path), path, text, tuple(pieces), told, LineIndex(text))


def _within(manifest: Manifest) -> Iterator[Piece]:
    """The documents inside a document's texts: patches that stand in a kustomization."""
    for node in _nodes(manifest.node):
        if isinstance(node, yaml.ScalarNode) and node.style and ("\n" in node.value or node.value[:1] in "[{"):
            where = positions(manifest.text, node)
            inner: list[Manifest] = []
            try:
                inner.extend(documents(node.value) if where else ())
            except SourceError:
                continue
            yield from (Piece(each, where) for each in inner if isinstance(each.value, dict | list))


def _nodes(root: yaml.Node) -> Iterator[yaml.Node]:
    """All nodes of a document, each once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in reversed(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)


def _pairs(root: yaml.Node, key: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """What mappings have under a key, and what operations of a JSON patch set there."""
    for node in _nodes(root):
        if not isinstance(node, yaml.MappingNode):
            continue
        named = {name.value: (name, value) for name, value in node.value if isinstance(name, yaml.ScalarNode)}
        yield from ((name, value) for name, value in node.value if getattr(name, "value", None) == key)
        path, value = named.get("path"), named.get("value")
        if path and value and path[1].value == _ANNOTATION + _escaped(key):
            yield path[1], value[1]


def _escaped(key: str) -> str:
    """A key in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _through(inner: Positions, outer: Positions) -> Positions:
    """Places in a text within a text as places in the file."""
    last = len(outer.ends)
    starts = [outer.starts[min(at, last)] for at in inner.starts]
    return Positions(starts, [outer.ends[min(at, last) - 1] for at in inner.ends])

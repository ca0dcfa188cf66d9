"""Origins: the files that a build was made from, read, and all that stands in them under a key."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.check.comments import Remark, Remarks, remarks_in
from elbguard.check.files import LARGEST
from elbguard.check.kinds import services_in
from elbguard.check.lines import LineIndex, Offsets
from elbguard.check.manifests import Manifest, SourceError, documents
from elbguard.check.nodes import Path as NodePath
from elbguard.check.scalar import Positions, content, positions
from elbguard.check.unquoted import resolve
from elbguard.render.skeletons import skeleton
from elbguard.report.model import Span

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
    """A file: the name that reports call it by, its real path, its text, the documents in it and their comments.

    A template has directives of Helm in it.
    """

    name: str
    path: str
    text: str
    pieces: tuple[Piece, ...]
    remarks: Remarks
    lines: LineIndex
    is_template: bool
    _found: dict[str, list[Passage]] = field(default_factory=dict)

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
                if passage := self.passage(piece, key_node, value):
                    yield passage

    def passage(self, piece: Piece, key: yaml.Node | None, value: yaml.Node) -> Passage | None:
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
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST:  # a device or a pipe has no end
            return None
        text = Path(path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    readable = skeleton(text) if "{{" in text else text
    read: list[Manifest] = []
    with contextlib.suppress(SourceError):
        read.extend(documents(readable))
    pieces = [Piece(manifest) for manifest in read]
    told = [remark for some in remarks_in(readable, read) for remark in some]
    lines = LineIndex(text)
    for manifest in read:
        for where, inner, inside in _within(manifest):
            pieces += (Piece(each, where) for each in inside)
            told += (_moved(remark, inner, where, lines) for some in remarks_in(inner, inside) for remark in some)
    told.sort(key=lambda remark: remark.line)
    return Origin(name or _near(path), path, text, tuple(pieces), Remarks(told), lines, "{{" in text)


def _within(manifest: Manifest) -> Iterator[tuple[Positions, str, list[Manifest]]]:
    """The texts inside a document that hold documents, such as patches that stand in a kustomization."""
    for node in _nodes(manifest.node):
        if isinstance(node, yaml.ScalarNode) and node.style and ("\n" in node.value or node.value[:1] in "[{"):
            where = positions(manifest.text, node)
            inner: list[Manifest] = []
            try:
                inner.extend(documents(node.value) if where else ())
            except SourceError:
                continue
            inside = [each for each in inner if isinstance(each.value, dict | list)]
            if where and inside:
                yield where, node.value, inside


def _moved(remark: Remark, inner: str, where: Positions, lines: LineIndex) -> Remark:
    """A comment in a text inside a document, on the line of the file that it stands on."""
    start = LineIndex(inner).line(remark.line).start + remark.span.column - 1
    length = remark.span.end_column - remark.span.column
    line, column = lines.position(where.starts[start])
    excerpt, cut = lines.near(line, column)
    return replace(remark, line=line, span=Span(line, column, line, column + length), excerpt=excerpt, cut=cut)


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

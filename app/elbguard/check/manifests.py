"""Manifests in a text: documents as data, and the place of everything in them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import islice
from typing import Any, Final

import yaml
from yaml.reader import ReaderError
from yaml.scanner import ScannerError

from elbguard.check.builder import trees
from elbguard.check.jsonsource import json_trees
from elbguard.check.lines import LineIndex, Offsets, skipped
from elbguard.check.nodes import Duplicate, Finder, Path, SourceError, Tree
from elbguard.check.quick import quick_trees
from elbguard.check.scalar import Positions, content, opening, positions
from elbguard.check.template import TemplateError, directive_in_nodes, directive_in_text, without_templates
from elbguard_rules.core.record import record

__all__ = ["Duplicate", "Manifest", "Path", "Place", "SourceError", "TemplateError", "documents"]

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_START: Final = ("\t", "@", "`", "%")  # a scanner that stops at one of these stops because of it
_SEPARATOR: Final = re.compile(r"^---(?=\s)", re.MULTILINE)
_NAMED: Final = "# Source:"  # what each of the next has in it
_ORIGIN: Final = re.compile(r"^[ \t]*+# Source: *+([^\s].*+)", re.MULTILINE)


@record
class Place:
    """Where a value stands in the file, and its key if it has one. An aliased value stands at its anchor."""

    key: Offsets | None
    value: Offsets
    node: yaml.Node


@record
class Manifest:
    """One manifest. `value` is its data, to be read only: aliased parts are shared. `lines` belongs to the whole file.

    `duplicates` are the keys given twice, of which the last counts; `origin` is what Helm's "# Source:" comment names.
    Of a resource of Terraform `address` is what it is called there, and `old` the object that it replaces.
    """

    text: str
    node: yaml.Node
    value: Any
    duplicates: tuple[Duplicate, ...]
    origin: str | None
    lines: LineIndex
    address: str = ""
    old: Mapping[str, Any] | None = None
    _found: list[Finder] = field(default_factory=list, init=False, repr=False, compare=False)
    _twice: dict[int, dict[Path, list[Duplicate]]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _characters: dict[Path, Positions | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def start_line(self) -> int:
        """The line of the document's first value; comments before it do not count."""
        return self.lines.number(opening(self.text, self.node))

    def where(self, path: Path) -> Place | None:
        """Give the place of what is at `path`; None if nothing is."""
        found = self.find(path)
        if not found:
            return None
        key, node = found
        return Place(content(self.text, key) if key else None, content(self.text, node), node)

    def characters(self, path: Path) -> Positions | None:
        """Give the places of the characters of the scalar at `path`; None if there is none or they are uncertain."""
        if path not in self._characters:
            found = self.find(path)
            known = positions(self.text, found[1]) if found and isinstance(found[1], yaml.ScalarNode) else None
            self._characters[path] = known
        return self._characters[path]

    def given_twice(self, path: Path) -> list[Duplicate]:
        """The keys given twice at or below `path`, in their order."""
        if len(path) not in self._twice:
            known: dict[Path, list[Duplicate]] = defaultdict(list)
            for each in self.duplicates:
                known[each.path[: len(path)]].append(each)
            self._twice[len(path)] = known
        return self._twice[len(path)].get(path, [])

    def find(self, path: Path) -> tuple[yaml.Node | None, yaml.Node] | None:
        """Give the nodes of the key, if there is one, and of the value at `path`; None if nothing is there."""
        if not self._found:
            self._found.append(Finder(self.node))
        return self._found[0].find(path)


def documents(text: str, *, json: bool = False, passed: list[TemplateError] | None = None) -> Iterator[Manifest]:
    """Read the manifests of `text`, YAML or JSON, one by one; empty documents are passed over.

    `json` says that it is meant to be JSON: what is wrong with it is said in the words of JSON. Where `passed` is
    given, documents that are templates are passed over, and stand there; without it the first one raises.

    Raises SourceError where the text cannot be read, after the documents before that place have been given.
    """
    lines = LineIndex(text)
    templated = "{{" in text
    plain = quick_trees(text)
    readable = text
    if templated and plain is None and passed is not None:
        readable, found_at = without_templates(text, _directive)
        passed += (TemplateError(*lines.position(at)) for at in found_at)
    named = _NAMED in text
    for tree in _trees(readable, lines, json=json) if plain is None else plain:
        if templated and (found := directive_in_nodes(tree.node, tree.data)):
            node, at = found
            written = positions(text, node)
            error = TemplateError(*lines.position(written.starts[at] if written else opening(text, node)))
            if passed is None:
                raise error
            passed.append(error)
            continue
        if tree.data is None and tree.node.value == "" and not tree.node.tag:
            continue
        sources = _ORIGIN.findall(text, tree.after, opening(text, tree.node)) if named else ()
        yield Manifest(text, tree.node, tree.data, tree.duplicates, sources[-1].rstrip() if sources else None, lines)


def _directive(document: str) -> int | None:
    """Where a template's directive stands in a document that cannot be read because of it; else None."""
    lines = LineIndex(document)
    try:
        for _ in trees(document, lines):
            pass
    except (ReaderError, UnicodeEncodeError):
        return None
    except (yaml.YAMLError, SourceError) as error:
        problem = error if isinstance(error, SourceError) else _explained(error, document, lines)
        return directive_in_text(document, 0, lines.line(problem.line).end)
    return None


def _trees(text: str, lines: LineIndex, *, json: bool = False) -> Iterator[Tree]:
    """Read the documents as YAML and, from where that fails, as JSON if the text looks like it."""
    read = 0
    try:
        for tree in trees(text, lines):
            yield tree
            read += 1
    except (yaml.YAMLError, UnicodeEncodeError, SourceError) as error:
        problem = error if isinstance(error, SourceError) else _explained(error, text, lines)
        unread = isinstance(error, (ReaderError, UnicodeEncodeError))
    else:
        return
    if json or text[skipped(text) :].lstrip()[:1] in {"{", "["}:
        try:
            for tree in islice(json_trees(text, lines), read, None):
                yield tree
                read += 1
        except SourceError as error:
            problem = error if json else max(problem, error, key=lambda e: (e.line, e.column))
        else:
            return
    line = lines.line(problem.line)
    opening = max((found.start() for found in _SEPARATOR.finditer(text, 0, line.start)), default=0)
    if unread:  # the parser refused the text as a whole, the documents before the character too
        yield from islice(_trees(text[:opening], lines), read, None)
    elif (directive := directive_in_text(text, opening, line.end)) is not None:
        raise TemplateError(*lines.position(directive))
    raise problem


def _explained(error: Exception, text: str, lines: LineIndex) -> SourceError:
    """Say in one sentence what the YAML parser found wrong."""
    if not isinstance(error, yaml.MarkedYAMLError):
        forbidden = _FORBIDDEN.search(text)
        at = forbidden.start() if forbidden else 0
        return SourceError.at(lines, at, f"not valid YAML: the character U+{ord(text[at]):04X} is not allowed")
    mark, begun = error.problem_mark or error.context_mark, error.context_mark
    at = min(mark.index + skipped(text), len(text)) if mark else 0
    message = f"not valid YAML: {error.problem or error.context}"
    if isinstance(error, ScannerError) and (unfit := text[at : at + 1]) in _NO_START:
        message = "not valid YAML: " + ("a tab cannot indent" if unfit == "\t" else f"{unfit} cannot start a value")
    elif error.problem and error.context:
        message += f" {error.context}"
        if begun and begun.line != (mark or begun).line:
            message += f" that begins on line {lines.position(begun.index + skipped(text))[0]}"
    return SourceError.at(lines, at, message)

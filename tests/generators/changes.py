"""Changes: one manifest said as what differs from another, line by line, so that the rest keeps its words.

A change is a mapping of paths to what stands there. A path is the way to a field, `spec.externalTrafficPolicy`, or an
annotation's key, `elb.class` for `kubernetes.io/elb.class`; every key with a slash is an annotation's. What is given
replaces what is there as a whole, or is added behind the last entry; null removes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

_ANNOTATIONS: Final = ("metadata", "annotations")
_NULL: Final = "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class _Entry:
    """A key of a mapping and what stands there: the lines `first` up to `end`, and how far they are indented."""

    first: int
    end: int
    column: int
    key: str
    key_end: int
    value: yaml.Node


@dataclass(frozen=True)
class _Gap:
    """Where the steps that are missing belong: before the line `first`, and how far they are indented."""

    first: int
    column: int
    missing: tuple[str, ...]


def changed(manifest: str, change: str) -> str:
    """The manifest with what the change says. Raises ValueError where one of them cannot be read like that."""
    lines = change.splitlines()
    for entry in _entries(_mapping(yaml.compose(change, yaml.CSafeLoader), "the change"), len(lines)):
        rest = [lines[entry.first][entry.key_end :], *lines[entry.first + 1 : entry.end]]
        edited = _without if entry.value.tag == _NULL else _with
        manifest = edited(manifest, entry.key, rest)
    return manifest


def line_of(manifest: str, path: str) -> int:
    """The line, from 0, at which a path of the manifest begins. Raises ValueError where it is not there."""
    return _there(manifest, path).first


def steps(path: str) -> tuple[str, ...]:
    """The keys on the way to what a path names: `elb.class` is an annotation, `spec.type` a field."""
    if path.startswith("elb."):
        return (*_ANNOTATIONS, f"kubernetes.io/{path}")
    return (*_ANNOTATIONS, path) if "/" in path else tuple(path.split("."))


def _with(manifest: str, path: str, rest: list[str]) -> str:
    """The manifest with a path that says this: what stands behind the key, and the lines below it."""
    found = _find(manifest, path)
    missing = found.missing if isinstance(found, _Gap) else steps(path)[-1:]
    indents = [" " * (found.column + 2 * depth) for depth in range(len(missing))]
    new = [f"{indent}{step}:" for indent, step in zip(indents, missing, strict=True)]
    new[-1] = new[-1].removesuffix(":") + rest[0]
    new += [f"{indents[-1]}{line}" for line in rest[1:]]
    return _spliced(manifest, found.first, found.first if isinstance(found, _Gap) else found.end, new)


def _without(manifest: str, path: str, rest: list[str]) -> str:
    if "#" in rest[0]:
        raise ValueError(f"{path} is removed, and has no line for a comment: write the mark as # ELBnnn at its parent")
    found = _there(manifest, path)
    return _spliced(manifest, found.first, found.end, [])


def _spliced(manifest: str, first: int, end: int, new: list[str]) -> str:
    lines = manifest.splitlines()
    return "\n".join([*lines[:first], *new, *lines[end:]]) + "\n"


def _there(manifest: str, path: str) -> _Entry:
    found = _find(manifest, path)
    if isinstance(found, _Gap):
        raise ValueError(f"the manifest has no {path}: {found.missing[0]} is missing")  # noqa: TRY004 - of the file, not of a type
    return found


def _find(manifest: str, path: str) -> _Entry | _Gap:
    node: yaml.Node | None = yaml.compose(manifest, yaml.CSafeLoader)
    end, way = len(manifest.splitlines()), steps(path)
    for depth, step in enumerate(way):
        entries = list(_entries(_mapping(node, ".".join(way[:depth]) or "the manifest"), end))
        found = [entry for entry in entries if entry.key == step]
        if not found:
            return _Gap(end, entries[0].column, way[depth:])
        if len(found) > 1:
            raise ValueError(f"the manifest has {step} twice: write the whole manifest instead of a change")
        node, end = found[0].value, found[0].end
    return found[0]


def _mapping(node: yaml.Node | None, name: str) -> yaml.MappingNode:
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise ValueError(f"{name} is no mapping with a line for each key: change it as a whole")
    return node


def _entries(mapping: yaml.MappingNode, end: int) -> Iterator[_Entry]:
    """The entries of a mapping that ends before a line."""
    ends = [key.start_mark.line for key, _ in mapping.value[1:]] + [end]
    for (key, value), until in zip(mapping.value, ends, strict=True):
        start = key.start_mark
        yield _Entry(start.line, until, start.column, str(key.value), key.end_mark.column, value)

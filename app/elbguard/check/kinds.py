"""Kinds: the Services and Ingresses in the documents of a text, what reports call them, and what they come from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path, listed
from elbguard.report.model import STDIN, Resource

_ORIGIN: Final = "config.kubernetes.io/origin"
_ORIGIN_PATH: Final = re.compile(r"^path:\s*(\S+)", re.MULTILINE)
_GROUPS: Final = ("networking.k8s.io/", "extensions/")  # that an Ingress was ever in


def services_in(value: Any, root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The Services in a document, with the path that leads to each: itself, or the items of a List."""
    if isinstance(value, Mapping) and value.get("kind") == "Service" and value.get("apiVersion", "v1") == "v1":
        yield root, dict(value)
    for path, item in _listed(value, root):
        yield from services_in(_typed(item, value), (*root, *path))


def _listed(value: Any, root: Path) -> list[tuple[Path, Any]]:
    """What a list holds that says its kind, or that is a whole document."""
    is_list = isinstance(value.get("kind"), str) if isinstance(value, Mapping) else not root
    return (listed(value) if is_list else None) or []


def _typed(item: Any, parent: Any) -> Any:
    """The items of a ServiceList need not say what they are."""
    if isinstance(item, Mapping) and "kind" not in item and parent.get("kind") == "ServiceList":
        return {"apiVersion": "v1", "kind": "Service", **item}
    return item


def ingresses_in(value: Any, root: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The Ingresses in a document, with the path that leads to each: itself, or the items of a List."""
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if kind == "Ingress" and str(value.get("apiVersion")).startswith(_GROUPS):
        yield root, value
    for path, item in _listed(value, root):
        if kind == "IngressList" and isinstance(item, Mapping) and "kind" not in item:
            item = {"apiVersion": value.get("apiVersion"), "kind": "Ingress", **item}  # noqa: PLW2901
        yield from ingresses_in(item, (*root, *path))


def resource_of(raw: Mapping[str, Any], namespace: str, address: str = "") -> Resource:
    """A Service as reports name it; `namespace` is that of Services that name none, `address` Terraform's name."""
    metadata = raw.get("metadata")
    names = metadata if isinstance(metadata, Mapping) else {}
    name = names.get("name") or names.get("generateName") or ""
    return Resource("Service", str(names.get("namespace") or namespace), str(name), address)


def file_of(document: Manifest, file: str) -> str:
    """The file to report for what is no Service."""
    return document.origin if document.origin and file == STDIN else file


def origin_of(document: Manifest, raw: Mapping[str, Any]) -> str:
    """The source file that Helm's comment or kustomize's annotation names, or nothing."""
    if document.origin:
        return document.origin
    metadata = raw.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    origin = notes.get(_ORIGIN) if isinstance(notes, Mapping) else None
    match = _ORIGIN_PATH.search(origin) if isinstance(origin, str) else None
    return match.group(1) if match else ""

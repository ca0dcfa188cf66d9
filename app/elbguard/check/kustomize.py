"""Kustomizations around manifests: which files are patches, and which are bases that others add to."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.check import parser

NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LARGEST: Final = 1024 * 1024  # bytes
_MOST_FOLDERS: Final = 2000  # looked into for overlays of a base
_LISTS_OF_PATCHES: Final = ("patches", "patchesStrategicMerge", "patchesJson6902")
_PLACES: Final = ("resources", "bases", "components")
_MAY_CHANGE_ANYTHING: Final = ("components", "transformers", "replacements")


class Part(StrEnum):
    """How much of a Service a manifest is."""

    WHOLE = "whole"
    BASE = "base"  # an overlay may add to it
    PATCH = "patch"  # it is added to something else


@dataclass
class _Kustomization:
    """One kustomization: the files it patches with, the files and folders it takes in, whether it changes Services."""

    patches: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    changes: bool = False


class Overlays:
    """What the kustomizations say about the files of a check; those not walked are looked for near a base."""

    def __init__(self, files: Iterable[str]) -> None:
        self._seen: set[str] = set()
        self._found: dict[str, _Kustomization] = {}  # by folder
        self._patches: set[str] = set()
        self._takers: dict[str, list[str]] = defaultdict(list)  # by what they take in
        self._searched: set[str] = set()
        self._open: dict[str, bool] = {}
        for folder in {os.path.dirname(os.path.realpath(file)) for file in files}:
            self._look(folder)
            parent = os.path.dirname(folder)
            self._look(parent)  # resources: [app/service.yaml]

    def part(self, file: str) -> Part:
        """How much of a Service the documents of a file are."""
        path = os.path.realpath(file)
        if not self._found and path not in self._patches:
            return Part.WHOLE
        if path in self._patches:
            return Part.PATCH
        takers = self._takers.get(path, ())
        return Part.BASE if any(self._is_changed(folder) for folder in takers) else Part.WHOLE

    def _is_changed(self, folder: str) -> bool:
        """Whether what a folder's kustomization takes in is changed, there or in a folder that takes that one in."""
        if folder not in self._open:
            self._search(folder)
            self._open[folder] = False  # for circles
            over = list(self._takers.get(folder, ()))
            self._open[folder] = self._found[folder].changes or any(map(self._is_changed, over))
        return self._open[folder]

    def _search(self, folder: str) -> None:
        """Look for overlays near a base: below the folder two levels up, as in base and overlays/production."""
        top = os.path.dirname(folder)
        if os.path.basename(top) and not _is_root(top):
            top = os.path.dirname(top) if not _is_root(os.path.dirname(top)) else top
        if top in self._searched or _is_root(top):
            return
        self._searched.add(top)
        for number, (below, folders, _) in enumerate(os.walk(top)):
            if number == _MOST_FOLDERS:
                break
            folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
            self._look(os.path.realpath(below))

    def _look(self, folder: str) -> None:
        """Read the kustomization of a folder, if it has one."""
        if folder in self._seen:
            return
        self._seen.add(folder)
        for name in NAMES:
            if (read := _read(Path(folder, name))) is not None:
                self._found[folder] = made = _made(folder, read)
                self._patches |= made.patches
                for path in made.taken:
                    self._takers[path].append(folder)
                return


def _is_root(folder: str) -> bool:
    """Whether nothing is looked for in a folder: a file system's root, a home, the folder of temporary files' root."""
    return os.path.dirname(folder) == folder or len(Path(folder).parts) <= 2


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        value = parser.data(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def _made(folder: str, value: Mapping[str, Any]) -> _Kustomization:
    found = _Kustomization()
    for name in _PLACES:
        for entry in _strings(value.get(name)):
            found.taken.add(os.path.realpath(os.path.join(folder, entry)))
    for name in _LISTS_OF_PATCHES:
        for entry in _listed(value.get(name)):
            path = _path_of(entry)
            if path:
                found.patches.add(os.path.realpath(os.path.join(folder, path)))
            found.changes = found.changes or _is_about_services(entry, Path(folder, path) if path else None)
    notes = value.get("commonAnnotations")
    annotates = isinstance(notes, Mapping) and any("elb" in str(key) for key in notes)
    found.changes = found.changes or annotates or any(value.get(name) for name in _MAY_CHANGE_ANYTHING)
    return found


def _path_of(entry: Any) -> str:
    """The file of a patch; nothing where it stands in the kustomization itself."""
    if isinstance(entry, str):
        return "" if "\n" in entry or ":" in entry else entry
    path = entry.get("path") if isinstance(entry, Mapping) else None
    return path if isinstance(path, str) else ""


def _is_about_services(entry: Any, path: Path | None) -> bool:
    """Whether a patch may be about Services: by its target, else by its own text."""
    target = entry.get("target") if isinstance(entry, Mapping) else None
    if isinstance(target, Mapping):
        kind = target.get("kind")
        return not isinstance(kind, str) or "Service" in kind or not kind.isalpha()
    text = entry if isinstance(entry, str) and path is None else ""
    if isinstance(entry, Mapping) and isinstance(entry.get("patch"), str):
        text = entry["patch"]
    if path is not None:
        try:
            text = path.read_text("utf-8") if path.is_file() and path.stat().st_size <= _LARGEST else ""
        except (OSError, UnicodeDecodeError):
            return True
    return "Service" in text


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: Any) -> Iterator[str]:
    return (entry for entry in _listed(value) if isinstance(entry, str) and "://" not in entry and "\n" not in entry)


def plainly_a_patch(service: Mapping[str, Any]) -> bool:
    """Whether a Service can be no whole one: it has neither ports nor selector, which one of this type cannot lack.

    The API server refuses a Service without ports, but for one that points to a name or has no address of its own.
    """
    spec = service.get("spec")
    if spec is None:
        return True
    if not isinstance(spec, Mapping) or spec.get("type") == "ExternalName" or spec.get("clusterIP") == "None":
        return False
    return "ports" not in spec and "selector" not in spec and "externalName" not in spec

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
_MOST_FOLDERS: Final = 2000  # looked into for overlays of a base, and for what patches with a file
_MOST_FILES: Final = 200  # of a check that looks around for kustomizations; more are a tree, and have them in it
_HIGHEST: Final = 8  # folders above a file that may have a kustomization that names it
_GIT: Final = ".git"
_LISTS_OF_PATCHES: Final = ("patches", "patchesStrategicMerge", "patchesJson6902")
_PLACES: Final = ("resources", "bases", "components")
_TRANSFORMERS: Final = ("transformers", "generators", "validators")  # files that may name patches in turn
_DIRECTIVES: Final = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")
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


def is_kustomization(value: Mapping[str, Any], file: str) -> bool:
    """Whether a document is one of kustomize's own, by what it says, or else by the name of its file."""
    group = str(value.get("apiVersion") or "").rpartition("/")[0]
    if value.get("kind") in ("Kustomization", "Component"):
        return group in ("", "kustomize.config.k8s.io")
    return "kind" not in value and os.path.basename(file) in NAMES


class Overlays:
    """What the kustomizations say about the files of a check; those not walked are looked for near a base.

    Files are named by their real paths.
    """

    def __init__(self, files: Iterable[str]) -> None:
        self._seen: set[str] = set()
        self._found: dict[str, _Kustomization] = {}  # by folder
        self._patches: set[str] = set()
        self._takers: dict[str, list[str]] = defaultdict(list)  # by what they take in
        self._searched: set[str] = set()
        self._open: dict[str, bool] = {}
        self._left = _MOST_FOLDERS
        listed = list(files)
        folders = set(map(os.path.dirname, listed))
        for folder in folders:
            for above in (folder, *_above(folder)):  # resources: [app/service.yaml]
                self._look(above)
        if len(listed) <= _MOST_FILES:
            for root in sorted(filter(None, map(_work_tree, folders))):
                self._walk(root)

    def part(self, file: str) -> Part:
        """How much of a Service the documents of a file are."""
        if file in self._patches:
            return Part.PATCH
        takers = self._takers.get(file, ())
        return Part.BASE if any(self._is_changed(folder) for folder in takers) else Part.WHOLE

    def changes_folder(self, folder: str) -> bool:
        """Whether another kustomization takes in that of a folder, and it or one above changes Services."""
        if folder not in self._found:
            return False
        self._search(folder)
        return any(map(self._is_changed, list(self._takers.get(folder, ()))))

    def _is_changed(self, folder: str) -> bool:
        """Whether what a folder's kustomization takes in is changed, there or in a folder that takes that one in."""
        if folder not in self._open:
            self._search(folder)
            self._open[folder] = False  # for circles
            over = list(self._takers.get(folder, ()))
            self._open[folder] = self._found[folder].changes or any(map(self._is_changed, over))
        return self._open[folder]

    def _search(self, folder: str) -> None:
        """Look for overlays of a base, near ones first: beside it, as overlays/production is, one level up, all around.

        Nothing is looked for outside of the work tree of Git that it lies in; without one, two levels up is the end.
        """
        tree = _work_tree(folder)
        beside = os.path.dirname(folder)
        for top in (beside, os.path.dirname(beside), tree):
            if not _is_root(top or os.sep) and (not tree or Path(top).is_relative_to(tree)):
                self._walk(top)

    def _walk(self, top: str) -> None:
        """Look into the folders below one, as far as there is patience for it."""
        if top in self._searched:
            return
        self._searched.add(top)
        for below, folders, _ in os.walk(top):
            if self._left == 0:
                break
            folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
            self._left -= below not in self._seen
            self._look(os.path.realpath(below))

    def _look(self, folder: str) -> None:
        """Read the kustomization of a folder, if it has one."""
        if folder in self._seen:
            return
        self._seen.add(folder)
        for name in NAMES:
            if (read := read_kustomization(Path(folder, name))) is not None:
                self._found[folder] = made = _made(folder, read)
                self._patches |= made.patches
                for path in made.taken:
                    self._takers[path].append(folder)
                return


def _above(folder: str) -> Iterator[str]:
    """The folders above one that may have a kustomization with files below: up to the root of its work tree."""
    for _ in range(_HIGHEST):
        if os.path.exists(os.path.join(folder, _GIT)) or _is_root(parent := os.path.dirname(folder)):
            return
        yield (folder := parent)


def _work_tree(folder: str) -> str:
    """The root of the work tree of Git that a folder lies in; nothing where there is none."""
    found = (each for each in (folder, *map(str, Path(folder).parents)) if os.path.exists(os.path.join(each, _GIT)))
    return next(found, "")


def _is_root(folder: str) -> bool:
    """Whether nothing is looked for in a folder: a file system's root, a home, the folder of temporary files' root."""
    return os.path.dirname(folder) == folder or len(Path(folder).parts) <= 2


def read_kustomization(path: Path) -> Mapping[str, Any] | None:
    """What stands in the file of a kustomization; None where it cannot be read."""
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
    found.patches |= set(_named_by_transformers(folder, value))
    notes = value.get("commonAnnotations")
    annotates = isinstance(notes, Mapping) and any("elb" in str(key) for key in notes)
    found.changes = found.changes or annotates or any(value.get(name) for name in _MAY_CHANGE_ANYTHING)
    return found


def _named_by_transformers(folder: str, value: Mapping[str, Any]) -> Iterator[str]:
    """The files that a kustomization's transformers patch with: PatchTransformer, PatchStrategicMergeTransformer."""
    for name in _TRANSFORMERS:
        for entry in _strings(value.get(name)):
            read = read_kustomization(Path(folder, entry))
            if read is not None and str(read.get("kind")).startswith("Patch"):
                named = [read.get("path"), *_listed(read.get("paths"))]
                yield from (os.path.realpath(os.path.join(folder, path)) for path in named if isinstance(path, str))


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


def plainly_a_patch(service: Mapping[str, Any], *, may_have_directives: bool = True) -> bool:
    """Whether a Service can be no whole one: it has neither ports nor selector, which one of this type cannot lack.

    The API server refuses a Service without ports, but for one that points to a name or has no address of its own. A
    directive of a strategic merge patch, such as `$patch: delete`, is in nothing that is whole; where it is known that
    there is none, nobody need look.
    """
    spec = service.get("spec")
    if spec is None or (may_have_directives and _is_directed(service)):
        return True
    if not isinstance(spec, Mapping) or spec.get("type") == "ExternalName" or spec.get("clusterIP") == "None":
        return False
    return "ports" not in spec and "selector" not in spec and "externalName" not in spec


def _is_directed(service: Mapping[str, Any]) -> bool:
    """Whether a directive of a strategic merge patch stands where a Service has fields (`$patch: delete`)."""
    spec, metadata = service.get("spec"), service.get("metadata")
    ports = spec.get("ports") if isinstance(spec, Mapping) else None
    notes = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    parts = (service, spec, metadata, notes, *(ports if isinstance(ports, list) else ()))
    for part in parts:
        for key in part if isinstance(part, Mapping) else ():
            if str(key)[:1] == "$" and key.startswith(_DIRECTIVES):
                return True
    return False

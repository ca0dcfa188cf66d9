"""Kustomizations read before kustomize reads them: what one loads, from where, and what keeps it from being built."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from elbguard.check.kustomize import NAMES, read_kustomization
from elbguard.render.programs import CannotBuild
from elbguard.report.sentences import shortened

_FOLDERS: Final = ("resources", "bases", "components")  # what may be a folder, or a repository
_LOADED: Final = ("path", "files", "env", "envs")  # what names files, wherever it stands
_FILES: Final = (
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "patchesStrategicMerge",
)
_HELM: Final = ("helmCharts", "helmChartInflationGenerator")
_ELSEWHERE: Final = re.compile(  # what kustomize takes for a URL or a repository (git.NewRepoSpecFromURL)
    r"[a-z][a-z0-9+.-]*:/|git::|gh:|git@|[^/@]+@[^/]+:|(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)[/:]|.*[?&]ref=|.*\.git(?:/|$|\?)|.*/_git/",
    re.IGNORECASE,
)
_COMPONENT: Final = "Component"
_OURS: Final = ("", "kustomize.config.k8s.io")  # groups; those of Flux are another's


@dataclass(frozen=True)
class Kustomization:
    """A kustomization: its folder, its file there, and what stands in it."""

    folder: str
    file: str
    value: Mapping[str, Any] = field(repr=False)

    @property
    def is_component(self) -> bool:
        """Whether it changes others, and is nothing by itself."""
        return self.value.get("kind") == _COMPONENT

    @property
    def inflates(self) -> bool:
        """Whether it has charts rendered."""
        return any(self.value.get(name) for name in _HELM)

    @cached_property
    def taken(self) -> tuple[str, ...]:
        """The files and folders that it takes in or loads, as they are written."""
        listed = (entry for name in (*_FOLDERS, *_FILES) for entry in _texts(self.value.get(name)))
        return tuple(dict.fromkeys([*listed, *_loaded(self.value)]))

    def beside(self, entry: str) -> str:
        """The real path of what an entry names."""
        return os.path.realpath(os.path.join(self.folder, entry))


@dataclass(frozen=True, slots=True)
class Closure:
    """All that goes into a build: its kustomizations, the outermost first, and the files that they take in."""

    kustomizations: tuple[Kustomization, ...]
    files: frozenset[str]


def in_folder(folder: str) -> Kustomization | None:
    """The kustomization of a folder, if it has one that can be read."""
    for name in NAMES:
        file = os.path.join(folder, name)
        if os.path.isfile(file):
            value = read_kustomization(Path(file)) or {}
            group = str(value.get("apiVersion") or "").rpartition("/")[0]
            return Kustomization(os.path.realpath(folder), os.path.realpath(file), value) if group in _OURS else None
    return None


def is_elsewhere(entry: str) -> bool:
    """Whether kustomize would fetch what an entry names."""
    return bool(_ELSEWHERE.match(entry))


def closure(outermost: Kustomization, *, allow_remote: bool) -> Closure:
    """What a kustomization takes in, in all that it takes in. Raises CannotBuild where something is elsewhere."""
    found: dict[str, Kustomization] = {}
    files: set[str] = set()
    waiting = [outermost]
    while waiting:
        each = waiting.pop()
        if each.folder in found:
            continue
        found[each.folder] = each
        files.add(each.file)
        for entry in each.taken:
            path = each.beside(entry)
            if _ELSEWHERE.match(entry) or not os.path.exists(path):
                _refuse(each, entry, allow_remote=allow_remote)
            elif os.path.isdir(path):
                waiting += filter(None, [in_folder(path)])
            else:
                files.add(path)
        if each.inflates:
            raise CannotBuild(
                "cannot be built: it has charts rendered (helmCharts), which elbguard has no kustomization do:"
                " kustomize build --enable-helm . | elbguard check -"
            )
    return Closure(tuple(found.values()), frozenset(files))


def _refuse(each: Kustomization, entry: str, *, allow_remote: bool) -> None:
    """Refuse what is not in the tree. What is a URL may be loaded where that is allowed."""
    shown = shortened(entry, 120)
    if not _ELSEWHERE.match(entry):
        raise CannotBuild(f"cannot be built: {_named(each)} names {shown}, and there is no such file or folder")
    if not allow_remote:
        raise CannotBuild(f"cannot be built: {_named(each)} loads {shown} from elsewhere; --allow-remote lets it")


def _named(each: Kustomization) -> str:
    path = os.path.relpath(each.file)
    return shortened(path if not path.startswith(os.pardir) else each.file)


def _texts(value: Any) -> Iterator[str]:
    """The paths in a list; what has several lines, or is YAML, stands for itself."""
    entries = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    for entry in entries:
        if isinstance(entry, str) and "\n" not in entry and not re.search(r":\s", entry):
            yield entry


def _loaded(value: Any) -> Iterator[str]:
    """The files that parts of a kustomization load: patches, replacements, the files of generators."""
    waiting: list[Any] = [value]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:  # an alias: few lines can stand for very many
            continue
        seen.add(id(part))
        if isinstance(part, Mapping):
            for name, inner in part.items():
                if name in _LOADED and isinstance(inner, str | list):
                    yield from (
                        (entry.partition("=")[2] or entry) if name == "files" else entry for entry in _texts(inner)
                    )
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part

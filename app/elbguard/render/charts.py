"""Charts of Helm read before helm reads them: what one is called, what it depends on, which files are its own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from elbguard.check.kustomize import read_kustomization

FILE: Final = "Chart.yaml"
VALUES: Final = "values.yaml"
_OLD_DEPENDENCIES: Final = "requirements.yaml"  # of charts with apiVersion v1
_OWN_FOLDERS: Final = ("templates", "charts", "crds")
_OWN_FILES: Final = (FILE, VALUES, "values.schema.json", _OLD_DEPENDENCIES)
SUBCHARTS: Final = "charts"
PACKED: Final = ".tgz"
_LOCAL: Final = "file://"


@dataclass(frozen=True)
class HelmChart:
    """A chart: its folder, and what its Chart.yaml says."""

    folder: str
    value: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """What it is called in the rendered text."""
        return str(self.value.get("name") or os.path.basename(self.folder))

    @property
    def is_library(self) -> bool:
        """Whether it is there for others only: helm does not render it."""
        return self.value.get("type") == "library"

    def owns(self, path: str) -> bool:
        """Whether what comes out of the chart is made from a file."""
        if not path.startswith(self.folder + os.sep):
            return False
        inner = path[len(self.folder) + 1 :]
        return inner in _OWN_FILES or inner.partition(os.sep)[0] in _OWN_FOLDERS

    def wanted(self) -> list[tuple[str, str | None]]:
        """The charts that it depends on and that are not in its folder of charts: name, and folder if in this tree."""
        there = _there(os.path.join(self.folder, SUBCHARTS))
        missing = [each for each in self._dependencies() if str(each.get("name")) not in there]
        return [(str(each.get("name")), self._folder_of(each)) for each in missing]

    def lent(self) -> list[str]:
        """The folders of the charts that it depends on and that lie in this tree."""
        return [folder for each in self._dependencies() if (folder := self._folder_of(each))]

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What it calls charts that it depends on, and what they are called themselves."""
        named = ((each.get("alias"), each.get("name")) for each in self._dependencies())
        return {alias: name for alias, name in named if isinstance(alias, str) and isinstance(name, str)}

    def within(self, source: str) -> str:
        """The path in its folder of what helm calls a source: `web/charts/cache/templates/a.yaml`, for an alias too."""
        parts = source.split("/")[1:]
        named = [
            self.aliases.get(part, part) if before == SUBCHARTS else part for before, part in pairwise(["", *parts])
        ]
        return os.path.join(self.folder, *named)

    def _folder_of(self, dependency: Mapping[str, Any]) -> str | None:
        place = dependency.get("repository")
        if not isinstance(place, str) or not place.startswith(_LOCAL):
            return None
        folder = os.path.realpath(os.path.join(self.folder, place.removeprefix(_LOCAL)))
        return folder if os.path.isdir(folder) else None

    def _dependencies(self) -> list[Mapping[str, Any]]:
        listed = self.value.get("dependencies")
        if listed is None:
            old = read_kustomization(Path(self.folder, _OLD_DEPENDENCIES))
            listed = old.get("dependencies") if old else None
        return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def chart_in(folder: str) -> HelmChart | None:
    """The chart in a folder, if there is one that can be read."""
    value = read_kustomization(Path(folder, FILE))
    return HelmChart(os.path.realpath(folder), value) if value is not None else None


def packed(path: str) -> HelmChart:
    """A chart in a package, NAME-VERSION.tgz, whose files nobody sees."""
    name, _, _ = os.path.basename(path).removesuffix(PACKED).rpartition("-")
    return HelmChart(os.path.realpath(path), {"name": name} if name else {})


def _there(folder: str) -> set[str]:
    """The names of the charts that lie in a folder, in folders of their own or packed."""
    found: set[str] = set()
    try:
        entries = sorted(os.listdir(folder))
    except OSError:
        return found
    for entry in entries:
        if (chart := chart_in(os.path.join(folder, entry))) is not None:
            found.add(chart.name)
        elif entry.endswith(PACKED):
            found.add(entry.rpartition("-")[0])  # NAME-VERSION.tgz; a version may have a dash itself
            found |= {entry[:at] for at, char in enumerate(entry) if char == "-"}
    return found

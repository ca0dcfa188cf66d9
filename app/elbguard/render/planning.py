"""What a run builds: the charts and kustomizations among its files, but those that are only parts of others."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from elbguard.check.files import File
from elbguard.check.kustomize import NAMES
from elbguard.render import charts, kustomizations
from elbguard.render.charts import HelmChart, chart_in
from elbguard.render.kustomizations import Kustomization, in_folder

_HIGHEST: Final = 8  # folders above a file that is named, in which a build is looked for that has it


@dataclass(frozen=True, slots=True)
class BuildTarget:
    """What is to be built: a chart or a kustomization, its file as reports name it, and what it is called."""

    what: HelmChart | Kustomization
    file: str
    name: str

    @property
    def stream(self) -> str:
        """What the rendered text is called, where a line in it is meant."""
        return f"{self.name} (rendered)"


@dataclass(frozen=True, slots=True)
class Plans:
    """The targets of a run in their order; components that nothing takes in, and charts that are there for others."""

    targets: tuple[BuildTarget, ...]
    lone: tuple[BuildTarget, ...] = ()
    libraries: tuple[HelmChart, ...] = ()


def planned(files: Iterable[File]) -> Plans:
    """What to build of the files of a run."""
    named = sorted({file.name: file for file in _with_their_builds(files)}.values(), key=lambda file: file.name)
    found = [each for file in named if (each := _chart(file))]
    roots = {target.what.folder for target in found}
    apart = [each for each in found if not _is_within(each.what.folder, roots)]
    whole = [target for target in apart if isinstance(target.what, HelmChart) and not target.what.is_library]
    chartless = (file for file in named if not _is_in_chart(os.path.realpath(str(file.path)), apart))
    overlays = {each.what.folder: each for file in chartless if (each := _kustomization(file))}
    outer = _outermost(overlays)
    lone = [each for each in outer if isinstance(each.what, Kustomization) and each.what.is_component]
    order = [each for each in [*whole, *outer] if each not in lone]
    position = {file.name: number for number, file in enumerate(named)}
    libraries = tuple(each.what for each in apart if isinstance(each.what, HelmChart) and each.what.is_library)
    return Plans(tuple(sorted(order, key=lambda each: position[each.file])), tuple(lone), libraries)


def _with_their_builds(files: Iterable[File]) -> Iterator[File]:
    """The files of a run, and of those that are named the chart or kustomization near by that they are made part of."""
    for file in files:
        if file.path:
            yield file
        if file.path and not file.sought and os.path.basename(file.path) not in (charts.FILE, *NAMES):
            yield from _builds_of(file, os.path.realpath(file.path))


def _builds_of(file: File, path: str) -> Iterator[File]:
    """The file of the chart or kustomization that a file is part of, in its folder or in one above."""
    folder = os.path.dirname(file.name)
    for _ in range(_HIGHEST):
        if (found := in_folder(folder or os.curdir)) and path in map(found.beside, found.taken):
            yield _named(file, folder, os.path.basename(found.file))
            return
        if (chart := chart_in(folder or os.curdir)) and chart.owns(path):
            yield _named(file, folder, charts.FILE)
            return
        if os.path.exists(os.path.join(folder, ".git")) or os.path.realpath(folder or os.curdir) == os.sep:
            return
        folder = os.path.normpath(os.path.join(folder, os.pardir))


def _named(file: File, folder: str, name: str) -> File:
    path = Path(os.path.normpath(os.path.join(folder, name)))
    return File(path, path.as_posix(), sought=True, within=file.within, under=file.under)


def _outermost(found: Mapping[str, BuildTarget]) -> list[BuildTarget]:
    """The kustomizations that no other one takes in; of those that take in each other the first one."""
    takes = {folder: _taken(each) for folder, each in found.items()}
    taken: set[str] = set().union(*takes.values())
    outer: list[str] = []
    reached: set[str] = set()
    for folder in sorted(found, key=lambda folder: folder in taken):  # in their order, those that are taken in last
        if folder not in reached:
            outer.append(folder)
            waiting = [folder]
            while waiting:
                if (each := waiting.pop()) not in reached:
                    reached.add(each)
                    waiting += takes.get(each, ())
    return [found[folder] for folder in outer]


def _chart(file: File) -> BuildTarget | None:
    path = str(file.path)
    if path.endswith(charts.PACKED):
        return BuildTarget(charts.packed(path), file.name, file.name)
    chart = chart_in(os.path.dirname(path) or os.curdir) if os.path.basename(path) == charts.FILE else None
    return BuildTarget(chart, file.name, _called(file)) if chart else None


def _kustomization(file: File) -> BuildTarget | None:
    path = str(file.path)
    found = in_folder(os.path.dirname(path) or os.curdir) if os.path.basename(path) in NAMES else None
    return BuildTarget(found, file.name, _called(file)) if found and found.file == os.path.realpath(path) else None


def _called(file: File) -> str:
    """What a build is called: its folder, or its file where that is the current folder."""
    folder = os.path.dirname(file.name)
    return folder if folder not in ("", os.curdir) else Path(file.name).name


def _is_within(folder: str, roots: set[str]) -> bool:
    """Whether a chart lies in the folder of charts of another one."""
    parent = os.path.dirname(folder)
    return os.path.basename(parent) == charts.SUBCHARTS and os.path.dirname(parent) in roots


def _is_in_chart(path: str, found: Iterable[BuildTarget]) -> bool:
    return any(isinstance(each.what, HelmChart) and each.what.owns(path) for each in found)


def _taken(target: BuildTarget) -> set[str]:
    """The folders that a kustomization takes in."""
    assert isinstance(target.what, Kustomization)  # noqa: S101 - as they were found
    return {target.what.beside(entry) for entry in target.what.taken if not kustomizations.is_elsewhere(entry)}

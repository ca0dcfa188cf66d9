"""The values of a chart: where the one stands that a template names."""

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from elbguard.check.nodes import Path
from elbguard.render.charts import SUBCHARTS, VALUES, HelmChart
from elbguard.render.origins import Origin, Passage, Piece
from elbguard.render.skeletons import value_named
from elbguard_rules.core import jsontext


class Values:
    """The files with values that go into a chart, those that win first."""

    def __init__(self, origins: Sequence[Origin], chart: HelmChart) -> None:
        self._folder, self._aliases = chart.folder, chart.aliases
        lent = tuple(folder + os.sep for folder in chart.lent())
        given = [each for each in origins if not chart.owns(each.path) and not each.path.startswith(lent)]
        own = [each for each in origins if os.path.basename(each.path) == VALUES and chart.owns(each.path)]
        self._files = [*reversed(given), *own]  # as they were walked through: an outer chart's before an inner one's

    def named(self, spot: Passage, value: object, inner: Path, source: str) -> Passage | None:
        """The place of the value that a place in a template names and nothing else; None where it is another by now.

        Of one that is written as JSON `inner` is the path in it: the place of that, or of what it is missing in.
        `source` is what helm calls the template that the Service was made from, which tells the charts it is in.
        """
        below = tuple(name for folder, name in pairwise(source.split("/")) if folder == SUBCHARTS)
        path, as_json = value_named(spot.written)
        if not path or not as_json:
            found = self._first(below, path) if path else None
            return found if found and found.says(value) else None
        said = _loaded(value)
        for length in range(len(inner), -1, -1):
            found = self._first(below, (*path, *inner[:length]))
            if found:
                return found if found.text is None or found.says(_at(said, inner[:length])) else None
        return None

    def _first(self, below: Path, path: Path) -> Passage | None:
        """The place at a path that wins."""
        for origin, wanted in self._wanted(below, path):
            if found := [each for piece in origin.pieces if (each := _spot(origin, piece, wanted))]:
                return found[-1]
        return None

    def _wanted(self, below: Path, path: Path) -> Iterator[tuple[Origin, Path]]:
        """The files that may say a value, those that win first, each with the path that it stands at there."""
        names = tuple(self._aliases.get(str(name), name) for name in below)
        for origin in self._files:
            home = os.path.relpath(os.path.dirname(origin.path), self._folder).split(os.sep)
            inside = origin.path.startswith(self._folder + os.sep)
            own = tuple(name for folder, name in pairwise(home) if inside and folder == SUBCHARTS)
            if names[: len(own)] == own:
                yield origin, path if path[0] == "global" else (*below[len(own) :], *path)


def _loaded(value: object) -> object:
    """What a JSON text says; nothing where it is none."""
    try:
        return jsontext.load(value) if isinstance(value, str) else None
    except jsontext.JsonMistake:
        return None


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


def _spot(origin: Origin, piece: Piece, path: Path) -> Passage | None:
    found = piece.manifest.find(path) if piece.outer is None else None
    return origin.passage(piece, *found) if found else None

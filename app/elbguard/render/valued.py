"""The values of a chart: where the one stands that a template names."""

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise

from elbguard.check.nodes import Path
from elbguard.render.charts import SUBCHARTS, VALUES, HelmChart
from elbguard.render.origins import Origin, Piece, Spot
from elbguard.render.skeletons import value_named


class Values:
    """The files with values that go into a chart, those that win first."""

    def __init__(self, origins: Sequence[Origin], chart: HelmChart) -> None:
        self._folder = chart.folder
        given = [each for each in origins if not chart.owns(each.path)]
        own = [each for each in origins if os.path.basename(each.path) == VALUES and chart.owns(each.path)]
        self._files = [*reversed(given), *own]  # as they were walked through: an outer chart's before an inner one's

    def named(self, spot: Spot, value: object) -> Spot | None:
        """The place of the value that a place in a template names and nothing else; None where it is another by now."""
        path = value_named(spot.written)
        if not path:
            return None
        for origin, wanted in self._wanted(spot.origin.path, path):
            found = [each for piece in origin.pieces if (each := _spot(origin, piece, wanted))]
            if found:
                return found[-1] if found[-1].says(value) else None
        return None

    def _wanted(self, template: str, path: Path) -> Iterator[tuple[Origin, Path]]:
        """The files that may say a value, those that win first, each with the path that it stands at there."""
        inner = os.path.relpath(template, self._folder).split(os.sep)
        below = tuple(name for folder, name in pairwise(inner) if folder == SUBCHARTS)
        for origin in self._files:
            home = os.path.relpath(os.path.dirname(origin.path), self._folder).split(os.sep)
            depth = home.count(SUBCHARTS) if origin.path.startswith(self._folder + os.sep) else 0
            own = tuple(name for folder, name in pairwise(home) if folder == SUBCHARTS)
            if below[: len(own)] == own:
                yield origin, path if path[0] == "global" else (*below[depth:], *path)


def _spot(origin: Origin, piece: Piece, path: Path) -> Spot | None:
    found = piece.manifest.find(path) if piece.outer is None else None
    return origin.spot(piece, *found) if found else None

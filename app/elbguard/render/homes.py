"""Homes: the Services among a build's sources that a built one was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from elbguard.check.nodes import Path
from elbguard.render.origins import Origin, Passage, Piece
from elbguard.render.skeletons import FILLED


@dataclass(frozen=True, slots=True)
class Home:
    """A Service in a source: the file, the document, and the path in it."""

    origin: Origin
    piece: Piece
    root: Path
    raw: dict[str, Any]

    @property
    def line(self) -> int:
        """The line that it begins in; 0 where that is not known."""
        place = self.piece.manifest.where(self.root)
        span = self.piece.span(place.value) if place else None
        return self.origin.lines.position(span.start)[0] if span else 0

    def spot(self, steps: Path) -> Passage | None:
        """What stands at a path of the Service."""
        found = self.piece.manifest.find((*self.root, *steps))
        return self.origin.spot(self.piece, *found) if found else None

    @property
    def name(self) -> str:
        """Its name; empty where a template has yet to say it."""
        metadata = self.raw.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        text = str(name or "")
        return "" if self.origin.is_template and FILLED.search(text) else text


def homes(origins: Sequence[Origin], name: str) -> list[Home]:
    """The Services that may have become the one of a name: of the same name, else of one that it was made of."""
    every = [
        Home(origin, piece, root, raw)
        for origin in origins
        for piece in origin.pieces
        for root, raw in piece.services()
    ]
    same = [home for home in every if home.name == name]
    return same or [home for home in every if not home.name or home.name in name]

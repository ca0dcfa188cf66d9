"""Homes: the Services among a build's sources that a built one was made from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from elbguard.check.kustomize import plainly_a_patch
from elbguard.check.nodes import Path
from elbguard.render.origins import Origin, Passage, Piece
from elbguard.render.skeletons import FILLED


@dataclass(frozen=True, slots=True)
class Home:
    """A Service in a source: the file, the document, the path in it, its name, and whether it is not only a patch.

    The name is empty where a template has yet to say it.
    """

    origin: Origin
    piece: Piece
    root: Path
    name: str
    is_whole: bool

    @property
    def line(self) -> int:
        """The line that it begins in; 0 where that is not known."""
        place = self.piece.manifest.where(self.root)
        span = self.piece.span(place.value) if place else None
        return self.origin.lines.position(span.start)[0] if span else 0

    def has(self, passage: Passage) -> bool:
        """Whether something in the document is in the Service."""
        place = self.piece.manifest.where(self.root) if self.root else None
        span = self.piece.span(place.value) if place else None
        return span is None or span.start <= passage.value.start < span.end

    def passage(self, steps: Path) -> Passage | None:
        """What stands at a path of the Service."""
        found = self.piece.manifest.find((*self.root, *steps))
        return self.origin.passage(self.piece, *found) if found else None


class Homes:
    """All homes in the sources of a build; gone through once, however many Services come out."""

    def __init__(self, origins: Sequence[Origin]) -> None:
        self._every = [home for origin in origins for home in _within(origin)]
        self._named: dict[str, list[Home]] = defaultdict(list)
        self._of: dict[str, list[Home]] = defaultdict(list)
        for home in self._every:
            self._named[home.name].append(home)
            self._of[home.origin.path].append(home)
        self.pieces = frozenset(id(home.piece) for home in self._every)

    def of(self, name: str, source: Origin | None) -> list[Home]:
        """Those that may have become the Service of a name: of the same name, else of one that it was made of.

        Only those in its `source`, where that is known.
        """
        if source:
            every = self._of.get(source.path, [])
            same = [home for home in every if home.name == name]
        else:
            every, same = self._every, self._named.get(name, [])
        return same or [home for home in every if home.name in name]


class Passages:
    """All that stands under an annotation's key in the sources of a build, by what it may belong to.

    `shared` are those in no template of `others`, files that a Service was made from by itself.
    """

    def __init__(self, origins: Sequence[Origin], key: str, homes: Homes, others: Set[str]) -> None:
        every = [passage for origin in origins for passage in origin.under(key)]
        self.shared = [passage for passage in every if passage.origin.path not in others]
        self._free = [passage for passage in every if id(passage.document) not in homes.pieces]
        self._in: dict[int, list[Passage]] = defaultdict(list)
        for passage in every:
            self._in[id(passage.document)].append(passage)

    def of(self, homes: Sequence[Home]) -> list[Passage]:
        """Those in some Services, and those that are in none: values, and what a kustomization says itself."""
        return [*self._free, *(each for home in homes for each in self._in[id(home.piece)] if home.has(each))]


def _within(origin: Origin) -> Iterator[Home]:
    for piece in origin.pieces:
        for root, raw in piece.services():
            metadata = raw.get("metadata")
            name = str((metadata.get("name") if isinstance(metadata, dict) else None) or "")
            unsaid = origin.is_template and FILLED.search(name)
            yield Home(origin, piece, root, "" if unsaid else name, not plainly_a_patch(raw))

"""What the doctor reads of a cluster: everything once, and where it may not be read, which right is missing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from urllib.parse import quote

from elbguard.cluster.asking import Api, ApiError, NotFound, at
from elbguard.cluster.paging import pages, within
from elbguard.cluster.rights import Right, refused

Entity = Mapping[str, Any]  # an object of the API server, decoded, of which nothing is taken for granted
ADMISSION: Final = "admissionregistration.k8s.io"
_NOBODY_KNOWS: Final = (0, 401)  # no answer came; nobody knows who asks
_NOTHING: Final[Mapping[str, str]] = {}


class ClusterServer(Api, Protocol):
    """An API server as the doctor needs it."""

    @property
    def host(self) -> str:
        """Its address, for people."""

    def now(self) -> datetime | None:
        """Its time, UTC, by its latest answer."""

    def text(self, path: str) -> str:
        """A plain text. Raises ApiError."""

    def rehearse(self, path: str, body: Any) -> tuple[Any, tuple[str, ...]]:
        """Create something by a dry run: what it would be, and the warnings. Raises ApiError."""


class Blind(Exception):
    """Something cannot be looked at; one sentence says why, and what to do. `denied`: a right is missing."""

    def __init__(self, sentence: str, *, denied: bool = True) -> None:
        super().__init__(sentence)
        self.denied = denied


class Unreachable(Exception):
    """Nothing can be looked at: no answer, or nobody knows who asks; one sentence says so."""


class Sight:
    """Reads of one API server what steps ask for; what two of them ask for is read once."""

    def __init__(self, server: ClusterServer) -> None:
        self.server: Final = server
        self._known: dict[tuple[str, str], Any] = {}

    def one(self, path: str, right: Right) -> Entity | None:
        """The object at a path; None where there is none. Raises Blind, Unreachable."""
        found = self._read((path, ""), right)
        return found if isinstance(found, Mapping) else None

    def all(self, path: str, right: Right, selector: str = "", field: str = "") -> tuple[Entity, ...] | None:
        """The objects of a list; None where the cluster does not serve it. Raises Blind, Unreachable."""
        query = {name: text for name, text in (("labelSelector", selector), ("fieldSelector", field)) if text}
        found: tuple[Entity, ...] | None = self._read((path, selector + "\n" + field), right, query)
        return found

    def text(self, path: str, right: Right) -> str:
        """A plain text, which somebody behind the API server gives: where there is none, that is no fault of it.

        Raises Blind.
        """
        try:
            return self.server.text(path)
        except ApiError as error:
            raise Blind(refused(error, right, self.server.host), denied=error.forbidden) from None

    def each(self, path: str, right: Right) -> Iterator[Entity]:
        """The objects of a list that may be long, of which no more than a page is held. Raises Blind, Unreachable."""
        try:
            for page in pages(self.server.get, path):
                yield from page.items
        except ApiError as error:
            raise self.blindness(error, right) from None

    def now(self) -> datetime:
        """The time of the API server, which judges certificates; of this machine where that is not known."""
        return self.server.now() or datetime.now(UTC)

    def blindness(self, error: ApiError, right: Right) -> Blind | Unreachable:
        """Why something cannot be looked at."""
        sentence = refused(error, right, self.server.host)
        return Unreachable(sentence) if error.status in _NOBODY_KNOWS else Blind(sentence, denied=error.forbidden)

    def _read(self, key: tuple[str, str], right: Right, query: Mapping[str, str] | None = None) -> Any:
        if key not in self._known:
            try:
                self._known[key] = self._ask(key[0], query)
            except NotFound:
                self._known[key] = None
            except ApiError as error:
                self._known[key] = self.blindness(error, right)
        found = self._known[key]
        if isinstance(found, Blind | Unreachable):
            raise found
        return found

    def _ask(self, path: str, query: Mapping[str, str] | None) -> Any:
        if query is None:
            return self.server.get(path, _NOTHING)
        return tuple(item for page in pages(self.server.get, path, query) for item in page.items)


def listed(value: Any, *keys: str) -> list[Any]:
    """The list along the keys; an empty one where there is none."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def word(value: Any, *keys: str) -> str:
    """The text along the keys; an empty one where there is none."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def named(thing: Entity) -> str:
    """NAMESPACE/NAME, or the name of what is in no namespace."""
    namespace, name = word(thing, "metadata", "namespace"), word(thing, "metadata", "name")
    return f"{namespace}/{name}" if namespace else name


def labels(thing: Entity) -> Mapping[str, Any]:
    """Its labels."""
    found = at(thing, "metadata", "labels")
    return found if isinstance(found, Mapping) else {}


def among(words: Sequence[str]) -> str:
    """Some words as people list them."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def path_in(namespace: str, kind: str, name: str = "", group: str = "api/v1") -> str:
    """Where the objects of a kind are, or the one of that name; of what is in no namespace, `namespace` is empty."""
    return f"/{group}{within(namespace)}/{kind}" + (f"/{quote(name, safe='')}" if name else "")

"""A list kept current: list once, then watch. What is asked of the API server stays small, and so does its answer.

Source: Kubernetes, API Concepts, "Efficient detection of changes" and "Retrieving large results sets in chunks".
"""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

from elbguard.cluster.asking import Api, ApiError, Backoff, Pace, at

MOST_PAGES: Final = 1000  # of one list; more is a list that never ends
GONE: Final = 410
NOT_SERVED: Final = 404
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Watcher(Protocol[T_contra]):
    """Who wants to know."""

    def changed(self, known: Mapping[str, T_contra], old: T_contra | None, new: T_contra | None) -> None:
        """Everything there is now, by name; read it before returning. `old` became `new`; None for both: all is new."""

    def heard(self) -> None:
        """The server has just confirmed what is known."""

    def failed(self, error: ApiError) -> None:
        """The server could not be asked; what is known may be old."""


class ListAndWatch(Generic[T]):
    """All objects at `path`, each reduced by `keep` to what is wanted of it, told to `listener` as they change.

    What is known is replaced by a list only when all its pages have come. Of what `keep` gives None for nothing is
    known. Where nothing is served at `path`, `instead` is tried.
    """

    def __init__(
        self,
        api: Api,
        path: str,
        keep: Callable[[Mapping[str, Any]], T | None],
        listener: Watcher[T],
        clock: Callable[[], float],
        pace: Pace,
        chance: Callable[[], float] = random.random,
        *,
        instead: str = "",
    ) -> None:
        self._paths = (path, instead) if instead else (path,)
        self._api, self._path, self._keep, self._listener = api, path, keep, listener
        self._clock, self._pace, self._backoff = clock, pace, Backoff(pace, chance)
        self._chance = chance
        self._known: dict[str, T] = {}
        self._version = ""  # resource version to watch from; empty: list first
        self._listed = 0.0  # when, by the clock

    def turn(self) -> float:
        """List if need be, and watch once, for as long as the watch lives. Returns the seconds to pause."""
        if self._clock() - self._listed > self._pace.relist:
            self._version = ""
        try:
            if not self._version:
                self._list()
            self._watch()
        except ApiError as error:
            if not error.passing:
                self._version = ""
            if error.status != GONE and not self._has_another_path(error):  # gone: the watch was away for too long
                self._listener.failed(error)
            return self._backoff.failed(error)
        return self._backoff.pause()

    def _has_another_path(self, error: ApiError) -> bool:
        """Turn to the next path where nothing is served at this one; whether that was not tried since the first."""
        if error.status != NOT_SERVED:
            return False
        self._path = self._paths[(self._paths.index(self._path) + 1) % len(self._paths)]
        return self._path != self._paths[0]

    def _list(self) -> None:
        known: dict[str, T] = {}
        query = {"limit": str(self._pace.page)}
        for _ in range(MOST_PAGES):
            page = self._api.get(self._path, query)
            for item in _items(page):
                if (name := _name(item)) and (kept := self._keep(item)) is not None:
                    known[name] = kept
            version, more = _text(page, "metadata", "resourceVersion"), _text(page, "metadata", "continue")
            if not version:
                raise ApiError(0, f"the answer to {self._path} is no list")
            if not more:
                self._known, self._version, self._listed = known, version, self._clock()
                self._listener.changed(known, None, None)
                self._listener.heard()
                return
            query["continue"] = more
        raise ApiError(0, f"the list of {self._path} has no end")

    def _watch(self) -> None:
        began = self._clock()
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(max(1, round(self._pace.watch * (1 - 0.2 * self._chance())))),
        }
        try:
            for event in self._api.watch(self._path, query):
                self._take(event)
        finally:
            steady = self._clock() - began >= self._pace.steady
            if steady:
                self._backoff.reset()
        if not steady:
            raise ApiError(0, "a watch ended as soon as it began")

    def _take(self, event: Any) -> None:
        kind, item = _text(event, "type"), at(event, "object")
        if kind == "ERROR":
            code = at(item, "code")
            raise ApiError(code if isinstance(code, int) else 500, _text(item, "message")[:200])
        version, name = _text(item, "metadata", "resourceVersion"), _name(item)
        if not version:
            return
        if name and kind in ("ADDED", "MODIFIED", "DELETED"):
            self._become(name, None if kind == "DELETED" else self._keep(item))
        self._version = version
        self._listener.heard()

    def _become(self, name: str, new: T | None) -> None:
        old = self._known.get(name)
        if old == new:
            return
        if new is None:
            del self._known[name]
        else:
            self._known[name] = new
        self._listener.changed(self._known, old, new)


def _name(item: Any) -> str:
    """What tells an object from others of its kind; empty for what is none."""
    name, namespace = _text(item, "metadata", "name"), _text(item, "metadata", "namespace")
    return f"{namespace}/{name}" if name and namespace else name


def _text(value: Any, *keys: str) -> str:
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def _items(page: Any) -> list[Any]:
    found = at(page, "items")
    return found if isinstance(found, list) else []

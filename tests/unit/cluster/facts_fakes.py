"""An API server in memory, and a clock that tests turn."""

from collections.abc import Iterator, Mapping
from typing import Any

from elbguard.cluster.asking import ApiError

NOT_FOUND = ApiError(404, "not found")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now

    def after(self, seconds: float) -> "Clock":
        """Let time pass."""
        self.now += seconds
        return self


class FakeApi:
    """Answers from scripts.

    `answers`: by path, the answer, the error to raise, or a list of them, of which the last one stays.
    `watches`: for each watch, what happens in it: an event, an error to raise, or a number of seconds that pass.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.answers: dict[str, Any] = {}
        self.watches: list[list[Any]] = []
        self.asked: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.closed = False

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """Answer from the script; 404 where it says nothing."""
        self.asked.append(path)
        self.queries.append(dict(query))
        found = self.answers.get(path, NOT_FOUND)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, Exception):
            raise found
        return found

    def watch(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Play one watch; one that lasts a minute when the script is at its end."""
        self.asked.append(f"watch {path}")
        self.queries.append(dict(query))
        for step in self.watches.pop(0) if self.watches else [60.0]:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, float):
                self._clock.after(step)
            else:
                yield step

    def close(self) -> None:
        """Remember that it was called."""
        self.closed = True


def node(name: str, *addresses: str, version: str = "7") -> dict[str, Any]:
    """A node with internal addresses."""
    status = {"addresses": [{"type": "InternalIP", "address": address} for address in addresses]}
    return {"metadata": {"name": name, "resourceVersion": version}, "status": status}


def listing(*items: Any, version: str = "5", more: str = "") -> dict[str, Any]:
    """One page of a list."""
    return {"metadata": {"resourceVersion": version, "continue": more}, "items": list(items)}


def event(kind: str, item: Any) -> dict[str, Any]:
    """One watch event."""
    return {"type": kind, "object": item}


def bookmark(version: str) -> dict[str, Any]:
    """A bookmark."""
    return event("BOOKMARK", {"metadata": {"resourceVersion": version}})


def error(code: int) -> dict[str, Any]:
    """An error in the midst of a watch."""
    return event("ERROR", {"kind": "Status", "code": code, "message": "too old resource version: 5 (9)"})

"""Asking an API server: what is needed of one, what can go wrong, and how often to try again."""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, Protocol

LOG: Final = logging.getLogger("elbguard.cluster")


class ApiError(Exception):
    """The API server refused, or there was no answer. `status` is that of HTTP; 0 where no answer came."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}" if status else text)
        self.status, self.text = status, text

    @property
    def forbidden(self) -> bool:
        """Whether a role is missing: asking again soon is of no use."""
        return self.status == 403

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later: no answer, or a server that is busy or broken."""
        return self.status in (0, 429) or self.status >= 500


class Conflict(ApiError):
    """Somebody else was faster: it exists already, or has changed since it was read."""

    def __init__(self, text: str) -> None:
        super().__init__(409, text)


class NotFound(ApiError):
    """There is no such object."""

    def __init__(self, text: str) -> None:
        super().__init__(404, text)


class Expired(ApiError):
    """The token by which a list goes on is too old. `onwards` is one that goes on with what there is by now, or "".

    Source: Kubernetes, API Concepts, "Retrieving large results sets in chunks", 410 Gone and its continue token.
    """

    def __init__(self, text: str, onwards: str) -> None:
        super().__init__(410, text)
        self.onwards = onwards


class LargeAnswer(ApiError):
    """The answer is larger than what is read; asking for less may help."""

    def __init__(self, text: str) -> None:
        super().__init__(0, text)


class Api(Protocol):
    """What is needed of an API server. Answers are decoded JSON, of which nothing is taken for granted."""

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """One object or one page of a list. Raises ApiError."""

    def watch(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Watch events, until the server or a long silence ends the watch. Raises ApiError when it breaks."""

    def close(self) -> None:
        """End what is going on, from whatever thread."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the API server is asked. Seconds; every pause is cut at random by up to a half."""

    again: float = 1.0  # between two watches, and after a first failure; doubles with each further one
    longest: float = 60.0  # while failures last
    slow: float = 300.0  # between two readings of what hardly changes, and after a refusal for want of a role
    steady: float = 10.0  # a watch that lived so long did not fail
    watch: float = 270.0  # after which the server ends a watch
    relist: float = 3600.0  # after which everything is listed again, whatever a watch may have missed
    page: int = 50  # objects in one answer: some 0.7 MB of nodes, whose decoding holds everybody up for 6 ms


class Backoff:
    """How long to pause before asking again. `chance` gives numbers from 0 to 1."""

    def __init__(self, pace: Pace, chance: Callable[[], float] = random.random) -> None:
        self._pace, self._chance = pace, chance
        self._failures = 0

    def reset(self) -> None:
        """Count failures from nothing: something worked."""
        self._failures = 0

    def pause(self) -> float:
        """Seconds after a success."""
        return self._cut(self._pace.again)

    def rest(self) -> float:
        """Seconds before looking again at what hardly changes."""
        return self._cut(self._pace.slow)

    def failed(self, error: ApiError) -> float:
        """Seconds after a failure."""
        if error.forbidden:
            return self.rest()
        pause = min(self._pace.longest, self._pace.again * 2 ** min(self._failures, 30))
        self._failures += 1
        return self._cut(pause)

    def _cut(self, seconds: float) -> float:
        return seconds * (0.5 + 0.5 * self._chance())


def forever(turn: Callable[[], float], stop: Event, after_fault: float) -> None:
    """Take turns until `stop` is set, with the pauses (seconds) that they ask for; nothing they raise ends it."""
    while not stop.is_set():
        try:
            pause = turn()
        except Exception:
            if stop.is_set():  # a connection closed under a reader says so in many ways
                return
            LOG.exception("An internal error while reading from the API server; going on in %g s.", after_fault)
            pause = after_fault
        stop.wait(pause)


def at(value: Any, *keys: str) -> Any:
    """What is found along the keys; None where the way ends."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value

"""Bad requests in the log: who sent how much to which path, never what; so few lines that nobody can flood it."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

LOG: Final = logging.getLogger("elbguard.requests")
MOST: Final = 20  # lines in a WINDOW
WINDOW: Final = 60.0  # seconds
_LONGEST: Final = 200  # characters of a path


class Refusals:
    """Tells of requests that were answered 4xx or 5xx: the first of a minute by a line each, others by their number."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._begun = float("-inf")
        self._told = self._untold = 0

    def tell(self, scope: Any, status: int) -> None:
        """Note one; `scope` is ASGI's, or as much of it as could be read."""
        now = self._clock()
        if now - self._begun >= WINDOW:
            self._say_untold()
            self._begun, self._told = now, 0
        if self._told >= MOST:
            if not self._untold:
                LOG.warning("further requests that are answered so are only counted for the rest of a minute")
            self._untold += 1
            return
        self._told += 1
        host, port = (scope.get("client") or ("unknown", 0))[:2]
        LOG.warning(
            "a request was answered %d",
            status,
            extra={
                "method": scope.get("method", "unknown")[:16],
                "path": scope.get("path", "unknown")[:_LONGEST],
                "bytes": "unknown" if (size := announced(scope)) is None else size,
                "peer": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            },
        )

    def _say_untold(self) -> None:
        if self._untold:
            LOG.warning("%d more requests were answered so since, and are not shown", self._untold)
        self._untold = 0


def announced(scope: Any) -> int | None:
    """The length of the body that the head of a request announces."""
    length = next((value for name, value in scope.get("headers", ()) if name == b"content-length"), b"")
    return int(length) if length.isdigit() and len(length) < 20 else None

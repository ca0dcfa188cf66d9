"""Drain: leaving without losing a request.

The API server keeps using the connections it has to a pod that is going, and does not repeat a POST. So on SIGTERM the
server is not ready at once, goes on answering with `Connection: close` until everybody has noticed, and only then stops
listening; requests in flight are finished.
"""

import logging
import signal
import threading
from types import FrameType
from typing import Final

import uvicorn

LOG: Final = logging.getLogger("elbguard.drain")


class Lifecycle:
    """Whether the server is to be asked."""

    def __init__(self) -> None:
        self.draining = False


class DrainingServer(uvicorn.Server):
    """uvicorn that drains for some seconds between the signal and its own graceful shutdown."""

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle, seconds: float) -> None:
        super().__init__(config)
        self._lifecycle, self._seconds = lifecycle, seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain at the first SIGTERM; stop at once at the second, and at SIGINT."""
        if sig != signal.SIGTERM or self._lifecycle.draining or self._seconds <= 0:
            super().handle_exit(sig, frame)
            return
        self._lifecycle.draining = True
        LOG.info("draining for %s seconds", self._seconds)
        timer = threading.Timer(self._seconds, super().handle_exit, (sig, None))
        timer.daemon = True
        timer.start()

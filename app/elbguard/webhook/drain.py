"""Drain: leaving without losing a request.

The API server keeps using the connections it has to a pod that is going, and does not repeat a POST. So on SIGTERM the
server is not ready at once, goes on answering with `Connection: close` until everybody has noticed, and only then stops
listening; requests in flight are finished.
"""

import logging
import signal
import socket
import ssl
import threading
from types import FrameType
from typing import Final

import uvicorn

from elbguard.webhook.connections import Connection, Crowd
from elbguard.webhook.listening import ListeningSocket
from elbguard.webhook.shortcut import ShortConnection

LOG: Final = logging.getLogger("elbguard.drain")


class Lifecycle:
    """Whether the server is to be asked; that it is not `is_told` to probes."""

    def __init__(self, *, is_told: bool = True) -> None:
        self.is_told = is_told
        self.draining = False


class DrainingServer(uvicorn.Server):
    """uvicorn that drains for some seconds between the signal and its own graceful shutdown.

    It listens by itself, on the sockets that `run` is given: `context` is the TLS that is spoken, `crowd` bounds the
    connections.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        context: ssl.SSLContext,
        *,
        lifecycle: Lifecycle | None = None,
        seconds: float = 0.0,
        crowd: Crowd | None = None,
    ) -> None:
        super().__init__(config)
        self._lifecycle, self._seconds = lifecycle or Lifecycle(), seconds
        self._crowd = Crowd() if crowd is None else crowd  # an empty one is false
        self._listener = ListeningSocket(self._connection, context, self._crowd)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, once uvicorn has begun."""
        await super().startup(sockets=[])
        self._listener.listen(sockets or [])
        for listening in sockets or []:
            host, port = listening.getsockname()[:2]
            LOG.info("listening on https://%s:%d", f"[{host}]" if ":" in host else host, port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, and let uvicorn end what is open."""
        await self._listener.close()
        await super().shutdown(sockets)

    def _connection(self) -> Connection:
        return ShortConnection(crowd=self._crowd, config=self.config, server_state=self.server_state, app_state={})

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

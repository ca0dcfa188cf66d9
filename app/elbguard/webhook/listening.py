"""Listening: sockets, connections accepted from them, and the handshake of TLS, all bounded.

asyncio's own servers show a connection only after its handshake, so that nobody could count those who never begin one.
"""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from elbguard.webhook.connections import Connection, Crowd, Limits

LOG: Final = logging.getLogger("elbguard.listening")
_BACKLOG: Final = 2048  # connections that wait to be accepted
_AT_ONCE: Final = 16  # accepted before others have their turn
_PAUSE: Final = 0.1  # seconds, where the system gives no more connections
_SPARE: Final = 64  # descriptors for everything but connections


try:
    from uvloop import Loop as _Loop
except ImportError:  # there is none for Windows
    from asyncio import SelectorEventLoop as _Loop  # type: ignore[assignment]


class ListeningSocket:
    """Accepts connections from sockets and serves them with TLS.

    `make` makes the protocol of one connection; `crowd` says whether there is room for it.
    """

    def __init__(self, make: Callable[[], Connection], context: ssl.SSLContext, crowd: Crowd) -> None:
        self._make, self._context, self._crowd = make, context, crowd
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self, sockets: list[socket.socket]) -> None:
        """Accept from now on."""
        for listening in sockets:
            listening.setblocking(False)
            self._run(self._accept(listening))

    async def close(self) -> None:
        """Accept no more, and give up handshakes that are not over; the sockets stay open."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listening)
                self._welcome(accepted)
                with suppress(BlockingIOError):
                    for _ in range(_AT_ONCE - 1):
                        self._welcome(listening.accept()[0])
                await asyncio.sleep(0)
            except ConnectionError:  # the client has left again
                continue
            except OSError as error:
                LOG.warning("a connection could not be accepted: %s", error.strerror)
                self._crowd.make_room()
                await asyncio.sleep(_PAUSE)

    def _welcome(self, accepted: socket.socket) -> None:
        connection = self._make()
        if not self._crowd.enter(connection):
            accepted.close()
            return
        accepted.setblocking(False)
        handshake = self._run(self._secure(accepted, connection))
        connection.pending = handshake.cancel
        handshake.add_done_callback(lambda _: self._end(accepted, connection))

    def _end(self, accepted: socket.socket, connection: Connection) -> None:
        """Close what did not come to a connection: a handshake that is cut before it begins never runs."""
        if connection.transport is None:
            self._crowd.leave(connection)
            accepted.close()

    async def _secure(self, accepted: socket.socket, connection: Connection) -> None:
        """Shake hands; from then on the loop serves the connection."""
        limits = self._crowd.limits
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: connection,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=limits.handshake,
                ssl_shutdown_timeout=limits.closing,
            )
        except ConnectionAbortedError:  # by us, when the time was over
            self._crowd.count(connection.phase.value)
        except OSError:  # what the client sent was no TLS, or it left
            pass

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class PatientLoop(_Loop):
    """The event loop of one of several processes, where uvicorn listens by itself: handshakes have a time there too."""

    async def create_server(self, *args: Any, **how: Any) -> asyncio.Server:
        """As the loop's own, with our limits."""
        limits = Limits()
        how |= {"ssl_handshake_timeout": limits.handshake, "ssl_shutdown_timeout": limits.closing}
        return await super().create_server(*args, **how)  # type: ignore[return-value] # so uvloop says


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets for all addresses of a host. Raises OSError where there is none."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    bound: list[socket.socket] = []
    trouble: OSError | None = None
    for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
        try:
            bound.append(socket.create_server(address, family=family, backlog=_BACKLOG))
        except OSError as error:
            trouble = error
    if trouble and (not bound or trouble.errno == errno.EADDRINUSE):
        for one in bound:
            one.close()
        raise trouble
    return bound


def room(wanted: int) -> int:
    """How many of the connections wanted there can be; the limit of open files is raised for them where it may be."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - Unix only

        files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most != resource.RLIM_INFINITY:
            wanted = max(1, min(wanted, max(most - _SPARE, most // 2)))
        if files < wanted + _SPARE:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted + _SPARE, most))
    return wanted

"""Connections, bounded: what a client may send before it has said anything, how long it may take, how many there are.

The API server does not identify itself to a webhook, so whoever reaches the port is served. uvicorn bounds neither
heads nor their time; httptools keeps a header until it ends, however long it is.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from elbguard.webhook.refusals import Refusals

LOG: Final = logging.getLogger("elbguard.connections")
_HTTP: Final = logging.getLogger("elbguard.http")
_HTTP.setLevel(logging.ERROR)  # what uvicorn warns of says not whose it is, and has no bound: `Refusals` tells it
_TELL: Final = 10.0  # seconds between two lines about connections that were cut
_TOO_LONG: Final = b"The head of the request is longer than 64 KiB, or has more than 256 headers.\n"


@dataclass(frozen=True)
class Limits:
    """How long a client may take, in seconds, and how much it may send. What exceeds them is hung up on.

    The API server sends head and body of a review at once, and Go's transport keeps spare connections that have sent
    nothing yet: those have more time.
    """

    handshake: float = 10.0
    silent: float = 20.0  # from the handshake to the first byte
    head: float = 10.0  # from its first byte to its last
    body: float = 10.0  # from the end of the head to the last byte
    answer: float = 30.0  # from there until the answer is sent: the API server waits no longer, who reads none is stuck
    idle: float = 130.0  # after an answer; uvicorn's keep-alive comes first, unless a late body has stopped it
    closing: float = 5.0  # for the other side's farewell in TLS
    unfinished: int = 64 * 1024  # bytes of a head, of trailers, or of one chunk's header
    headers: int = 256
    chunks: int = 16_384  # of one body: each costs microseconds
    body_bytes: int = 32 * 1024 * 1024  # read and thrown away, after the answer that says 7 MiB
    pipelined: int = 4  # requests that wait behind one that is being answered
    connections: int = 1000  # each takes 50 to 350 KiB


class Phase(Enum):
    """What is awaited of a connection; the value is the name in the metrics of a connection that was cut in it."""

    HANDSHAKE = "handshake"
    SILENT = "silent"
    HEAD = "head"
    BODY = "body"
    ANSWER = "answer"  # from us
    IDLE = "idle"  # answered, and kept alive


class Connection(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with limits. `on_...` are the callbacks of httptools' parser, the rest is asyncio's protocol.

    `pending` cancels a handshake that is not over; the listener sets it.
    """

    def __init__(self, *, crowd: "Crowd", **given: Any) -> None:
        super().__init__(**given)
        self.logger = _HTTP
        self.phase = Phase.HANDSHAKE
        self.waited = 0.0  # seconds in this phase, as far as the crowd has looked
        self.known = False  # whether it has ever sent a whole request
        self.pending: Callable[[], object] = lambda: None
        self._crowd, self._limits = crowd, crowd.limits
        self._unfinished = 0  # bytes since the parser last had something whole
        self._chunks = self._body_bytes = 0  # of this request
        self._open = 0  # requests whose answer is not complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin, after the handshake."""
        super().connection_made(transport)
        self._enter(Phase.SILENT)
        if not self._crowd.enter(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._crowd.leave(self)
        super().connection_lost(exc)

    def cut(self) -> None:
        """Hang up at once, whatever is on its way."""
        if self.transport is None:
            self.pending()
        else:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Parse no more at once than a head may be long, so that no more is ever kept."""
        if self.phase is Phase.SILENT or self.phase is Phase.IDLE:
            self._enter(Phase.HEAD)
        while data and not self.transport.is_closing():
            room = self._limits.unfinished - self._unfinished
            piece, data = data[:room], data[room:]
            self._unfinished += len(piece)
            super().data_received(piece)
            if self._is_too_much():
                self._refuse()
                return

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP/1.1, and say so in the log."""
        self._tell(400)
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._chunks = self._body_bytes = 0
        if self.phase is not Phase.HEAD:
            self._enter(Phase.HEAD)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin a body. Other protocols are not spoken: their bytes would come without end."""
        self._begin_body()
        if self.parser.should_upgrade():
            raise ValueError("nothing else is spoken here")  # uvicorn answers 400
        super().on_headers_complete()

    def _begin_body(self) -> None:
        self._unfinished = 0
        self._open += 1
        self._enter(Phase.BODY)

    def on_chunk_header(self) -> None:
        """Count a chunk."""
        self._unfinished = 0
        self._chunks += 1

    def on_body(self, body: bytes) -> None:
        """Count the bytes of a body, whether they are kept or not."""
        self._unfinished = 0
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._unfinished = 0
        self.known = True
        self._enter(Phase.ANSWER if self._open else Phase.IDLE)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """End an answer, maybe before the body that it answers has come."""
        self._open -= 1
        if self.phase is Phase.ANSWER and not self._open:
            self._enter(Phase.IDLE)
        super().on_response_complete()

    def _enter(self, phase: Phase) -> None:
        self.phase, self.waited = phase, 0.0

    def _is_too_much(self) -> bool:
        limits = self._limits
        return (
            self._unfinished >= limits.unfinished
            or self._chunks > limits.chunks
            or self._body_bytes > limits.body_bytes
            or self._open > limits.pipelined
            or (self.headers is not None and len(self.headers) > limits.headers)
        )

    def _refuse(self) -> None:
        """Hang up on what is too much; say so where nothing else is being said."""
        if self.transport.is_closing():
            return
        self._crowd.count("size")
        if self.phase is not Phase.HEAD or self._open:
            self.transport.abort()
            return
        self._tell(431)
        head = (
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(_TOO_LONG)
        )
        self.transport.write(head + _TOO_LONG)
        self.transport.close()

    def _tell(self, status: int) -> None:
        """Have a refusal told, and of whom; what was asked is known from the end of the head on."""
        asked: dict[str, Any] = dict(self.scope) if self.phase is Phase.BODY else {}
        self._crowd.refusals.tell({"client": self.client, **asked}, status)


class Crowd:
    """All connections of a process: hangs up on those that take too long, and on the least of them for a new one.

    `cut` is told of each connection that was hung up on, and why: the name of a phase, `size` or `crowd`. `refusals`
    are told of what was no request that could be asked of the application.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        cut: Callable[[str], None] = lambda _: None,
        refusals: Refusals | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.refusals = refusals or Refusals()
        self._cut = cut
        self._all: dict[Connection, None] = {}  # the oldest first
        self._untold: Counter[str] = Counter()
        self._told = float("-inf")
        self._looking = False
        self._looked = 0.0
        limits = self.limits
        self._allowed = {
            Phase.SILENT: limits.silent,
            Phase.HEAD: limits.head,
            Phase.BODY: limits.body,
            Phase.ANSWER: limits.answer,
            Phase.IDLE: limits.idle,
        }
        self._interval = min(1.0, *(seconds / 4 for seconds in self._allowed.values()))

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, connection: Connection) -> bool:
        """Let a connection in, for which another one may have to go; False if there is no room for it."""
        if connection in self._all:
            return True
        if len(self._all) >= self.limits.connections and not self.make_room():
            self.count("crowd")
            return False
        self._all[connection] = None
        if not self._looking:
            self._looking = True
            self._looked = connection.loop.time()
            connection.loop.call_later(self._interval, self._look, connection.loop)
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended; twice does no harm."""
        self._all.pop(connection, None)

    def make_room(self) -> bool:
        """Hang up on the one that is missed least: the first who never sent a whole request, else the longest idle."""
        least = next((one for one in self._all if not one.known), None)
        if least is None:
            idle = (one for one in self._all if one.phase is Phase.IDLE)
            least = max(idle, key=lambda one: one.waited, default=None)
        if least is None:
            return False
        self._end(least, "crowd")
        return True

    def count(self, reason: str) -> None:
        """Note that a connection was hung up on."""
        self._cut(reason)
        self._untold[reason] += 1

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hang up on everyone who has taken too long: one timer for all costs a request nothing."""
        now = loop.time()
        # Where the loop itself was held up, what came meanwhile is read first.
        elapsed, self._looked = min(now - self._looked, 2 * self._interval), now
        for one in list(self._all):
            one.waited += elapsed
            if one.waited > self._allowed.get(one.phase, float("inf")) + self._interval:
                self._end(one, one.phase.value)
        if self._untold and now - self._told > _TELL:
            each = ", ".join(f"{count} {reason}" for reason, count in sorted(self._untold.items()))
            LOG.info("hung up on %d connections: %s", self._untold.total(), each)
            self._untold.clear()
            self._told = now
        self._looking = bool(self._all)
        if self._looking:
            loop.call_later(self._interval, self._look, loop)

    def _end(self, connection: Connection, reason: str) -> None:
        self.leave(connection)  # at once: the next one needs the room now
        self.count(reason)
        connection.cut()

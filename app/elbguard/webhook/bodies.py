"""Bodies that arrive in parts: what they hold together is bounded, so that many at a time cannot take all memory."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

LARGEST_BODY: Final = 7 * 1024 * 1024  # bytes; object and oldObject of 3 MiB each, as controller-runtime limits it
MOST_HELD: Final = 32 * 1024 * 1024  # bytes of all bodies that arrive or wait; one container has 512 MiB
SMALL: Final = 64 * 1024  # bytes; nearly every review is smaller, and the most connections there may be fit in


class TooLarge(Exception):
    """A body is larger than any review."""


class Crowded(Exception):
    """There is no room for a body among the others."""


class Gone(Exception):
    """The client left before its body was whole."""


class Body:
    """One body that arrives in parts."""

    def __init__(self, all_of_them: "Bodies") -> None:
        self.size = 0
        self._parts = bytearray()
        self._all = all_of_them
        self._patience: asyncio.Timeout | None = None  # while it can be told to make room
        self._gave_way = False

    @property
    def arriving(self) -> bool:
        """Whether it can be told to make room."""
        return self._patience is not None

    async def read(self, first: Message, receive: Receive) -> bytes:
        """The whole body, of which `first` is the first message. Raises TooLarge, Crowded or Gone."""
        try:
            async with asyncio.timeout(None) as self._patience:
                await self._read(first, receive)
        except TimeoutError:
            raise Crowded from None
        finally:
            self._patience = None
        if self._gave_way:
            raise Crowded
        whole = bytes(self._parts)
        self._parts = bytearray()
        return whole

    def make_room(self) -> None:
        """Give back what it holds, and read no further."""
        self._parts.clear()
        self._gave_way = True
        if self._patience:
            self._patience.reschedule(asyncio.get_running_loop().time())
            self._patience = None

    async def _read(self, message: Message, receive: Receive) -> None:
        while not self._gave_way:
            if message["type"] != "http.request":
                raise Gone
            part = message.get("body", b"")
            if self.size + len(part) > LARGEST_BODY:
                raise TooLarge
            self._all.take(self, len(part))
            self._parts += part
            if not message.get("more_body"):
                return
            message = await receive()


class Bodies:
    """All bodies that arrive in parts, of `most` bytes together.

    For a byte more, the oldest that is larger than `small` gives way, which is the slowest; a small one does so only
    where all are small.
    """

    def __init__(self, most: int = MOST_HELD, small: int = SMALL) -> None:
        self._most, self._small = most, small
        self._held: dict[Body, None] = {}  # the oldest first
        self.size = 0

    @contextmanager
    def one(self) -> Iterator[Body]:
        """A body, whose bytes count until the end of the block."""
        body = Body(self)
        self._held[body] = None
        try:
            yield body
        finally:
            self._release(body)
            self._held.pop(body)

    def take(self, body: Body, size: int) -> None:
        """Count further bytes of a body. Raises Crowded if it is this one that gives way."""
        self.size += size
        body.size += size
        while self.size > self._most:
            arriving = [one for one in self._held if one.arriving]
            slowest = next((one for one in arriving if one.size > self._small), arriving[0])
            self._release(slowest)
            if slowest is body:
                raise Crowded
            slowest.make_room()

    def _release(self, body: Body) -> None:
        self.size -= body.size
        body.size = 0

"""The TLS context that is served with, whose certificate can be swapped while connections come in.

Loading a pair into a context in use leaves it broken if the pair does not match. So each pair gets a context of its
own, swapped in by reference when it has proved good: a handshake sees the old one or the new one, never half.
"""

import logging
import os
import ssl
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Final

from elbguard import fitness
from elbguard.fitness import Pair, Unfit

LOG: Final = logging.getLogger("elbguard.tls")
_REMEMBERED: Final = 16  # pairs that were refused


def wall_clock() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


class ServingContext:
    """The `context` to serve with. Until the first swap it shows a placeholder that nobody trusts.

    `count_refused` is called once for each pair that was refused; `clock` gives the time by which dates are judged.
    """

    def __init__(
        self, clock: Callable[[], datetime] = wall_clock, count_refused: Callable[[], None] = lambda: None
    ) -> None:
        self._clock = clock
        self._count_refused = count_refused
        self._not_after: datetime | None = None
        self._refused: deque[tuple[Pair, str]] = deque(maxlen=_REMEMBERED)
        self._current: ssl.SSLContext | None = None
        self.context = _plain()
        self.context.sni_callback = self._choose  # OpenSSL calls it for every handshake, with and without SNI
        # A resumed session would show no certificate.
        self.context.options |= ssl.OP_NO_TICKET
        self.context.num_tickets = 0

    @property
    def not_after(self) -> datetime | None:
        """When the certificate served expires, UTC; None while it is still the placeholder."""
        return self._not_after

    def swap(self, pair: Pair, now: datetime | None = None, what: str = "a new certificate") -> None:
        """Serve new connections with this pair, good `now`, by default by our clock; those that are open go on.

        From any thread, but one at a time. Raises Unfit; what was served before stays. A pair that is refused again for
        the same reason is logged, as `what` it is, and counted once, also where several are offered by turns.
        """
        try:
            self.take(pair, now)
        except Unfit as unfit:
            if (pair, str(unfit)) not in self._refused:
                self._refused.append((pair, str(unfit)))
                self._count_refused()
                before = "the certificate before stays" if self._not_after else "there is none to serve yet"
                LOG.error("%s is not served: %s; %s", what, unfit, before)  # noqa: TRY400 - one sentence says it
            raise
        LOG.info("serving a certificate good until %s", self._not_after and self._not_after.isoformat())

    def take(self, pair: Pair, now: datetime | None = None) -> None:
        """As `swap`, for a caller who says himself what happens: nothing is logged or counted."""
        end = fitness.end_of(pair, now or self._clock())
        self._current, self._not_after = _context(pair), end
        self._refused.clear()

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._current or _placeholder()


@cache
def _placeholder() -> ssl.SSLContext:
    """What keeps liveness probes answered while there is no certificate; they do not verify."""
    from elbguard import pairs  # noqa: PLC0415 - who serves files has them before anybody comes

    return _context(pairs.make(["placeholder.invalid"])[1])


def _plain() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _context(pair: Pair) -> ssl.SSLContext:
    """A context that serves this pair. Raises Unfit where OpenSSL does not take it."""
    context = _plain()
    with ExitStack() as stack:
        certificate, key = (stack.enter_context(_as_file(text)) for text in (pair.certificate, pair.key))
        try:
            context.load_cert_chain(certificate, key, password=lambda: "")  # never ask a terminal
        except (ssl.SSLError, OSError) as error:
            raise Unfit(f"OpenSSL refuses it: {getattr(error, 'reason', None) or error}") from None
    return context


@contextmanager
def _as_file(text: bytes) -> Iterator[str]:
    """A path that holds the text as long as it is needed: OpenSSL reads files only.

    On Linux it is memory, so that a key never gets to a disk, and a read-only container suffices.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("elbguard", os.MFD_CLOEXEC)
        with open(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            yield f"/proc/self/fd/{descriptor}"
    else:
        with tempfile.NamedTemporaryFile() as file:  # mode 0600
            file.write(text)
            file.flush()
            yield file.name

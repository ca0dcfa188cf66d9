"""Whose time it is: our own clock beside the API server's, which is the one that judges our certificates.

The API server's time is the `Date` of its answers (RFC 9110, 6.6.1), which come over a connection that we verify. It
goes on by a clock that nobody sets: when ours is set, or the machine has slept, that shows between two answers too.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from elbguard import pairs

LOG: Final = logging.getLogger("elbguard.certificates")
APART: Final = (
    pairs.CLOCK_SKEW / 3
)  # more than this, and one of two clocks is wrong; the API servers' may differ as well
AGAIN: Final = 3  # looks in a row at which the clocks agree, before they are taken to agree again


@dataclass(frozen=True)
class Moment:
    """When things happen: `now` judges what is due, and what is made lives from then on; it begins before `begin`."""

    now: datetime
    begin: datetime


def ticks() -> float:
    """Seconds that nobody sets; where the system can tell, those in which the machine slept are among them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class HeardClock:
    """The clock of a server, by what its latest answer said."""

    def __init__(self, ticks: Callable[[], float] = ticks) -> None:
        self._ticks = ticks
        self._heard: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """Take the `Date` of an answer; one that is missing or garbled leaves the time unknown."""
        said = _date(date)
        self._heard = (said, self._ticks()) if said else None

    def now(self) -> datetime | None:
        """The server's time, UTC, to a second or two; None if its latest answer did not say."""
        if not self._heard:
            return None
        said, when = self._heard
        return said + timedelta(seconds=self._ticks() - when)


class Clocks:
    """Our `own` clock, UTC, and the `server`'s, None while unknown; and whether they agree.

    They disagree from the moment when one look sees it, and agree when some looks in a row have seen no more of it: the
    API servers of a control plane may differ among themselves.
    """

    def __init__(self, own: Callable[[], datetime], server: Callable[[], datetime | None]) -> None:
        self._own, self._server = own, server
        self._disagreement = ""
        self._apart = False  # in the look that is going on
        self._calm = 0  # looks
        self._silent = False

    @property
    def disagreement(self) -> str:
        """Why this replica may not write and is not to be asked, one sentence with both times; or nothing."""
        return self._disagreement

    def compare(self) -> None:
        """See whether the clocks disagree now, as far as the server's is known."""
        server = self._server()
        if server is None:
            return
        own = self._own()
        if abs(own - server) <= APART:
            return
        self._apart = True
        if not self._disagreement:
            self._disagreement = _sentence(own, server)
            LOG.error("%s", self._disagreement)

    def moment(self) -> Moment:
        """Now, and whether the clocks disagree is seen again. Call it after an answer of the server."""
        self.compare()
        own, server = self._own(), self._server()
        if silent := server is None:
            if not self._silent:
                LOG.warning("the API server's answers have no readable Date: this machine's clock alone is gone by")
            server = own
        self._silent = silent
        return Moment(server, min(own, server))

    def looked(self) -> None:
        """A look has ended well: what it saw of the clocks counts."""
        self._calm = 0 if self._apart else self._calm + 1
        self._apart = False
        if self._disagreement and self._calm >= AGAIN:
            self._disagreement = ""
            LOG.info("this machine's clock and the API server's agree again; certificates are kept as usual")


def _sentence(own: datetime, server: datetime) -> str:
    return (
        f"this machine's clock says {own:%F %T} UTC and the API server's {server:%F %T} UTC, more than"
        f" {APART // timedelta(minutes=1)} minutes apart: this replica writes no certificates and is not ready until"
        " they agree; set the clock that is wrong, by NTP on that machine"
    )


def _date(text: str | None) -> datetime | None:
    """The time of an IMF-fixdate, the only form that is sent, as the parser also takes what it has to guess at."""
    try:
        found = parsedate_to_datetime(text or "")
        exact = format_datetime(found, usegmt=True) == text
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if exact and found.year < 9000 else None  # beyond, no certificate could be made

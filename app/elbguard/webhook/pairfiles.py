"""Certificate files that somebody else renews, such as cert-manager by a mounted Secret: seen within seconds."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from elbguard.fitness import Pair, Unfit
from elbguard.webhook.following import EVERY, Follower, oddity

LOG: Final = logging.getLogger("elbguard.tls")
_BETWEEN: Final = 0.05  # seconds before files that changed under our eyes are read again
_TRIES: Final = 10


class PairFiles(Follower):
    """Follows a certificate file and a key file, and gives what it finds to `swap`.

    That may raise Unfit, and then says itself what is the matter.
    """

    def __init__(self, certificate: Path, key: Path, swap: Callable[[Pair], None], interval: float = EVERY) -> None:
        super().__init__("certificate-files", interval)
        self._paths = (certificate, key)
        self._swap = swap
        self._served: Pair | None = None
        self._refused: Pair | None = None
        self._trouble = ""
        self._is_asked = False  # somebody wants to know, and hears of what is refused once more

    def load(self, swap: Callable[[Pair], None] | None = None) -> None:
        """Read the files and serve them, before anything is bound. Raises Unfit or OSError."""
        pair = read(*self._paths)
        (swap or self._swap)(pair)
        self._served = pair

    def look_now(self) -> None:
        """Have the thread look at once instead of after some seconds, and tell trouble once more."""
        self._trouble, self._is_asked = "", True
        super().look_now()

    def look(self) -> None:
        """Look once: serve the pair if it is new. Logs trouble once, raises nothing."""
        try:
            pair = read(*self._paths)
        except OSError as error:
            self._say(f"{error.filename or self._paths[0]} cannot be read: {error.strerror}")
        except Unfit as unfit:
            self._say(f"{self._paths[0]} and {self._paths[1]} are not served: {unfit}")
        except Exception:
            LOG.exception("looking at %s failed; the certificate before stays", self._paths[0])
        else:
            self._trouble = ""
            self._use(pair)

    def _use(self, pair: Pair) -> None:
        """Serve a pair if it is new; what is not good yet may be so at the next look."""
        if pair == self._served:
            return
        try:
            self._swap(pair)
            self._served = pair
        except Unfit as unfit:
            if self._is_asked and pair == self._refused:
                self._say(f"{self._paths[0]} and {self._paths[1]} are still not served: {unfit}")
            self._refused, self._is_asked = pair, False
        except Exception:
            LOG.exception("serving %s failed; the certificate before stays", self._paths[0])

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            LOG.warning("%s; the certificate before stays", trouble)
        self._trouble = trouble


def read(certificate: Path, key: Path, wait: Callable[[float], object] = time.sleep) -> Pair:
    """The two files, of one moment: read until two readings agree.

    Raises OSError, or Unfit if they never agree or one is not to be read.
    """
    before: Pair | None = None
    for _ in range(_TRIES):
        pair = Pair(_content(certificate), _content(key))
        if pair == before:
            return pair
        if before is not None:
            wait(_BETWEEN)
        before = pair
    raise Unfit("the files keep changing while they are read")


def _content(path: Path) -> bytes:
    if found := oddity(path):
        raise Unfit(f"{path} {found}")
    return path.read_bytes()

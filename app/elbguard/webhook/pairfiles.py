"""Certificate files that somebody else renews, such as cert-manager by a mounted Secret: seen within seconds."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from elbguard.pairs import Pair, Unfit

LOG: Final = logging.getLogger("elbguard.pairs")
INTERVAL: Final = 2.0  # seconds between two looks; a change is served within 5
_BETWEEN: Final = 0.05  # seconds before files that changed under our eyes are read again
_TRIES: Final = 10


class PairFiles:
    """Watches a certificate file and a key file, and gives what it finds to `swap`, which may raise Unfit.

    It looks again and again instead of asking for file events: kubelet swaps a symbolic link beside them, and network
    file systems send no events. It does so in a thread: reading can block, and must not hold up the event loop.
    """

    def __init__(self, certificate: Path, key: Path, swap: Callable[[Pair], None], interval: float = INTERVAL) -> None:
        self._paths = (certificate, key)
        self._swap = swap
        self._interval = interval
        self._served: Pair | None = None
        self._trouble = ""
        self._stopping, self._now = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="certificate-files", daemon=True)

    def load(self, swap: Callable[[Pair], None] | None = None) -> None:
        """Read the files and serve them, before anything is bound. Raises Unfit or OSError."""
        pair = read(*self._paths)
        (swap or self._swap)(pair)
        self._served = pair

    def start(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer. Returns when the thread has ended."""
        self._stopping.set()
        self._now.set()
        if self._thread.is_alive():
            self._thread.join()

    def look_now(self) -> None:
        """Have the thread look at once instead of after some seconds, and tell trouble once more."""
        self._trouble = ""
        self._now.set()

    def look(self) -> None:
        """Look once: serve the pair if it is new. Logs trouble once, raises nothing."""
        try:
            pair = read(*self._paths)
            if pair != self._served:
                self._swap(pair)  # what is not good yet may be so at the next look
                self._served = pair
        except OSError as error:
            self._say(f"{error.filename or self._paths[0]} cannot be read: {error.strerror}")
        except Unfit as unfit:
            self._say(f"{self._paths[0]} and {self._paths[1]} are not served: {unfit}")
        except Exception:
            LOG.exception("looking at %s failed; the certificate before stays", self._paths[0])
        else:
            self._trouble = ""

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._now.wait(self._interval)
            self._now.clear()
            if not self._stopping.is_set():
                self.look()

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            LOG.warning("%s; the certificate before stays", trouble)
        self._trouble = trouble


def read(certificate: Path, key: Path, wait: Callable[[float], object] = time.sleep) -> Pair:
    """The two files, of one moment: read until two readings agree. Raises OSError, or Unfit if they never do."""
    before: Pair | None = None
    for _ in range(_TRIES):
        pair = Pair(certificate.read_bytes(), key.read_bytes())
        if pair == before:
            return pair
        if before is not None:
            wait(_BETWEEN)
        before = pair
    raise Unfit("the files keep changing while they are read")

"""Files that somebody else changes while the server runs, followed: a change is seen within seconds."""

import threading
from abc import ABC, abstractmethod
from typing import Final

EVERY: Final = 2.0  # seconds between two looks; kubelet brings what changed within a minute, haste gains nothing


class Follower(ABC):
    """Looks at files every few seconds, in a thread of its own.

    It looks again and again instead of asking for file events: kubelet swaps a symbolic link beside the files, and
    network file systems send no events. It does so in a thread: reading can block, and must not hold up the event loop.
    """

    def __init__(self, name: str, interval: float = EVERY) -> None:
        self._interval = interval
        self._stopping, self._now = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._follow, name=name, daemon=True)

    @abstractmethod
    def look(self) -> None:
        """Look once, and use what has changed. Raises nothing; says trouble once."""

    def start(self) -> None:
        """Look now, and from now on."""
        self._thread.start()

    def look_now(self) -> None:
        """Have the thread look at once instead of after some seconds."""
        self._now.set()

    def stop(self) -> None:
        """Look no more. Returns when the thread has ended."""
        self._stopping.set()
        self._now.set()
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._now.wait(self._interval)
            self._now.clear()

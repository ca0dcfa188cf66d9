"""Files that somebody else changes while the server runs, followed: a change is seen within seconds."""

import stat
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

EVERY: Final = 2.0  # seconds between two looks; kubelet brings what changed within a minute, haste gains nothing
LARGEST: Final = 1024 * 1024  # bytes of a file; a ConfigMap or a Secret holds no more
_PATIENCE: Final = 5.0  # seconds for the thread to end: a file system that hangs must not keep the server from ending


def oddity(path: Path) -> str:
    """Why a file is not to be read, as the end of a sentence; nothing for one that may, or that cannot be looked at.

    Opening a pipe waits for whoever writes into it, for ever where nobody does, and a device may have no end.
    """
    try:
        found = path.stat()
    except OSError:  # as reading it will tell
        return ""
    if not stat.S_ISREG(found.st_mode):
        return f"is {'a folder' if stat.S_ISDIR(found.st_mode) else 'no regular file'}"
    return "is larger than 1 MiB" if found.st_size > LARGEST else ""


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
        """Look no more. Returns when the thread has ended, or hangs in reading, which ends with the process."""
        self._stopping.set()
        self._now.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._now.wait(self._interval)
            self._now.clear()

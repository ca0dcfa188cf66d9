"""The configuration file, followed while the server runs: a ConfigMap that changes is picked up without a restart."""

import logging
import threading
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from app.settings import Settings, SettingsError, load

LOG: Final = logging.getLogger("elbguard.config")
EVERY: Final = 2.0  # seconds; kubelet brings a changed ConfigMap within a minute, so more haste would gain nothing


class ConfigFile:
    """Reads a file anew when its content changes; what flags and environment gave stays above it.

    `use` gets the new settings, `count` the result: loaded or refused. A file that cannot be used leaves the last good
    settings, and says so once.
    """

    def __init__(
        self,
        path: Path,
        given: Mapping[str, Any],
        use: Callable[[Settings], None],
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path, self._given, self._use, self._count = path, given, use, count
        self._seen = self._print()
        self._stop = threading.Event()

    def _print(self) -> str:
        """What tells one content from another; kubelet swaps links, so times and inodes say little."""
        try:
            return sha256(self._path.read_bytes()).hexdigest()
        except OSError as error:
            return f"unreadable: {error.strerror}"

    def look(self) -> None:
        """Read the file if it has changed since the last look."""
        seen = self._print()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._use(load(self._given, self._path))
        except SettingsError as error:
            LOG.error("the changed configuration is not used, the last good one stays: %s", error)  # noqa: TRY400
            self._count("refused")
        except Exception:
            LOG.exception("the changed configuration is not used, the last good one stays")
            self._count("refused")
        else:
            LOG.info("the changed configuration is in use")
            self._count("loaded")

    def start(self) -> None:
        """Look every few seconds, in a thread of its own, until `stop`."""
        threading.Thread(target=self._follow, name="config", daemon=True).start()

    def _follow(self) -> None:
        while not self._stop.wait(EVERY):
            self.look()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

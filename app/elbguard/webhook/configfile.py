"""The configuration file, followed while the server runs: a ConfigMap that changes is picked up without a restart."""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from elbguard.settings import Settings, understand
from elbguard.settings_mistakes import SettingsError
from elbguard.settings_text import read
from elbguard.webhook.following import Follower, oddity

LOG: Final = logging.getLogger("elbguard.config")
_SETTLING: Final = 0.2  # seconds; editors empty a file and then write it


class ConfigFile(Follower):
    """Reads a file anew when its content changes; what flags and environment gave stays above it.

    `current` are the settings in use; the file may have changed since they were read from it. `use` gets the new
    settings, `count` the result: loaded or refused. A file that cannot be used leaves the last good settings, and says
    so once. What changes again within a moment, for which it can `wait`, is half written: the next look sees the rest.
    """

    def __init__(
        self,
        path: Path,
        given: Mapping[str, Any],
        use: Callable[[Settings], None],
        count: Callable[[str], None] = lambda _: None,
        *,
        current: Settings,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        super().__init__("config")
        self._path, self._given, self._use, self._count = path, given, use, count
        self._current, self._wait = current, wait
        self._seen: bytes | str | None = None  # the content, or why there was none

    def look(self) -> None:
        """Read the file, and use it if its content has changed since the last look."""
        seen = self._content()
        if seen == self._seen:
            return
        self._wait(_SETTLING)
        if seen != self._content():
            return
        self._seen = seen
        if isinstance(seen, str):
            self._refuse(seen)
            return
        try:
            settings = understand(self._given, self._path, seen)
            if settings != self._current:
                self._use(settings)
                self._current = settings
                LOG.info("the changed configuration is in use")
                self._count("loaded")
        except SettingsError as error:
            self._refuse(*error.mistakes)
        except Exception:
            LOG.exception("the changed configuration is not used, the last good one stays")
            self._count("refused")

    def _content(self) -> bytes | str:
        """What is in the file, or why there is nothing."""
        try:
            odd = oddity(self._path)
            return f"{self._path} {odd}" if odd else read(self._path)
        except SettingsError as error:
            return str(error)

    def _refuse(self, *mistakes: str) -> None:
        LOG.error("the changed configuration is not used, the last good one stays: %s", "; ".join(mistakes))
        self._count("refused")

    def look_now(self) -> None:
        """Have the thread look at once instead of after some seconds, and tell mistakes once more."""
        self._seen = None
        super().look_now()

"""Waiting for what happens in another process or thread; the limit only keeps a test from hanging."""

import time
from collections.abc import Callable
from typing import Final

LONGEST: Final = 60.0  # seconds; nothing is measured
_POLL: Final = 0.02


def wait_until(holds: Callable[[], object], said: Callable[[], object] = lambda: "it never came true") -> None:
    """Wait until something holds; where it does not, fail with what `said` gives then."""
    end = time.monotonic() + LONGEST
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(said())
        time.sleep(_POLL)

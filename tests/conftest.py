"""Where tests run: all end-to-end tests in one process, so that they share one API server."""

import os
import signal

import pytest
from xdist.scheduler import LoadGroupScheduling
from xdist.scheduler.protocol import Scheduling

os.environ.setdefault("ELBGUARD_DRAIN_SECONDS", "0")  # servers of tests leave at once
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs behind & of a script would ignore it


class _OneApiServer(LoadGroupScheduling):
    """xdist's group marks are lost with pytest 9 (pytest-xdist issue 1386), so the folder decides."""

    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling | None:
    """Pick the scheduler; None leaves the choice to xdist."""
    return _OneApiServer(config, log) if config.getvalue("dist") == "loadgroup" else None

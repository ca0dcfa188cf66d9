"""Where tests run: in one process all end-to-end tests, which share one API server, and all of the playground."""

import os
import signal
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadGroupScheduling
from xdist.scheduler.protocol import Scheduling

os.environ.setdefault("ELBGUARD_DRAIN_SECONDS", "0")  # servers of tests leave at once
if sys.dont_write_bytecode:  # beside the sources; but to compile them anew is half of every start of the command
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache/bytecode")
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": sys.pycache_prefix}
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs behind & of a script would ignore it


_TOGETHER = ("tests/e2e/", "tests/contract/playground/")  # folders whose tests share what is costly to make


class _OneApiServer(LoadGroupScheduling):
    """xdist's group marks are lost with pytest 9 (pytest-xdist issue 1386), so the folder decides."""

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in _TOGETHER if nodeid.startswith(each)), super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling | None:
    """Pick the scheduler; None leaves the choice to xdist."""
    return _OneApiServer(config, log) if config.getvalue("dist") == "loadgroup" else None

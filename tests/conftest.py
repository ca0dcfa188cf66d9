"""Which tests run, and where: those of a file, which share what is dear to make, in one process.

What goes to the bottom of one thing for many seconds is marked `thorough`. It runs in CI (`TESTS=thorough`),
and where its file is named; elsewhere it is skipped aloud.
"""

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


TOGETHER = ("tests/e2e/", "tests/unit/site/", "tests/contract/playground/")  # folders that share what is dear to make


class _ByFile(LoadGroupScheduling):
    """One process for the tests of a file, which share what its fixtures make, or of a folder.

    It is loadgroup by name alone: group marks are lost with pytest 9 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return next(filter(nodeid.startswith, TOGETHER), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling | None:
    """Pick the scheduler; None leaves the choice to xdist."""
    return _ByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the thorough tests to CI and to those who ask for them."""
    if os.environ.get("TESTS") == "thorough":
        return
    named = {config.invocation_params.dir / str(argument).partition("::")[0] for argument in config.args}
    aside = pytest.mark.skip(reason="takes its time: TESTS=thorough make test, as CI does")
    for item in items:
        if item.get_closest_marker("thorough") and item.path not in named:
            item.add_marker(aside)

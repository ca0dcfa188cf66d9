"""The playground as `make playground` builds it, once for all tests of this folder."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.places import ROOT, environment

NOT_TO_BE_HAD: Final = 3


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder. Skips where npm or the packages cannot be had."""
    folder = tmp_path_factory.mktemp("playground") / "built"
    command = [sys.executable, "docs/playground/build.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode == NOT_TO_BE_HAD:
        pytest.skip(f"the playground is not tested: {done.stderr}")
    assert done.returncode == 0, done.stderr
    return folder

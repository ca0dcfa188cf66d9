"""What is made from the rules is fresh, and the generator notices when it is not."""

import subprocess
import sys
from pathlib import Path

from tests.generators.__main__ import ROOT, stale


def test_everything_generated_is_fresh() -> None:
    assert stale() == {}, "run `make generate`"


def test_notices_what_is_stale(tmp_path: Path) -> None:
    assert "rules/README.md" in stale(tmp_path)


def test_check_writes_nothing_and_exits_0_when_all_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.generators", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")

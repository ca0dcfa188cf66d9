"""What is made from the rules is fresh, and the generator notices when it is not."""

import sys
from pathlib import Path

from tests.generators.__main__ import stale
from tests.support.command import ran


def test_everything_generated_is_fresh() -> None:
    done = ran(sys.executable, "-m", "tests.generators", "--check")

    assert (done.returncode, done.stdout) == (0, ""), "run `make generate`"


def test_notices_what_is_stale(tmp_path: Path) -> None:
    assert "rules/README.md" in stale(tmp_path)

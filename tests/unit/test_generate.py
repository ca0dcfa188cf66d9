"""What is made from the rules is fresh, and the generator notices when it is not."""

from pathlib import Path

from tests.generators.__main__ import stale


def test_everything_generated_is_fresh() -> None:
    assert stale().keys() == set(), "run `make generate`"


def test_notices_what_is_stale(tmp_path: Path) -> None:
    assert "rules/README.md" in stale(tmp_path)

"""README.md shows the very snippets that the tests run."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.places import ROOT, environment

HERE = Path(__file__).parent

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["pre-commit.yml", "workflow.yml", "gitlab.yml"])
def test_shows_the_snippet(name: str) -> None:
    assert f"```yaml\n{(HERE / name).read_text(encoding='utf-8')}```\n" in README


def test_tells_how_to_complete() -> None:
    assert 'eval "$(_ELBGUARD_COMPLETE=bash_source elbguard)"' in README


def sessions() -> list[tuple[str, str]]:
    """Every `$ elbguard ...` of the README with what it prints there."""
    return re.findall(r"^\$ (elbguard .*)\n((?:(?!```|\$ ).*\n)+)", README, re.MULTILINE)


@pytest.mark.parametrize(("command", "printed"), sessions())
def test_prints_what_the_command_prints_in_a_fresh_clone(command: str, printed: str) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.stdout == printed


def test_the_first_example_has_the_command_on_the_path() -> None:
    assert README.index(". .venv/bin/activate") < README.index("$ elbguard ")

"""README.md shows the very snippets that the tests run."""

import pytest

from tests.unit.ecosystem.places import HERE, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["pre-commit.yml", "workflow.yml", "gitlab.yml"])
def test_shows_the_snippet(name: str) -> None:
    assert f"```yaml\n{(HERE / name).read_text(encoding='utf-8')}```\n" in README


def test_tells_how_to_complete() -> None:
    assert 'eval "$(_ELBGUARD_COMPLETE=bash_source elbguard)"' in README

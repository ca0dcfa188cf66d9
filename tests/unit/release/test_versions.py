"""Elbguard has one version, wherever it is named."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.release.notes import notes
from tests.release.versions import assert_one, places, version_of
from tests.support.command import elbguard
from tests.support.places import ROOT

VERSION = version_of(ROOT)


def test_all_places_agree() -> None:
    assert assert_one(ROOT) == VERSION
    assert set(places(ROOT).values()) == {VERSION}


def test_the_command_says_it() -> None:
    assert elbguard("--version").stdout == f"elbguard, version {VERSION}\n"
    assert version("elbguard") == VERSION


def test_the_changelog_is_about_it_or_about_what_has_no_version_yet() -> None:
    newest, *_ = re.findall(r"^## \[?([^\s\]]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert newest in ("Unreleased", VERSION)


@pytest.mark.parametrize("heading", ["## 1.2.3", "## 1.2.3 - 2026-12-01", "## [1.2.3] - 2026-12-01"])
def test_the_notes_are_the_section_of_the_version_alone(heading: str, tmp_path: Path) -> None:
    log = f"# Changelog\n\n## Unreleased\n\n{heading}\n\n### Added\n\n- One.\n\n## 1.2.30\n\n- Other.\n"
    (tmp_path / "CHANGELOG.md").write_text(log, encoding="utf-8")

    assert notes(tmp_path, "1.2.3") == "# elbguard 1.2.3\n\n### Added\n\n- One.\n"


def test_a_placeholder_is_no_version(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', encoding="utf-8")
    (tmp_path / "manifests").mkdir()
    for name in ("README.md", "manifests/README.md"):
        (tmp_path / name).write_text("registry.example/elbguard:TAG elbguard@vX.Y.Z elbguard:-SET-THE-IMAGE-\n")
    (tmp_path / "action.yml").write_text("uses: x/elbguard@v1.2.3\n", encoding="utf-8")

    assert set(places(tmp_path).values()) == {"1.2.3"}
    assert "action.yml elbguard v1.2.3" in places(tmp_path)

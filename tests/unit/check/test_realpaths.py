"""Real paths of many files are those that the operating system's own way gives."""

import os
from pathlib import Path

import pytest

from elbguard.check.realpaths import RealPaths


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "plain.yaml").touch()
    (tmp_path / "a" / "file-link.yaml").symlink_to("b/plain.yaml")
    (tmp_path / "a" / "dangling.yaml").symlink_to("nowhere/at-all.yaml")
    (tmp_path / "a" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "folder-link").symlink_to("a/b")
    (tmp_path / "link-of-link").symlink_to("folder-link")
    (tmp_path / "a" / "through.yaml").symlink_to("../link-of-link/plain.yaml")
    return tmp_path


def _paths(tree: Path) -> list[str]:
    folders = ("a", "a/b", "folder-link", "link-of-link", "link-of-link/..", "a/./b", "missing", "a//b", ".")
    names = ("plain.yaml", "file-link.yaml", "dangling.yaml", "loop.yaml", "through.yaml", "none", "", ".", "..")
    absolute = [f"{tree}/{folder}/{name}" for folder in folders for name in names]
    return [*absolute, *(os.path.relpath(path) for path in absolute), "bare.yaml", "", ".", "/", "//etc/hosts"]


def test_each_is_what_the_system_says(tree: Path) -> None:
    real = RealPaths()
    paths = _paths(tree)
    assert [real.of(path) for path in paths] == [os.path.realpath(path) for path in paths]

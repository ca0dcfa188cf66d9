"""No release is made, in one sentence, of what would not be what it says it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.release.__main__ import release
from tests.release.refused import Refused
from tests.release.versions import version_of
from tests.support.checkout import checkout, commit, git
from tests.support.places import ROOT

VERSION = version_of(ROOT)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of which a release could be made."""
    folder = checkout(tmp_path_factory.mktemp("pristine") / "elbguard")
    log = folder / "CHANGELOG.md"
    log.write_text(f"# Changelog\n\n## {VERSION}\n\n- Everything.\n\n## 0.0.1\n\n- Nothing.\n", encoding="utf-8")
    commit(folder)
    return folder


@pytest.fixture
def repository(pristine: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(pristine, tmp_path / "elbguard"))


def change(repository: Path, name: str, old: str, new: str) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    assert old in text
    (repository / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def why_not(repository: Path) -> str:
    """Why no release is made of it; what was there before is still there, and nothing new."""
    dist = repository / "dist"
    dist.mkdir()
    (dist / "older.whl").write_text("")
    with pytest.raises(Refused) as caught:
        release(repository, dist)
    assert [file.name for file in dist.iterdir()] == ["older.whl"]
    return str(caught.value)


def test_of_a_tree_with_a_change(repository: Path) -> None:
    change(repository, "README.md", "# elbguard", "# Elbguard")

    assert "commit or remove README.md." in why_not(repository)


def test_of_a_tree_with_a_file_that_git_does_not_know(repository: Path) -> None:
    (repository / "app/elbguard/secret.py").write_text("")

    assert "commit or remove app/elbguard/secret.py." in why_not(repository)


def test_of_no_checkout(repository: Path) -> None:
    shutil.rmtree(repository / ".git")

    assert "no checkout of a Git commit" in why_not(repository)


def test_of_a_version_that_the_changelog_does_not_tell_of(repository: Path) -> None:
    change(repository, "CHANGELOG.md", f"## {VERSION}", "## Unreleased")
    commit(repository)

    assert f"no section of version {VERSION}" in why_not(repository)


def test_of_a_version_of_which_the_changelog_has_a_heading_only(repository: Path) -> None:
    change(repository, "CHANGELOG.md", "- Everything.\n", "")
    commit(repository)

    assert f"no section of version {VERSION}" in why_not(repository)


def test_of_a_changelog_with_changes_that_belong_to_no_version(repository: Path) -> None:
    change(repository, "CHANGELOG.md", f"## {VERSION}", f"## Unreleased\n\n- More.\n\n## {VERSION}")
    commit(repository)

    assert "has changes under ## Unreleased" in why_not(repository)


@pytest.mark.parametrize("kind", [("--annotate", "--message", "It"), ()], ids=["annotated", "light"])
@pytest.mark.parametrize("tag", [f"v{VERSION}", VERSION])
def test_of_a_tag_at_another_commit(repository: Path, tag: str, kind: tuple[str, ...]) -> None:
    git(repository, "tag", *kind, tag)
    commit(repository)

    assert f"The tag {tag} is at commit" in why_not(repository)


def action(repository: Path) -> None:
    change(repository, "action.yml", "name: elbguard", "name: elbguard # image registry.example/elbguard:9.9.9")


def image(repository: Path) -> None:
    change(repository, "manifests/base/kustomization.yaml", "-SET-THE-IMAGE-", "9.9.9")


def page(repository: Path) -> None:
    change(repository, "README.md", "pipx install .", "pipx install elbguard==9.9.9")


def project(repository: Path) -> None:
    change(repository, "pyproject.toml", f'version = "{VERSION}"', 'version = "9.9.9"')
    change(repository, "CHANGELOG.md", f"## {VERSION}", "## 9.9.9")
    chart(repository, VERSION)


def chart(repository: Path, version: str = "9.9.9") -> None:
    file = repository / "manifests/chart/Chart.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"apiVersion: v2\nname: elbguard\nversion: {version}\nappVersion: {version}\n", encoding="utf-8")


@pytest.mark.parametrize("differ", [action, image, page, project, chart], ids=lambda each: each.__name__)
def test_where_two_places_name_two_versions(repository: Path, differ: Callable[[Path], None]) -> None:
    differ(repository)
    commit(repository)

    assert "let them agree" in why_not(repository)

"""Commit: what a release is made of, which is what Git has and nothing that lies about beside it."""

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.release.refused import Refused

_MOST_NAMED = 3


@dataclass(frozen=True)
class Commit:
    """The commit that is checked out in `root`: its name, and when it was made, in seconds since 1970."""

    root: Path
    name: str
    made: int

    def export(self, folder: Path) -> Path:
        """Write its files into a folder, with its time, whatever the user's umask; the folder."""
        archive = _git(self.root, "-c", "tar.umask=0022", "archive", "--format=tar", self.name)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        return folder


def checked_out(root: Path) -> Commit:
    """The commit in a folder. Raises Refused where there is none, or where anything differs from it."""
    try:
        name, made = _git(root, "log", "-1", "--format=%H %ct").decode().split()
    except (subprocess.CalledProcessError, FileNotFoundError):
        raise Refused(f"{root} is no checkout of a Git commit, and a release is made of one: clone it.") from None
    changed = [line[3:] for line in _git(root, "status", "--porcelain").decode().splitlines()]
    if changed:
        named = ", ".join(changed[:_MOST_NAMED]) + (", ..." if changed[_MOST_NAMED:] else "")
        raise Refused(f"The working tree differs from the commit: commit or remove {named}.")
    return Commit(root, name, int(made))


def assert_tag_is_ours(commit: Commit, tag: str) -> None:
    """Raise Refused where the tag names another commit."""
    found = _git(
        commit.root, "tag", "--list", tag, "--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)"
    )
    tagged = found.decode().strip()
    if tagged not in ("", commit.name):
        raise Refused(
            f"The tag {tag} is at commit {tagged[:12]} and this is {commit.name[:12]}: name a new version, "
            "or check out the tag."
        )


def _git(root: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=True).stdout

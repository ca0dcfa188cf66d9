"""A Git repository with the project as it stands here, to be changed by tests."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.support.places import ROOT

_LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*", "dist", "build", "certs", "tests")
_AUTHOR: Final = {
    f"GIT_{who}_{what}": "elbguard@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def checkout(folder: Path) -> Path:
    """The project without its tests, committed in a new repository; the folder."""
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT)
    shutil.copy(ROOT / ".gitignore", folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """Commit everything that is in a repository."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "As it stands")


def git(folder: Path, *words: str) -> str:
    """What Git prints, without the settings of whoever runs the tests, and without tidying up behind their back."""
    kept = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **_AUTHOR}
    done = subprocess.run(
        ["git", "-c", "maintenance.auto=false", *words],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout

"""The project file: settings that lie in a repository, found by whoever checks its manifests."""

from pathlib import Path
from typing import Final

NAMES: Final = (".elbguard.yaml", ".elbguard.yml")
_GIT: Final = ".git"


def project_file(folder: Path) -> Path | None:
    """The project file of a folder: in it, or in a parent up to the root of its Git work tree; None without one.

    Outside a work tree only the folder itself is looked into.
    """
    here = folder.absolute()
    parents = (here, *here.parents)
    root = next((number for number, each in enumerate(parents) if (each / _GIT).exists()), 0)
    found = (each / name for each in parents[: root + 1] for name in NAMES)
    return next((file for file in found if file.is_file()), None)

"""Real paths of many files: what `os.path.realpath` says, where each folder is looked up once."""

import os
from typing import Final

_STEPS: Final = ("", os.curdir, os.pardir)  # ends of a path that are no names


class RealPaths:
    """Remembers the real paths of folders, as they were when the first file in each was asked about."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The real path of a file, which need not be there."""
        folder, name = os.path.split(path)
        if name in _STEPS:
            return os.path.realpath(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        joined = os.path.join(self._folders[folder], name)
        return os.path.realpath(joined) if os.path.islink(joined) else joined

"""Which settings each file is judged by: the same for all, or those of the project that it belongs to."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from elbguard.check.files import File, Found
from elbguard.project import near
from elbguard.projects import Projects
from elbguard.report.model import Trouble
from elbguard.settings import Settings


class Assigning:
    """Finds the settings of files; `listed` are all that were found so far, by their numbers.

    What is no file that lies somewhere, such as standard input and pipes, is judged as in the current folder.
    """

    def __init__(self, settings: Settings | Projects) -> None:
        self._settings = settings
        self._numbers: dict[int, int] = {}
        self.listed: list[Settings] = []

    def files(self, files: Iterable[File]) -> tuple[File, ...]:
        """The files, each `under` the number of its settings. Raises SettingsError."""
        numbered = ((file, self._number(self._of(file.path, found=file.sought))) for file in files)
        return tuple(file if number == file.under else replace(file, under=number) for file, number in numbered)

    def number(self, path: Path | None) -> int:
        """The number of the settings of what lies at a path. Raises SettingsError."""
        return self._number(self._of(path))

    def _number(self, its: Settings) -> int:
        number = self._numbers.setdefault(id(its), len(self.listed))
        if number == len(self.listed):
            self.listed.append(its)
        return number

    def _of(self, path: Path | None, *, found: bool = False) -> Settings:
        """The settings of what lies at a path; what was `found` in a folder is known to be a file."""
        if isinstance(self._settings, Settings):
            return self._settings
        if path is None or not (found or os.path.isfile(path) or os.path.isdir(path)):
            return self._settings.here()
        return self._settings.settings_for(path)


def swallowed(arguments: Sequence[str], found: Found, settings: Settings | Projects) -> list[Trouble]:
    """A trouble where nothing is left to judge of folders or patterns, because a project file excludes it all."""
    if isinstance(settings, Settings) or found.files or all(map(os.path.isfile, arguments)):
        return []
    told = [(project.file, project.place_of("exclude")) for project in settings.excluding]
    message = "this leaves out all that was to be checked: give --no-project-file, or other patterns"
    return [Trouble(near(file).as_posix(), *place, message, fatal=True) for file, place in told if file]

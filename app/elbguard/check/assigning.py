"""Which settings each file is judged by: the same for all, or those of the project that it belongs to."""

import os
from collections.abc import Sequence
from dataclasses import replace

from elbguard.check.files import File, Found
from elbguard.project import near
from elbguard.projects import Projects
from elbguard.report.model import Trouble
from elbguard.settings import Settings


def assigned(files: Sequence[File], settings: Settings | Projects) -> tuple[list[File], list[Settings]]:
    """The files, each `under` the number of its settings in the list beside. Raises SettingsError.

    What is no file that lies somewhere, such as standard input and pipes, is judged as in the current folder.
    """
    if isinstance(settings, Settings):
        return list(files), [settings]
    numbers: dict[int, int] = {}
    listed: list[Settings] = []
    placed: list[File] = []
    for file in files:
        path = file.path if file.path and os.path.isfile(file.path) else None
        its = settings.settings_for(path) if path else settings.here()
        number = numbers.setdefault(id(its), len(listed))
        if number == len(listed):
            listed.append(its)
        placed.append(replace(file, under=number))
    return placed, listed


def swallowed(arguments: Sequence[str], found: Found, settings: Settings | Projects) -> list[Trouble]:
    """A trouble where nothing is left to judge of folders or patterns, because a project file excludes it all."""
    if isinstance(settings, Settings) or found.files or all(map(os.path.isfile, arguments)):
        return []
    told = [(project.file, project.place_of("exclude")) for project in settings.excluding]
    message = "this leaves out all that was to be checked: give --no-project-file, or other patterns"
    return [Trouble(near(file).as_posix(), *place, message, fatal=True) for file, place in told if file]

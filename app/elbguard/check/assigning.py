"""Which settings each file is judged by: one's own for all, or those of the project it belongs to."""

import os
from collections.abc import Sequence
from dataclasses import replace

from elbguard.check.files import File
from elbguard.projects import Projects
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

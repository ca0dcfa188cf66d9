"""The settings by which a document is judged: the project file's, and above them what the editor was told."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from elbguard.editor.opened import Opened
from elbguard.project import Project, near
from elbguard.projects import Projects
from elbguard.settings import Settings
from elbguard.settings_mistakes import SettingsError
from elbguard.settings_text import parsed

_SECTION: Final = "elbguard"
_PLACE: Final = re.compile(r"(.+?\.ya?ml)(?::(\d+):(\d+))?: (.*)", re.DOTALL)


@dataclass(frozen=True)
class Misconfigured:
    """A mistake in settings: the file, None where the editor or a flag gave them, its place from 1, and a sentence."""

    file: Path | None
    line: int
    column: int
    sentence: str


@dataclass(frozen=True)
class Chosen:
    """The settings for a document, and what is wrong with them; what is wrong does not count.

    `excluded`: the document is one of those that are left out. `file` is the project file, if there is one.
    """

    settings: Settings
    file: Path | None = None
    excluded: bool = False
    mistakes: tuple[Misconfigured, ...] = ()


@dataclass
class Configuring:
    """Finds the settings for documents.

    `given` are flags of the command, by the names of the settings' fields; `config` is the file that stands in the
    place of all project files, if one was named.
    """

    given: Mapping[str, Any]
    config: Path | None = None
    _options: dict[str, Any] = field(default_factory=dict)
    _asked: dict[str, Any] = field(default_factory=dict)

    def start_with(self, options: Any) -> None:
        """Take the initializationOptions."""
        self._options = _named(options)

    def take(self, settings: Any) -> None:
        """Take what workspace/configuration or didChangeConfiguration says; it stands above all else."""
        self._asked = _named(settings)

    def of(self, opened: Opened) -> Chosen:
        """The settings for a document as the files on disk are now."""
        try:
            projects = Projects(self._above, self.config, otherwise=opened.folder)
            if opened.path is None:
                return Chosen(projects.here())
            project = projects.of(opened.path)
            settings = projects.settings_for(opened.path)
            return Chosen(settings, project.file, _is_excluded(opened.path, projects, project))
        except SettingsError as error:
            return self._without_file(error)
        except (OSError, ValueError):
            return self._without_file(SettingsError())

    def mistakes_in(self, opened: Opened) -> tuple[Misconfigured, ...]:
        """What is wrong with a project file as it is typed."""
        file = opened.path or Path()
        try:
            Project({}, parsed(near(file), opened.text.encode("utf-8", "replace")), file)
        except SettingsError as error:
            return tuple(map(_misconfigured, error.mistakes))
        return ()

    @property
    def _above(self) -> dict[str, Any]:
        """What stands above a project file."""
        return {**self.given, **self._options, **self._asked}

    def _without_file(self, error: SettingsError) -> Chosen:
        """The settings as far as they can be understood without the project file."""
        mistakes = tuple(map(_misconfigured, error.mistakes))
        file = next((each.file for each in mistakes if each.file), None)
        for given in (self._above, self.given):
            try:
                return Chosen(Projects(given, wanted=False).here(), file, mistakes=mistakes)
            except SettingsError:
                continue
        return Chosen(Settings(), file, mistakes=mistakes)


def _is_excluded(path: Path, projects: Projects, project: Project) -> bool:
    """Whether a project file leaves out a document, or a folder that it lies in."""
    if project.file is None:
        return False
    base = Path(os.path.abspath(project.base))
    folders = [each for each in path.parents if each.is_relative_to(base) and each != base]
    return projects.says(str(path), folder=False) or any(projects.says(str(each), folder=True) for each in folders)


def _named(settings: Any) -> dict[str, Any]:
    """What an editor says, by the names of our fields; some put it under our name."""
    if isinstance(settings, list | tuple):
        settings = settings[0] if settings else None
    if isinstance(settings, Mapping) and isinstance(settings.get(_SECTION), Mapping):
        settings = settings[_SECTION]
    if not isinstance(settings, Mapping):
        return {}
    return {str(name).replace("-", "_"): value for name, value in settings.items()}


def _misconfigured(sentence: str) -> Misconfigured:
    place = _PLACE.match(sentence)
    if place is None:
        return Misconfigured(None, 1, 1, sentence)
    return Misconfigured(Path(os.path.abspath(place[1])), int(place[2] or 1), int(place[3] or 1), place[4])

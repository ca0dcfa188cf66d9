"""The projects of all manifests that are checked, or open in an editor: each file read once."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from elbguard.languages import Language
from elbguard.project import Project, is_top, near, project_file
from elbguard.settings import Settings
from elbguard.settings_mistakes import SettingsError
from elbguard.settings_text import parsed, read


class Projects:
    """Finds the project of each path that is asked about.

    `given` is what flags and environment gave, which stands above every file. `config` names one file for all paths;
    without it the file of each path is looked for, if that is `wanted`, and where there is none the one of the folder
    `otherwise`, which is the current one. Without `suppressions` a file that was found hides nothing.

    Raises SettingsError, when it is made for what is wrong with `given` and `config`, else when it is asked.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        config: Path | None = None,
        *,
        wanted: bool = True,
        otherwise: Path | None = Path(),
        elsewhere: Iterable[str] = (),
        suppressions: bool = True,
    ) -> None:
        self._given, self._elsewhere, self._suppressions = given, tuple(elsewhere), suppressions
        self._wanted, self._otherwise, self._config = wanted and config is None, otherwise, config
        self._none = self._read(config, suppressions=True) if config else self._without()
        self._known: dict[str, Path | None] = {}
        self._by_file: dict[Path, Project] = {}
        self._by_folder: dict[str, Project] = {}
        self.used: dict[Project, None] = {}  # those that were asked for settings, or left something out
        self.excluding: dict[Project, None] = {}  # those that left something out, where no flag says what

    def here(self) -> Settings:
        """The settings of what has no path, such as standard input: those of the current folder."""
        return self._taken(self._of_folder(os.path.abspath(self._otherwise or os.curdir))).top

    @property
    def lang(self) -> Language:
        """The language of what is said about all: the one that all who were asked want, else the current folder's."""
        wanted = {project.top.lang for project in self.used}
        return (
            wanted.pop()
            if len(wanted) == 1
            else self._of_folder(os.path.abspath(self._otherwise or os.curdir)).top.lang
        )

    def settings_for(self, path: Path) -> Settings:
        """The settings by which the manifest at a path is judged; it need not be there."""
        return self._taken(self.of(path)).settings_for(path)

    def of(self, path: Path) -> Project:
        """The project that a path belongs to."""
        return self._of_folder(os.path.dirname(os.path.abspath(path)))

    def says(self, path: str, *, folder: bool) -> bool:
        """Whether an absolute path is left out by its project, or its project's folder by one above that."""
        project: Project | None = self._of_folder(os.path.dirname(path))
        while project:
            if project.excluded and project.excluded.says(path, folder=folder):
                self._taken(project)
                if project.file and not self._given.get("exclude") and project is not self._none:
                    self.excluding[project] = None
                return True
            path, folder = str(project.base), True
            project = self._above(project)
        return False

    def files(self) -> list[str]:
        """The files that settings were taken from, in forward slashes."""
        return [near(project.file).as_posix() for project in self.used if project.file]

    def notes(self, arguments: Iterable[str] = ()) -> Iterator[str]:
        """What is said of the files that were found by themselves, and of patterns that nothing matches.

        Of patterns only where all is looked through that they are about: `arguments` are what was to be checked.
        """
        for project in self.used:
            if project.file and project is not self._none:
                yield f"{near(project.file)}: note: settings are taken from this file"
                if project.disregarded:
                    names = " and ".join(project.disregarded)
                    yield f"{near(project.file)}: note: --no-suppressions disregards its {names}"
        folders = [Path(os.path.abspath(each)) for each in arguments if os.path.isdir(each)]
        for project in self.used:
            base = Path(os.path.abspath(project.base))
            if any(base.is_relative_to(folder) for folder in folders):
                yield from project.unmatched()

    def _taken(self, project: Project) -> Project:
        self.used[project] = None
        return project

    def _of_folder(self, folder: str) -> Project:
        if not self._wanted:
            return self._none
        if folder not in self._by_folder:
            file = project_file(Path(folder), self._known)
            if file is None and self._otherwise is not None:
                file = project_file(self._otherwise, self._known)
            self._by_folder[folder] = self._found(file)
        return self._by_folder[folder]

    def _above(self, project: Project) -> Project | None:
        """The project in whose folders that of another lies."""
        if not self._wanted or project.file is None or is_top(str(project.base)):
            return None
        file = project_file(project.base.parent, self._known)
        return self._found(file) if file else None

    def _found(self, file: Path | None) -> Project:
        if file is None:
            return self._none
        if file not in self._by_file:
            if not file.is_file():
                raise SettingsError(f"{near(file)}: {_oddity(file)}: a project file is a text")
            self._by_file[file] = self._read(file, suppressions=self._suppressions)
        return self._by_file[file]

    def _read(self, file: Path, *, suppressions: bool) -> Project:
        named = file if file == self._config else near(file)
        text = parsed(named, read(named))
        return Project(self._given, text, file, self._elsewhere, suppressions=suppressions)

    def _without(self) -> Project:
        return Project(self._given, None, None, self._elsewhere)


def _oddity(file: Path) -> str:
    """Why a file that is there cannot be read as one."""
    if not file.exists():
        return "is a link to nothing"
    return "is a folder" if file.is_dir() else "is no regular file"

"""The project file: settings that lie in a repository, found by whoever checks its manifests.

The nearest file counts, alone: from the folder of a manifest upwards to the root of its Git work tree. What others
above it say counts only where they leave that folder out. In a file, what `clusters` says about a path stands above
what is said at its top; where several patterns match, all count, and of each setting the last word.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from elbguard.branches import branches
from elbguard.settings import Settings, validated
from elbguard.settings_mistakes import SettingsError
from elbguard.settings_text import SettingsText, parsed, read

NAMES: Final = (".elbguard.yaml", ".elbguard.yml")
_GIT: Final = ".git"


def project_file(folder: Path) -> Path | None:
    """The project file of a folder: in it, or in the nearest parent that has one; None without one.

    Looked into are its parents up to the root of the Git work tree, outside of one up to the user's home or the root of
    the file system. A folder that everybody may write into, such as /tmp, is not looked into, nor one above it.
    Raises SettingsError for two files in one folder.
    """
    return next((file for each in _looked_into(folder) if (file := _in(each))), None)


def _looked_into(folder: Path) -> Iterator[Path]:
    home = os.path.expanduser("~")
    here = Path(os.path.abspath(folder))
    for each in (here, *here.parents):
        if _is_everybodys(each):
            return
        yield each
        if os.path.lexists(each / _GIT) or str(each) == home:
            return


def _is_everybodys(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & stat.S_IWOTH) and hasattr(os, "getuid")
    except OSError:
        return False


def _in(folder: Path) -> Path | None:
    found = [folder / name for name in NAMES if os.path.lexists(folder / name)]
    if len(found) > 1:
        raise SettingsError(f"{found[0]}: lies beside {found[1].name}: keep one of the two")
    return found[0] if found else None


class Project:
    """What one file says, below what flags and environment gave; `file` is None where there is none.

    Raises SettingsError when it is made, for all mistakes in it at once.
    """

    def __init__(
        self, given: Mapping[str, Any], document: SettingsText | None, base: Path, elsewhere: Iterable[str] = ()
    ) -> None:
        self.file: Final = document.file if document else None
        self.base: Final = base  # the folder from which its patterns count
        self._given, self._document, self._elsewhere = given, document, tuple(elsewhere)
        self._branches, mistakes = branches(document) if document else ((), ())
        self._made: dict[tuple[int, ...], Settings] = {}
        every: dict[str, None] = dict.fromkeys(mistakes)
        for matched in ((), *((number,) for number in range(len(self._branches)))):
            try:
                self._settings(matched)
            except SettingsError as error:
                every |= dict.fromkeys(error.mistakes)
        if every:
            raise SettingsError(*every)

    @cached_property
    def top(self) -> Settings:
        """What holds for a path of which nothing else is said."""
        return self._settings(())

    def settings_for(self, path: Path) -> Settings:
        """The settings by which a manifest is judged."""
        return self._settings(self.matching(path))

    def matching(self, path: Path) -> tuple[int, ...]:
        """The numbers of the patterns that a path matches."""
        absolute = os.path.abspath(path)
        return tuple(number for number, each in enumerate(self._branches) if each.matches(absolute))

    def _settings(self, matched: tuple[int, ...]) -> Settings:
        if matched not in self._made:
            document = self._document
            for number in matched:
                document = document and self._branches[number].over(document)
            self._made[matched] = validated(self._given, document, self._elsewhere)
        return self._made[matched]


class Projects:
    """The projects of all paths that are asked about, each file read once.

    `given` is what flags and environment gave, which stands above every file. `config` names one file for all paths;
    without it the file of each path is looked for where that is `wanted`. Both raise SettingsError when asked.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        config: Path | None = None,
        *,
        wanted: bool = True,
        elsewhere: Iterable[str] = (),
    ) -> None:
        self._given, self._wanted, self._elsewhere = given, wanted, tuple(elsewhere)
        self._named = self._read(config) if config else None
        self._by_folder: dict[str, Project] = {}
        self._by_file: dict[Path | None, Project] = {}

    def settings_for(self, path: Path) -> Settings:
        """The settings by which the manifest at a path is judged; it need not be there."""
        return self.of(path).settings_for(path)

    def of(self, path: Path) -> Project:
        """The project that a path belongs to."""
        if self._named:
            return self._named
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._by_folder:
            file = project_file(Path(folder)) if self._wanted else None
            if file not in self._by_file:
                self._by_file[file] = self._found(file)
            self._by_folder[folder] = self._by_file[file]
        return self._by_folder[folder]

    def _found(self, file: Path | None) -> Project:
        if file is None:
            return Project(self._given, None, Path(), self._elsewhere)
        if not file.is_file():
            raise SettingsError(f"{file}: {_why_not(file)}: a project file is a text")
        return self._read(file)

    def _read(self, file: Path) -> Project:
        return Project(self._given, parsed(file, read(file)), file.parent, self._elsewhere)


def _why_not(file: Path) -> str:
    """Why a file that is there cannot be read as one."""
    if not file.exists():
        return "is a link to nothing"
    return "is a folder" if file.is_dir() else "is no regular file"

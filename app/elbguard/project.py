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

from elbguard.branches import Branch, branches
from elbguard.check.gitignore import BadPattern, Patterns, patterns
from elbguard.settings import Settings, validated
from elbguard.settings_mistakes import BY_PATH, SettingsError, written
from elbguard.settings_text import SettingsText
from elbguard_rules.core.problem import Severity

NAMES: Final = (".elbguard.yaml", ".elbguard.yml")
_GIT: Final = ".git"
_SHARED: Final = stat.S_IWOTH | getattr(stat, "S_ISVTX", 0)  # the mode of /tmp


def project_file(folder: Path, known: dict[str, Path | None] | None = None) -> Path | None:
    """The project file of a folder: in it, or in the nearest parent that has one; None without one.

    Looked into are its parents up to the root of the Git work tree; outside of one up to the user's home, or the root
    of the file system. A folder where everybody leaves files, such as /tmp, is not looked into, nor is what is above
    it. What was found out is added to `known`. Raises SettingsError for two files in one folder.
    """
    known = {} if known is None else known
    here = os.path.abspath(folder)
    asked: list[str] = []
    found: Path | None = None
    while here not in known:
        if _is_shared(here):
            break
        asked.append(here)
        found = _in(Path(here))
        if found or is_top(here):
            break
        here = os.path.dirname(here)
    found = found or known.get(here)
    known.update(dict.fromkeys(asked, found))
    return found


def is_top(folder: str) -> bool:
    """Whether nothing is looked for above a folder: it is the root of a work tree, the user's home, or the root."""
    ends = (os.path.expanduser("~"), os.path.dirname(folder))
    return folder in ends or os.path.lexists(os.path.join(folder, _GIT))


def _is_shared(folder: str) -> bool:
    try:
        return os.stat(folder).st_mode & _SHARED == _SHARED
    except OSError:
        return False


def _in(folder: Path) -> Path | None:
    found = [folder / name for name in NAMES if os.path.lexists(folder / name)]
    if len(found) > 1:
        raise SettingsError(f"{near(found[0])}: lies beside {found[1].name}: keep one of the two")
    return found[0] if found else None


def near(file: Path) -> Path:
    """A file as it is named from the current folder, where it lies in it."""
    here = Path(os.path.abspath(os.curdir))
    return file.relative_to(here) if file.is_relative_to(here) else file


def _unmatched(branch: Branch) -> str:
    return f"{branch.place}: note: {written((BY_PATH, branch.pattern))}: no manifest matches this pattern"


class Project:
    """What one file says, below what flags and environment gave; `file` is None where there is none.

    `base` is the folder from which its patterns count. Without `suppressions` it hides nothing: what it ignores,
    excludes or takes less seriously is judged all the same. Raises SettingsError when it is made, for all mistakes.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        text: SettingsText | None,
        file: Path | None,
        elsewhere: Iterable[str] = (),
        *,
        suppressions: bool = True,
    ) -> None:
        self.file: Final = file
        self.base: Final = file.parent if file else Path()
        self._given, self._text, self._elsewhere = given, text, tuple(elsewhere)
        self._suppressions = suppressions
        self.disregarded: dict[str, None] = {}
        self._met: set[int] = set()
        self._made: dict[tuple[int, ...], Settings] = {}
        self.branches, mistakes = branches(text, self.base) if text else ((), ())
        every = dict.fromkeys(mistakes)
        for matched in ((), *((number,) for number in range(len(self.branches)))):
            try:
                self._settings(matched)
            except SettingsError as error:
                every |= dict.fromkeys(error.mistakes)
        if not every:
            every |= dict.fromkeys(self._wrong_patterns())
        if every:
            raise SettingsError(*every)

    @cached_property
    def top(self) -> Settings:
        """What holds for a path of which nothing else is said."""
        return self._settings(())

    @cached_property
    def excluded(self) -> Patterns | None:
        """The patterns of what is left out; those of a flag count from the current folder."""
        base = Path() if self._given.get("exclude") else self.base
        return patterns(str(base), self.top.exclude) if self.top.exclude else None

    def settings_for(self, path: Path) -> Settings:
        """The settings by which a manifest is judged."""
        if not self.branches:
            return self.top
        absolute = os.path.abspath(path)
        matched = tuple(number for number, each in enumerate(self.branches) if each.matches(absolute))
        self._met.update(matched)
        return self._settings(matched)

    def by_pattern(self) -> Iterator[tuple[str, Settings]]:
        """What holds at the top, and what where one pattern alone matches."""
        yield "", self.top
        for number, each in enumerate(self.branches):
            yield each.pattern, self._settings((number,))

    def unmatched(self) -> list[str]:
        """A sentence for each pattern that none of the paths matched which were asked about."""
        return [_unmatched(each) for number, each in enumerate(self.branches) if number not in self._met]

    def place_of(self, name: str) -> tuple[int, int]:
        """The line and the column of a setting of the file."""
        return self._text.position((name,), name=True) if self._text else (0, 0)

    def _settings(self, matched: tuple[int, ...]) -> Settings:
        if matched not in self._made:
            text = self._text
            for number in matched:
                text = text and self.branches[number].over(text)
            settings = validated(self._given, text, self._elsewhere)
            self._made[matched] = settings if self._suppressions else self._unsuppressed(settings)
        return self._made[matched]

    def _unsuppressed(self, settings: Settings) -> Settings:
        louder = {rule: level for rule, level in settings.severity.items() if level is Severity.ERROR}
        quiet: dict[str, Any] = {"ignore": (), "exclude": (), "severity": louder}
        gone = {n: v for n, v in quiet.items() if not self._given.get(n) and getattr(settings, n) != v}
        self.disregarded |= dict.fromkeys(gone)
        return settings.model_copy(update=gone)

    def _wrong_patterns(self) -> Iterable[str]:
        for number, pattern in enumerate(self.top.exclude):
            try:
                patterns(str(self.base), [pattern])
            except BadPattern as error:
                sentence = f"exclude[{number}]: {error}"
                ours = self._text is None or self._given.get("exclude")
                yield sentence if ours or not self._text else self._text.told(("exclude", number), sentence)

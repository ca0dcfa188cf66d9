"""Folders walked for manifests: what is read in them, and what is passed over."""

import fnmatch
import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from elbguard import project
from elbguard.check.gitignore import Ignored, above
from elbguard.report.model import Trouble

SUFFIXES: Final = (".yaml", ".yml", ".json")
NOTICED: Final = (".tf", ".tofu")  # endings of files that are no manifests, and worth a word
BARE: Final = "Kustomization"  # a kustomization without an ending
_PACKAGES: Final = ("node_modules",)
_VIRTUAL: Final = "pyvenv.cfg"  # lies in the root of a virtual environment of Python
_DEEP: Final = "**"


class Excluding(Protocol):
    """The operator's word about what is left out."""

    def says(self, path: str, *, folder: bool) -> bool | None:
        """Whether an absolute path is left out."""


@dataclass
class Walk:
    """Walks folders as an operator wants it: only regular files are read, and links are followed once.

    Passed over are what `excluded` says, what Git ignores (unless `heeds_git` is false), folders whose name begins
    with a dot, and packages of others. `left_out` has what a pattern of Git's or the operator's was about,
    `troubles` what could not be looked into (fatal) or is no file (not fatal). `unseen` has what a file in the tree
    leaves out, not the operator: what Git ignores, virtual environments. `noticed` has files that are met and not read
    as manifests: configurations of Terraform, kustomizations without an ending.
    """

    excluded: Excluding | None = None
    heeds_git: bool = True
    troubles: list[Trouble] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    noticed: list[str] = field(default_factory=list)
    noted: int = 0  # how often something was left out, or trouble, or noticed

    def files(self, top: str) -> Iterator[str]:
        """The manifests in a folder and below it, a folder's own before those of its subfolders."""
        for folder, entries in self.folders(top):
            for entry in entries:
                if is_noticed(entry.name):
                    self.notice(os.path.join(folder, entry.name))
                elif entry.name.lower().endswith(SUFFIXES) and entry.name not in project.NAMES:
                    path = os.path.join(folder, entry.name)
                    if _is_file(entry) or self.is_file(path):
                        yield path

    def folders(self, top: str) -> Iterator[tuple[str, list["os.DirEntry[str]"]]]:
        """A folder and all below it, each with what is in it and not left out; a folder with two names is met once."""
        seen: set[tuple[int, int]] = set()
        waiting = [(top, above(top) if self.heeds_git else None)]
        while waiting:
            folder, ignored = waiting.pop()
            try:
                status = os.stat(folder)
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                self._trouble(folder, f"cannot be read: {error.strerror or error}", fatal=True)
                continue
            absolute = os.path.abspath(folder)
            ignored = ignored and ignored.within(absolute)
            kept = [entry for entry in entries if not self._passes(folder, absolute, entry, ignored)]
            yield folder, kept
            below = [os.path.join(folder, entry.name) for entry in kept if _is_folder(entry)]
            foreign = set(filter(_is_foreign, below))
            self.unseen |= foreign
            waiting += [(path, ignored) for path in reversed(below) if path not in foreign]

    def matches(self, pattern: str) -> Iterator[str]:
        """The files and folders that a pattern with *, ?, [] and ** stands for."""
        parts = os.path.normpath(pattern).split(os.sep)
        return self._matching(os.sep if parts[0] == "" else "", parts[1:] if parts[0] == "" else parts)

    def excludes(self, path: str, *, folder: bool = False) -> bool:
        """Whether the operator's patterns leave a path out."""
        if not self._is_excluded(os.path.abspath(path), folder=folder):
            return False
        self._leave_out(path)
        return True

    def _is_excluded(self, absolute: str, *, folder: bool) -> bool:
        return self.excluded is not None and bool(self.excluded.says(absolute, folder=folder))

    def is_file(self, path: str) -> bool:
        """Whether there is a regular file, or a link to one; if not, that is said."""
        if os.path.isfile(path):
            return True
        if not os.path.isdir(path):
            dangling = os.path.islink(path) and not os.path.exists(path)
            self._trouble(
                path, "a link to nothing, skipped" if dangling else "not a regular file, skipped", fatal=False
            )
        return False

    def _matching(self, base: str, parts: list[str]) -> Iterator[str]:
        if not parts:
            yield base
            return
        head, rest = parts[0], parts[1:]
        if head == _DEEP:
            yield from self._deep(base, rest)
        else:
            for name in _names(base or os.curdir, head):
                yield from self._matching(os.path.join(base, name), rest)

    def _deep(self, base: str, parts: list[str]) -> Iterator[str]:
        """What matches in a folder or anywhere below it, without what a walk passes over."""
        while parts[:1] == [_DEEP]:
            parts = parts[1:]
        if not parts:
            yield base or os.curdir
        elif os.path.isdir(base or os.curdir):
            head, rest = parts[0], parts[1:]
            for folder, entries in self.folders(base or os.curdir):
                here = "" if folder == os.curdir else os.path.normpath(folder)
                met = _names(folder, head)
                if not head.startswith("."):  # a hidden folder is met where it is named
                    kept = {entry.name for entry in entries}
                    met = [name for name in met if name in kept]
                for name in met:
                    yield from self._matching(os.path.join(here, name), rest)

    def _passes(self, folder: str, absolute: str, entry: "os.DirEntry[str]", ignored: Ignored | None) -> bool:
        """Whether a walk passes over what it finds in a folder, whose path is also given as an `absolute` one."""
        is_folder = _is_folder(entry)
        if is_folder and (entry.name.startswith(".") or entry.name in _PACKAGES):
            return True
        if not is_folder and not (entry.name.lower().endswith(SUFFIXES) or is_noticed(entry.name)):
            return False  # read only where a pattern asks for it
        path = os.path.join(absolute, entry.name)
        if self._is_excluded(path, folder=is_folder):
            self._leave_out(os.path.join(folder, entry.name))
            return True
        if ignored and ignored.files and ignored.ignores(path, folder=is_folder):
            self._leave_out(os.path.join(folder, entry.name))
            self.unseen.add(os.path.join(folder, entry.name))
            return True
        return False

    def notice(self, path: str) -> None:
        """Keep the path of what is no manifest, and worth a word."""
        if os.path.isfile(path):
            self.noted += 1
            self.noticed.append(path)

    def _leave_out(self, path: str) -> None:
        self.noted += 1
        self.left_out.add(path)

    def _trouble(self, path: str, message: str, *, fatal: bool) -> None:
        self.noted += 1
        self.troubles.append(Trouble(Path(path).as_posix(), 0, 0, message, fatal))


def is_noticed(name: str) -> bool:
    """Whether a file is no manifest by its name, and worth a word."""
    return name.endswith(NOTICED) or name == BARE


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_file(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_foreign(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, _VIRTUAL))


def _names(folder: str, pattern: str) -> list[str]:
    """What is in a folder and matches; what begins with a dot only where the pattern does."""
    if not glob.has_magic(pattern):
        return [pattern] if os.path.lexists(os.path.join(folder, pattern)) else []
    try:
        found = sorted(os.listdir(folder))
    except OSError:
        return []
    hidden = pattern.startswith(".")
    return [name for name in fnmatch.filter(found, pattern) if hidden or not name.startswith(".")]

"""What the .gitignore files of a Git work tree leave out, found where the tree is walked."""

import os
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from elbguard_rules.core.record import record

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NAME: Final = ".gitignore"
_GIT: Final = ".git"


class BadPattern(ValueError):
    """A pattern that cannot be read; one sentence says which."""


@record
class Patterns:
    """Patterns as in a .gitignore file that lies in the folder `base`, an absolute path."""

    base: str
    spec: "GitIgnoreSpec"

    def says(self, path: str, *, folder: bool) -> bool | None:
        """Whether an absolute path is left out; None where no pattern is about it."""
        if os.path.commonpath((self.base, path)) != self.base:
            return None
        inside = os.path.relpath(path, self.base).replace(os.sep, "/")
        return self.spec.check_file(f"{inside}/" if folder else inside).include


def patterns(base: str, lines: Iterable[str]) -> Patterns:
    """Patterns that count from a folder. Raises BadPattern."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - a check without such patterns need not wait for it

    listed = list(lines)
    try:
        return Patterns(os.path.abspath(base), GitIgnoreSpec.from_lines(listed))
    except (ValueError, re.error):
        wrong = next((line for line in listed if not _readable(line)), "")
        raise BadPattern(f"{wrong!r} is no pattern: write it as in a .gitignore file") from None


def _readable(line: str) -> bool:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - as above

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


@record
class Ignored:
    """What Git ignores in a folder of a work tree: the files that say so, of which the deepest wins."""

    files: tuple[Patterns, ...] = ()
    in_work_tree: bool = False

    def within(self, folder: str) -> "Ignored":
        """The same with what a folder below says; a work tree inside another is one of its own."""
        begins = os.path.lexists(os.path.join(folder, _GIT))
        if not (begins or self.in_work_tree):
            return self
        known = _read(folder, os.path.join(folder, _GIT, "info", "exclude")) if begins else self.files
        return Ignored((*known, *_read(folder, os.path.join(folder, _NAME))), in_work_tree=True)

    def ignores(self, path: str, *, folder: bool) -> bool:
        """Whether Git ignores an absolute path, none of whose parents it ignores."""
        answers = (each.says(path, folder=folder) for each in reversed(self.files))
        return next((answer for answer in answers if answer is not None), False)


def above(folder: str) -> Ignored:
    """What the parents of a folder say about what is in it; nothing about one that is ignored itself: it was named."""
    path = os.path.abspath(folder)
    parents = [path]
    while not os.path.lexists(os.path.join(parents[-1], _GIT)):
        parent = os.path.dirname(parents[-1])
        if parent == parents[-1]:
            return Ignored()
        parents.append(parent)
    ignored = Ignored()
    for parent, child in pairwise(reversed(parents)):
        ignored = ignored.within(parent)
        if ignored.ignores(child, folder=True):
            return Ignored(in_work_tree=True)
    return ignored


def _read(base: str, file: str) -> tuple[Patterns, ...]:
    """The patterns of a file that count from a folder; a line that Git could not read either is passed over."""
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return ()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return ()
    try:
        return (patterns(base, lines),)
    except BadPattern:
        return (patterns(base, filter(_readable, lines)),)

"""Rewriting a file: whole or not at all, and only if nobody else wrote it meanwhile."""

import os
import shutil
from errno import ENODATA, ENOTSUP
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

_GIVEN: Final = ("system.posix_acl_access",)  # what a folder may give a new file that the old one has not
_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class CannotRewrite(Exception):
    """The file stays as it is; one sentence says why."""


def rewrite(path: Path, before: str, after: str, within: str = "") -> None:
    """Replace the content of a file, in the encoding that it has.

    Its owner, group, mode and attributes stay, and so does a link to it. `within` is the folder that was given: what
    is reached by a link that leaves it stays as it is.

    Raises CannotRewrite.
    """
    target = Path(os.path.realpath(path))
    if within and not target.is_relative_to(os.path.realpath(within)):
        raise CannotRewrite(f"is a link to {target}, outside of the folder given: nothing is written; name that file")
    try:
        data = target.read_bytes()
        mark = data[:2] if data[:2] in _MARKS else b""
        encoding = _MARKS.get(mark, "utf-8")
        if data != mark + before.encode(encoding):
            raise CannotRewrite("was changed by someone else meanwhile: nothing is written")
        _replace(target, mark + after.encode(encoding))
    except OSError as error:
        raise CannotRewrite(f"cannot be written: {error.strerror or error}") from None


def _replace(target: Path, data: bytes) -> None:
    if not os.access(target, os.W_OK):
        raise CannotRewrite("cannot be written: it is read-only")
    names = target.stat().st_nlink
    if names > 1:
        raise CannotRewrite(f"has {names} names (hard links), and only one of them would change: nothing is written")
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as stream:
        try:
            stream.write(data)
            stream.flush()
            _take_after(Path(stream.name), target)
            os.fsync(stream.fileno())  # or a crash could leave the name with nothing behind it
            os.replace(stream.name, target)
        except BaseException:
            os.unlink(stream.name)
            raise
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """Have the new name of a file on disk, where a folder can be asked for that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return  # written it is
    try:
        os.fsync(opened)
    except OSError:
        pass
    finally:
        os.close(opened)


def _take_after(new: Path, old: Path) -> None:
    """Give a file the owner, group, mode and extended attributes (access lists among them) of another.

    Raises CannotRewrite where that is not allowed: who owns a file is not for us to change.
    """
    known, made = old.stat(), new.stat()
    try:
        if (known.st_uid, known.st_gid) != (made.st_uid, made.st_gid):
            os.chown(new, known.st_uid, known.st_gid)
        shutil.copymode(old, new)
        _copy_attributes(old, new)
    except PermissionError:
        raise CannotRewrite("cannot be written so that owner, group and attributes stay: nothing is written") from None


def _copy_attributes(old: Path, new: Path) -> None:
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(old)
    except OSError as error:
        if error.errno in (ENOTSUP, ENODATA):
            return
        raise
    for name in set(os.listxattr(new)).intersection(_GIVEN) - set(names):
        os.removexattr(new, name)
    for name in names:
        value = os.getxattr(old, name)
        if name not in os.listxattr(new) or os.getxattr(new, name) != value:
            os.setxattr(new, name, value)

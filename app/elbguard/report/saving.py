"""Saving a report: whole or not at all, so that nobody reads half of one and a full disk costs none."""

import os
import secrets
import stat
from errno import EACCES, EBUSY, EPERM, EROFS
from pathlib import Path
from typing import Final

_NOT_REPLACED: Final = (EACCES, EBUSY, EPERM, EROFS)  # what the folder, or a mount, says; the file may be writable


def save(data: bytes, file: Path) -> None:
    """Write a file, or write it over; one that is there keeps its mode. Raises OSError, or ValueError for the name.

    What is not a plain file of ours with one name (a pipe, a link, /dev/stdout), or cannot be replaced (a single file
    that a container has mounted), is written in place.
    """
    known = _status(file)
    if known is not None and not (stat.S_ISREG(known.st_mode) and known.st_nlink == 1 and os.access(file, os.W_OK)):
        file.write_bytes(data)
        return
    scratch = file.with_name(f".elbguard-{secrets.token_hex(8)}")
    try:
        with scratch.open("xb") as stream:
            if known is not None:
                _take_after(scratch, known)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())  # or a crash could leave the name with nothing behind it
        scratch.replace(file)
    except OSError as error:
        if known is None or error.errno not in _NOT_REPLACED:
            raise
        file.write_bytes(data)
    finally:
        scratch.unlink(missing_ok=True)


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.lstat()
    except FileNotFoundError:
        return None


def _take_after(scratch: Path, known: os.stat_result) -> None:
    """Give a new file the mode of the old one. Raises PermissionError where the old one is another's."""
    made = scratch.stat()
    if (made.st_uid, made.st_gid) != (known.st_uid, known.st_gid):
        os.chown(scratch, known.st_uid, known.st_gid)
    scratch.chmod(stat.S_IMODE(known.st_mode))

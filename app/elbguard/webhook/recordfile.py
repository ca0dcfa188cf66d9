"""The file of a recording: bounded, readable by its owner only, whole lines whoever else writes into it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MODE: Final = 0o600
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


class RecordFile:
    """Appends lines to `path`; at `largest` bytes it becomes `path` with .1 behind it, in place of the one before.

    Several processes may write to it: each holds a lock on the file while it writes a line or moves the file away.
    """

    def __init__(self, path: Path, largest: int) -> None:
        self._path, self._largest = path, largest
        self._older = path.with_name(path.name + ".1")
        self._file: int | None = None

    def append(self, line: bytes) -> None:
        """Write a line, all of it or nothing. Raises OSError."""
        while not self._is_appended(line):
            self.close()  # it was moved away

    def _is_appended(self, line: bytes) -> bool:
        file = self._opened()
        with _locked(file):
            if not self._is_still_there(file):
                return False
            size = os.fstat(file).st_size
            if size and size + len(line) > self._largest:
                self._path.replace(self._older)
                return False
            self._write(file, line, size)
        return True

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is None:
            file = os.open(self._path, _FLAGS, MODE)
            if not stat.S_ISREG(os.fstat(file).st_mode):
                os.close(file)
                raise OSError(0, "is no regular file")
            self._file = file
        return self._file

    def _is_still_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(file))
        except FileNotFoundError:
            return False

    @staticmethod
    def _write(file: int, line: bytes, size: int) -> None:
        """Write a line; where a disk is full, what got there of it is taken back."""
        written = os.write(file, line)
        if written < len(line):
            os.ftruncate(file, size)
            raise OSError(0, "no room for a whole line")


@contextmanager
def _locked(file: int) -> Iterator[None]:
    """Alone with a file, where the system and the file system have locks."""
    with suppress(ImportError, OSError):
        import fcntl  # noqa: PLC0415 - Unix only

        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with suppress(ImportError, OSError):
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_UN)

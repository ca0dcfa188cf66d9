"""The lines of a file, however large it is: plain or compressed by gzip, or standard input."""

import gzip
import os
import sys
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, Final

STDIN: Final = "<stdin>"
DASH: Final = Path("-")
LONGEST: Final = 16 * 1024 * 1024  # bytes of a line; an AdmissionReview has 7 MiB at most
_GZIP: Final = b"\x1f\x8b"


class CannotRead(Exception):
    """A file cannot be read, or not to its end; one sentence says why."""


class Stream:
    """The lines of a file. `done` and `total` are bytes of it; of standard input the total is not known, and 0."""

    def __init__(self, path: Path) -> None:
        self.name: Final = STDIN if path == DASH else str(path)
        self._path = path
        self._raw: IO[bytes] | None = None
        self.total = 0

    @property
    def done(self) -> int:
        """How many bytes have been read."""
        try:
            return self._raw.tell() if self._raw and self.total else 0
        except (OSError, ValueError):
            return 0

    def lines(self) -> Iterator[bytes | None]:
        """Every line with its end; None in the place of one that is too long. Raises CannotRead."""
        try:
            with self._opened() as raw:
                file: IO[bytes] = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == _GZIP else raw  # type: ignore[assignment] # it can all that is asked of it
                while line := file.readline(LONGEST):
                    if len(line) < LONGEST or line.endswith(b"\n"):
                        yield line
                        continue
                    while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
                        pass
                    yield None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise CannotRead(f"{self.name}: gzip's data end too early or are damaged: {error}") from None
        except OSError as error:
            raise CannotRead(f"{self.name}: cannot be read: {(error.strerror or str(error)).lower()}") from None

    def _opened(self) -> BufferedReader:
        if self._path == DASH:
            if sys.stdin is None:
                raise OSError(0, "it is closed")
            raw = open(os.dup(sys.stdin.fileno()), "rb")  # noqa: SIM115 - the caller closes it
        else:
            raw = open(self._path, "rb")  # noqa: SIM115
            self.total = os.fstat(raw.fileno()).st_size
        self._raw = raw
        return raw

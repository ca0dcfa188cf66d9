"""Rewriting a file: whole or not at all, and only if nobody else wrote it meanwhile."""

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class CannotWrite(Exception):
    """The file stays as it is; one sentence says why."""


def rewrite(path: Path, before: str, after: str) -> None:
    """Replace the content of a file, in the encoding that it has; its mode stays, and so does a link to it.

    Raises CannotWrite.
    """
    target = Path(os.path.realpath(path))
    try:
        data = target.read_bytes()
        mark = data[:2] if data[:2] in _MARKS else b""
        encoding = _MARKS.get(mark, "utf-8")
        if data != mark + before.encode(encoding):
            raise CannotWrite("was changed by someone else meanwhile: nothing is written")
        _replace(target, mark + after.encode(encoding))
    except OSError as error:
        raise CannotWrite(f"cannot be written: {error.strerror or error}") from None


def _replace(target: Path, data: bytes) -> None:
    if not os.access(target, os.W_OK):
        raise CannotWrite("cannot be written: it is read-only")
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as stream:
        try:
            stream.write(data)
            stream.flush()
            shutil.copymode(target, stream.name)
            os.replace(stream.name, target)
        except BaseException:
            os.unlink(stream.name)
            raise

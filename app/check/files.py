"""Which files a check reads: those named, those in folders, those that match, or standard input."""

import glob
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.report.model import STDIN, Trouble

SUFFIXES: Final = (".yaml", ".yml", ".json")
DASH: Final = "-"
LARGEST: Final = 32 * 1024 * 1024  # bytes of a file; etcd takes objects of 1.5 MiB


@dataclass(frozen=True, slots=True)
class File:
    """A file to check: the path to open, None for standard input, and the name to report it by."""

    path: Path | None
    name: str


def find(arguments: Sequence[str]) -> tuple[list[File], list[Trouble]]:
    """The files behind paths, folders (recursively, manifests only), patterns and `-`, each once, in a stable order.

    A path that is not there is a Trouble. Folders whose name begins with a dot are passed over.
    """
    files: dict[str, File] = {}
    troubles: list[Trouble] = []
    for argument in arguments:
        found = list(_behind(argument))
        if not found:
            troubles.append(Trouble(argument, 0, 0, _missing(argument), fatal=True))
        for file in found:
            files.setdefault(os.path.realpath(file.path) if file.path else DASH, file)
    return list(files.values()), troubles


def _behind(argument: str) -> Iterator[File]:
    path = Path(argument)
    if argument == DASH:
        yield File(None, STDIN)
    elif path.is_dir():
        yield from _in_folder(path)
    elif path.exists():
        yield _file(path)
    else:
        for match in sorted(glob.glob(argument, recursive=True)):
            yield from _behind(match) if match != argument else ()


def _in_folder(folder: Path) -> Iterator[File]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (_file(Path(root, name)) for name in sorted(names) if name.lower().endswith(SUFFIXES))


def _file(path: Path) -> File:
    return File(path, path.as_posix())


def _missing(argument: str) -> str:
    if Path(argument).is_dir():
        return f"no manifests here: no file ends in {', '.join(SUFFIXES)}"
    return "nothing matches" if glob.has_magic(argument) else "no such file or folder"


def read(file: File) -> str | Trouble:
    """The text of a file, or why it cannot be read."""
    try:
        data = _head(file.path) if file.path else _standard_input()
    except OSError as error:
        return Trouble(file.name, 0, 0, f"cannot be read: {error.strerror or error}", fatal=True)
    if len(data) > LARGEST:
        return Trouble(file.name, 0, 0, f"is larger than {LARGEST >> 20} MiB, no manifest is", fatal=True)
    return _decoded(file, data)


def _head(path: Path) -> bytes:
    """One byte more than the largest file there may be, at most."""
    with open(path, "rb", buffering=0) as stream:  # unbuffered: half the time for many small files
        size = os.fstat(stream.fileno()).st_size
        if size:
            return stream.read(min(size, LARGEST) + 1)
        return io.BufferedReader(stream).read(LARGEST + 1)  # a pipe has no size


def _standard_input() -> bytes:
    import sys  # noqa: PLC0415 - looked up when it is read, so that it can be another stream by then

    return sys.stdin.buffer.read(LARGEST + 1)


def _decoded(file: File, data: bytes) -> str | Trouble:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Trouble(file.name, line, 1, f"is not {encoding.upper()} text", fatal=True)

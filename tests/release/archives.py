"""Archives: tars whose bytes depend on nothing but what is in them and the time of the commit."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

_FILE, _RUNNABLE = 0o644, 0o755


def tar(contents: Mapping[str, tuple[bytes, bool]], made: int) -> bytes:
    """A tar of files by name, each with its bytes and whether it can be run; `made` is the time of all of them."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as written:
        for name in sorted(contents):
            data, runnable = contents[name]
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), made, _RUNNABLE if runnable else _FILE
            written.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_gz(contents: Mapping[str, tuple[bytes, bool]], made: int) -> bytes:
    """The same, compressed."""
    return gzip.compress(tar(contents, made), mtime=made)


def packed(archive: bytes) -> dict[str, tuple[bytes, bool]]:
    """What is in a tar, compressed or not."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as read:
        for info in read:
            if info.isfile() and (file := read.extractfile(info)):
                found[info.name] = (file.read(), bool(info.mode & 0o100))
    return found


def in_folder(folder: Path, *names: str) -> dict[str, tuple[bytes, bool]]:
    """The files of a folder, those below these names only, by their paths in it."""
    paths = (path for name in names for path in sorted([folder / name, *(folder / name).rglob("*")]))
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in paths
        if path.is_file()
    }

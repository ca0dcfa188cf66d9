"""Which files a check reads: those named, those in folders, those that match, or standard input."""

import glob
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Final

from elbguard.check.kustomize import Overlays, Part
from elbguard.check.realpaths import RealPaths
from elbguard.check.walk import NOTICED, SUFFIXES, Walk
from elbguard.report.model import STDIN, Trouble
from elbguard.settings_mistakes import SettingsError
from elbguard_rules.core.record import record

DASH: Final = "-"
LARGEST: Final = 32 * 1024 * 1024  # bytes of a file; etcd takes objects of 1.5 MiB
_ARCHIVE: Final = b"PK\3\4"
_OURS: Final = re.compile(r"""kubernetes\.io/elb|kind["']?\s*:\s*["']?Service(?:List)?\b""")


@record
class File:
    """A file to check: the path to open, None for standard input, and the name to report it by.

    One that was `sought`, in a folder or by a pattern, need not be a manifest. `part` is what kustomizations say of it.
    `within` is the folder that was given: what the file is a link to lies in it, or was not asked for. `under` is the
    number of the settings that it is judged by. One that was `built` is no file but what a tool made of others.
    """

    path: Path | None
    name: str
    sought: bool = False
    part: Part = Part.WHOLE
    within: str = ""
    under: int = 0
    built: bool = False


@record
class Found:
    """The files to check in their order, what is wrong with what was asked for, and how many paths were left out.

    `unseen` are those that a file in the tree leaves out, not the operator. `noticed` are no manifests: configurations
    of Terraform, kustomizations without an ending.
    """

    files: tuple[File, ...]
    troubles: tuple[Trouble, ...] = ()
    left_out: int = 0
    unseen: tuple[str, ...] = ()
    noticed: tuple[str, ...] = ()


def find(arguments: Sequence[str], walk: Walk | None = None) -> Found:
    """The files behind paths, folders (recursively, manifests only), patterns and `-`, each once, in a stable order.

    A path that is not there is a Trouble. What is passed over in folders, `walk` says.
    """
    walk = walk or Walk()
    files: dict[str, File] = {}  # by their real paths
    real = RealPaths()
    troubles: list[Trouble] = []
    for argument in arguments:
        before = walk.noted
        try:
            found = list(_behind(argument, walk))
        except SettingsError:  # of a project file that was met
            raise
        except (OSError, ValueError) as error:  # a name that is too long, or has a null character
            walk.troubles.append(Trouble(argument, 0, 0, f"cannot be found: {_reason(error)}", fatal=True))
            continue
        if not found and walk.noted == before:
            troubles.append(Trouble(argument or '""', 0, 0, _missing(argument), fatal=True))
        for file in found:
            if file.name.endswith(NOTICED):
                walk.notice(file.name)
                continue
            files.setdefault(real.of(str(file.path)) if file.path else DASH, file)
    overlays = Overlays(path for path in files if path != DASH)
    parts = ((file, overlays.part(path) if file.path else Part.WHOLE) for path, file in files.items())
    placed = (file if part is Part.WHOLE else replace(file, part=part) for file, part in parts)
    troubles += walk.troubles
    seen = tuple(dict.fromkeys(walk.noticed))
    return Found(tuple(placed), tuple(troubles), len(walk.left_out), tuple(sorted(walk.unseen)), seen)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _behind(argument: str, walk: Walk) -> Iterator[File]:
    if argument == DASH:
        yield File(None, STDIN)
    elif not argument:
        return  # an empty variable is not the current folder
    elif os.path.isdir(argument):
        yield from (_file(path, argument, sought=True) for path in walk.files(argument))
    elif os.path.exists(argument):
        if not walk.excludes(argument):
            yield _file(argument, _around(argument))
    elif glob.has_magic(argument):
        within = _fixed(argument)
        for match in walk.matches(argument):
            if os.path.isdir(match):
                yield from (_file(path, within, sought=True) for path in walk.files(match))
            elif not walk.excludes(match) and walk.is_file(match):
                yield _file(match, within, sought=True)


def _file(path: str, within: str, *, sought: bool = False) -> File:
    named = Path(path)
    return File(named, named.as_posix(), sought, within=within)


def _around(path: str) -> str:
    """The folder that a file was given in: the current one, where it is below that, else its own."""
    below = not os.path.isabs(path) and not os.path.normpath(path).startswith(os.pardir)
    return os.curdir if below else os.path.dirname(path)


def _fixed(pattern: str) -> str:
    """The folder that a pattern begins with."""
    parts = os.path.dirname(pattern).split(os.sep)
    fixed = os.sep.join(takewhile(lambda part: not glob.has_magic(part), parts))
    return fixed or (os.sep if os.path.isabs(pattern) else os.curdir)


def _missing(argument: str) -> str:
    if not argument:
        return "is no path: write . for the current folder"
    if os.path.isdir(argument):
        return f"no manifests here: no file ends in {', '.join(SUFFIXES)}"
    if os.path.islink(argument):
        return "a link to nothing"
    return "nothing matches" if glob.has_magic(argument) else "no such file or folder"


def mentions_us(text: str | bytes) -> bool:
    """Whether a text that cannot be read may have been meant as a Service, or for CCE's load balancers."""
    if isinstance(text, bytes):
        text = text.replace(b"\0", b"").decode("latin-1")  # UTF-16 is ASCII with zeros between
    return bool(_OURS.search(text.replace("\0", "")))


def read(file: File) -> str | Trouble | None:
    """The text of a file, or why it cannot be read; None for one that was sought and plainly is no manifest."""
    try:
        data = _head(file.path) if file.path else _standard_input()
    except OSError as error:
        return Trouble(file.name, 0, 0, f"cannot be read: {error.strerror or error}", fatal=True)
    if len(data) > LARGEST:
        too_large = Trouble(file.name, 0, 0, f"is larger than {LARGEST >> 20} MiB, no manifest is", fatal=True)
        return None if file.sought and not mentions_us(data) else too_large
    text = _decoded(file, data)
    return None if isinstance(text, Trouble) and file.sought and not mentions_us(data) else text


def _head(path: Path) -> bytes:
    """One byte more than the largest file there may be, at most."""
    with open(path, "rb", buffering=0) as stream:  # unbuffered: half the time for many small files
        size = os.fstat(stream.fileno()).st_size
        if size:
            return stream.read(min(size, LARGEST) + 1)
        with io.BufferedReader(stream) as pipe:  # which has no size
            return pipe.read(LARGEST + 1)


def _standard_input() -> bytes:
    import sys  # noqa: PLC0415 - looked up when it is read, so that it can be another stream by then

    if sys.stdin is None:
        raise OSError("it is closed")
    return sys.stdin.buffer.read(LARGEST + 1)


def _decoded(file: File, data: bytes) -> str | Trouble:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if file.name.endswith(".tgz"):
            return Trouble(file.name, 0, 0, "is a chart in a package: --render judges what it renders", fatal=True)
        if data.startswith(_ARCHIVE):
            how = "as a plan of Terraform is: terraform show -json FILE | elbguard check -"
            return Trouble(file.name, 0, 0, f"is an archive, {how}", fatal=True)
        line = data.count(b"\n", 0, error.start) + 1
        return Trouble(file.name, line, 1, f"is not {encoding.upper()} text", fatal=True)

"""Files as SARIF names them: by URI."""

import re
from typing import Any, Final
from urllib.parse import quote

from elbguard.report.model import STDIN

_DRIVE: Final = re.compile(r"[A-Za-z]:/")


def location(file: str) -> dict[str, Any]:
    """An artifactLocation: a relative URI for a relative path, `file:///...` for an absolute one."""
    if file == STDIN:
        return {"uri": quote(file), "description": {"text": "standard input"}}
    return {"uri": uri(file)}


def uri(file: str) -> str:
    """The path, with forward slashes, as a percent-encoded URI reference."""
    quoted = quote(_bytes(file), safe="/")
    if _DRIVE.match(file):
        return f"file:///{file[0]}:{quote(_bytes(file[2:]), safe='/')}"
    if file.startswith("/"):
        return f"file:///{quoted.lstrip('/')}"
    while quoted.startswith("./"):
        quoted = quoted[2:].lstrip("/")
    return quoted or "."


def _bytes(file: str) -> bytes:
    """The bytes of a path: as they are on disk, where they were no UTF-8."""
    try:
        return file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that no file system gave us
        return file.encode("utf-8", "surrogatepass")

"""Opened: a document as the editor has it, saved or not, and what it is called."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from lsprotocol.types import PositionEncodingKind
from pygls.uris import to_fs_path

from elbguard.check.lines import BOM
from elbguard.editor.columns import Columns
from elbguard.project import NAMES

LARGEST: Final = 1024 * 1024  # characters of a text that is judged while somebody types; etcd takes 1.5 MiB


_LANGUAGES: Final = ("yaml", "json", "helm", "kubernetes", "gotmpl")  # and such as yaml.gitlab


def path_of(uri: str) -> Path | None:
    """The file behind an address; None where it names none of this machine, as `untitled:` does."""
    try:
        path = to_fs_path(uri)
    except ValueError:
        return None
    return Path(path) if path and "\0" not in path and os.path.isabs(path) else None


def is_project_file(opened: "Opened") -> bool:
    """Whether a document is no manifest, but holds our settings."""
    return opened.path is not None and opened.path.name in NAMES


@dataclass(frozen=True)
class Opened:
    """A version of a document. `uri` is as the editor wrote it, `folder` that of the workspace it lies in, if known."""

    uri: str
    version: int | None
    text: str
    language: str = ""
    folder: Path | None = None
    encoding: PositionEncodingKind = PositionEncodingKind.Utf16

    @cached_property
    def path(self) -> Path | None:
        """The file, which need not be there yet."""
        return path_of(self.uri)

    @cached_property
    def name(self) -> str:
        """What findings call it: its path, in its workspace folder if it lies there."""
        if self.path is None:
            return f"{self.uri}{'.json' if self.language.startswith('json') else ''}"
        within = self.folder and self.path.is_relative_to(self.folder)
        return (self.path.relative_to(self.folder) if within and self.folder else self.path).as_posix()

    @cached_property
    def columns(self) -> Columns:
        """Its places as the editor counts them."""
        return Columns(self.text, self.encoding)

    @property
    def may_be_prose(self) -> bool:
        """Whether its language is none that manifests are written in: what cannot be read is no mistake then."""
        return bool(self.language) and not any(each in self.language for each in _LANGUAGES)

    @property
    def is_too_large(self) -> bool:
        """Whether it is left to `elbguard check`."""
        return len(self.text) > LARGEST

    def offset(self, line: int, column: int) -> int:
        """The offset of a place as reports count it, from 1 and without the byte order mark."""
        start, _ = self.columns.line(max(0, line - 1))
        marks = len(self.text) - len(self.text.lstrip(BOM)) if line <= 1 else 0
        return min(start + marks + max(0, column - 1), len(self.text))

    def changed(self, text: str, version: int | None) -> "Opened":
        """The next version."""
        return replace(self, text=text, version=version)

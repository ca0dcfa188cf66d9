"""The settings by which a document is judged: the project file's, and above them what the editor was told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from elbguard.editor.opened import Opened
from elbguard.project import project_file
from elbguard.settings import Settings, SettingsError, read, understand

_SECTION: Final = "elbguard"
_PLACE: Final = re.compile(r", line (\d+)(?:, column (\d+))?")


@dataclass(frozen=True)
class Misconfigured:
    """A mistake in settings: the file, None where the editor or a flag gave them, its place from 1, and a sentence."""

    file: Path | None
    line: int
    column: int
    sentence: str


@dataclass(frozen=True)
class Chosen:
    """The settings for a document, the file that they come from, and what is wrong; what is wrong does not count."""

    settings: Settings
    file: Path | None = None
    mistakes: tuple[Misconfigured, ...] = ()


@dataclass
class Configuring:
    """Finds the settings for documents.

    `given` are flags of the command, by the names of the settings' fields; `config` is the file that stands in the
    place of all project files, if one was named.
    """

    given: Mapping[str, Any]
    config: Path | None = None
    _options: dict[str, Any] = field(default_factory=dict)
    _asked: dict[str, Any] = field(default_factory=dict)
    _known: dict[tuple[Path | None, bytes], Chosen] = field(default_factory=dict)

    def start_with(self, options: Any) -> None:
        """Take the initializationOptions."""
        self._options = _named(options)
        self._known.clear()

    def take(self, settings: Any) -> None:
        """Take what workspace/configuration or didChangeConfiguration says; it stands above all else."""
        self._asked = _named(settings)
        self._known.clear()

    def of(self, opened: Opened) -> Chosen:
        """The settings for a document."""
        folder = opened.path.parent if opened.path else opened.folder
        file: Path | None = None
        try:
            file = self.config or (project_file(folder) if folder else None)
            content = read(file) if file else b""
        except (OSError, ValueError):
            return self.read(None, b"")
        except SettingsError as error:
            return self._without_file(error, file)
        if (file, content) not in self._known:
            self._known[file, content] = self.read(file, content)
        return self._known[file, content]

    def read(self, file: Path | None, content: bytes) -> Chosen:
        """The settings where a project file has this content."""
        try:
            return Chosen(understand(self._above, file, content), file)
        except SettingsError as error:
            return self._without_file(error, file)

    @property
    def _above(self) -> dict[str, Any]:
        """What stands above a project file."""
        return {**self.given, **self._options, **self._asked}

    def _without_file(self, error: SettingsError, file: Path | None) -> Chosen:
        """The settings as far as they can be understood without the project file."""
        mistakes = tuple(_misconfigured(sentence, file) for sentence in error.mistakes)
        for given in (self._above, self.given):
            try:
                return Chosen(understand(given, None, b""), file, mistakes)
            except SettingsError:
                continue
        return Chosen(Settings(), file, mistakes)


def _named(settings: Any) -> dict[str, Any]:
    """What an editor says, by the names of our fields; some put it under our name."""
    if isinstance(settings, list):
        settings = settings[0] if settings else None
    if isinstance(settings, Mapping) and isinstance(settings.get(_SECTION), Mapping):
        settings = settings[_SECTION]
    if not isinstance(settings, Mapping):
        return {}
    return {str(name).replace("-", "_"): value for name, value in settings.items()}


def _misconfigured(sentence: str, file: Path | None) -> Misconfigured:
    if file is None or not sentence.startswith(str(file)):
        return Misconfigured(None, 1, 1, sentence)
    words = sentence.removeprefix(str(file))
    place = _PLACE.match(words)
    line, column = (int(place[1]), int(place[2] or 1)) if place else (1, 1)
    return Misconfigured(file, line, column, words[place.end() if place else 0 :].lstrip(": "))

"""Notices: wrong settings, told in the file that they stand in, and once in a window."""

from pathlib import Path
from typing import Final

from lsprotocol.types import (
    Diagnostic,
    DiagnosticSeverity,
    LogMessageParams,
    MessageType,
    Position,
    PublishDiagnosticsParams,
    Range,
    ShowMessageParams,
)
from pygls.lsp.server import LanguageServer

from elbguard.editor.configuring import Chosen, Misconfigured
from elbguard.editor.judging import Opinion
from elbguard.editor.opened import Opened
from elbguard.project import NAMES
from elbguard.report.model import Report
from elbguard.report.sentences import PRODUCT, unjudged


class Notices:
    """Tells what is wrong with settings; the same only once. A project file that is open is told of as it is typed."""

    def __init__(self, server: LanguageServer) -> None:
        self._server: Final = server
        self._logged: set[str] = set()
        self._told: dict[Path | None, tuple[Misconfigured, ...]] = {}

    def tell(self, chosen: Chosen, *, is_open: bool) -> None:
        """Tell what is wrong with the settings of a document, or that it is right again; `is_open`: its file is."""
        for file in {chosen.file, None}:
            mistakes = tuple(each for each in chosen.mistakes if each.file == file)
            if self._told.get(file, ()) == mistakes:
                continue
            self._told[file] = mistakes
            if file and not is_open:
                self._publish(file, [diagnostic(each) for each in mistakes])
            for each in mistakes[:1]:
                self._show(each, len(mistakes) - 1)

    def log(self, opinion: Opinion) -> None:
        """Write into the editor's log which facts are wanting; the same only once."""
        for sentence in unjudged(Report(unjudged=opinion.unjudged)):
            fact = sentence.partition(": ")[2]
            if fact not in self._logged:
                self._logged.add(fact)
                text = f"{opinion.of.name}: {sentence}, or write it into {NAMES[0]}"
                self._server.window_log_message(LogMessageParams(MessageType.Info, text))

    def forget_what_is_gone(self) -> None:
        """Take back what was told of files that are not there any more."""
        for file in [each for each in self._told if each and not each.is_file()]:
            del self._told[file]
            self._publish(file, [])

    def _show(self, mistake: Misconfigured, others: int) -> None:
        where = f"{mistake.file}: " if mistake.file else ""
        more = f" (and {others} more)" if others else ""
        text = f"{PRODUCT}: {where}{mistake.sentence}{more}: these settings do not count"
        self._server.window_show_message(ShowMessageParams(MessageType.Warning, text))

    def _publish(self, file: Path, told: list[Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(PublishDiagnosticsParams(file.absolute().as_uri(), told))


def diagnostic(mistake: Misconfigured, opened: Opened | None = None) -> Diagnostic:
    """A mistake in a project file, at its line; in an open one at its word."""
    line, column = mistake.line - 1, mistake.column - 1
    place = Range(Position(line, column), Position(line, column + 1))
    if opened:
        start = opened.offset(mistake.line, mistake.column)
        place = opened.columns.range(start, max(start, opened.columns.line(line)[1]))
    return Diagnostic(place, mistake.sentence, severity=DiagnosticSeverity.Error, source=PRODUCT)

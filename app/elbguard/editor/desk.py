"""The desk: what an editor has open, judged in threads of its own a moment after the last key was pressed."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from elbguard.editor.configuring import Configuring
from elbguard.editor.diagnostics import diagnostics
from elbguard.editor.judging import Opinion, verdict
from elbguard.editor.notices import Notices, diagnostic
from elbguard.editor.opened import Opened, is_project_file, path_of

_PAUSE: Final = 0.15  # seconds without a key before a text is judged
_LOG: Final = logging.getLogger(__name__)


class Desk:
    """The documents that are open, and what was last said of each. Used in the server's loop only."""

    def __init__(self, server: LanguageServer, settings: Configuring) -> None:
        self._server, self.settings, self._notices = server, settings, Notices(server)
        self._open: dict[str, Opened] = {}
        self._said: dict[str, Opinion] = {}
        self._whole: dict[str, Opinion] = {}  # the last verdict of each that could be read to its end
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._judging = ThreadPoolExecutor(2, "judging")

    def begin(self, options: Any) -> None:
        """Take what the editor says at first."""
        self.settings.start_with(options)

    def configure(self, settings: Any) -> None:
        """Take other settings from the editor."""
        self.settings.take(settings)
        self.look_at_all()

    def fold(self) -> None:
        """Look again which workspace folder each document lies in."""
        self._open = {uri: replace(opened, folder=self._folder(uri)) for uri, opened in self._open.items()}
        self.look_at_all()

    def put(self, uri: str, version: int | None, text: str, language: str) -> None:
        """Take a document that was opened."""
        encoding = types.PositionEncodingKind(self._server.workspace.position_encoding)
        self._open[uri] = Opened(uri, version, text, language, self._folder(uri), encoding)
        self.look(uri)

    def change(self, uri: str, version: int | None, text: str | None) -> None:
        """Take another version of a document; its text is None where only the number has changed."""
        if opened := self._open.get(uri):
            self._open[uri] = opened.changed(opened.text if text is None else text, version)
            self.look(uri, _PAUSE)

    def saved(self, uri: str) -> None:
        """Judge a document that was saved; after a project file everything."""
        opened = self._open.get(uri)
        if opened and is_project_file(opened):
            self.look_at_all()
        else:
            self.look(uri)

    def take_away(self, uri: str) -> None:
        """Forget a document that was closed, and what was said of it."""
        self._open.pop(uri, None)
        self._said.pop(uri, None)
        self._whole.pop(uri, None)
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        self._publish(uri, None, [])

    def document(self, uri: str) -> Opened | None:
        """A document that is open."""
        return self._open.get(uri)

    def opinion(self, opened: Opened) -> Opinion | None:
        """What was said of this version of a document; None where that is yet to come."""
        said = self._said.get(opened.uri)
        return said if said and said.of is opened else None

    def look_at_all(self) -> None:
        """Judge everything again: something beside the documents has changed."""
        self._notices.forget_what_is_gone()
        for uri in self._open:
            self.look(uri)

    def look(self, uri: str, after: float = 0) -> None:
        """Judge a document in a while."""
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        self._waiting[uri] = asyncio.get_running_loop().call_later(after, self._start, uri)

    def _start(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        task = asyncio.ensure_future(self._judge(uri))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _judge(self, uri: str) -> None:
        """Judge the document as it is now; one that is being judged is judged once more afterwards."""
        if uri in self._busy:
            self._again.add(uri)
            return
        self._busy.add(uri)
        try:
            while opened := self._open.get(uri):
                self._again.discard(uri)
                await self._say(opened)
                if uri not in self._again:
                    break
        finally:
            self._busy.discard(uri)

    async def _say(self, opened: Opened) -> None:
        loop = asyncio.get_running_loop()
        before = self._whole.get(opened.uri)
        try:
            if is_project_file(opened):
                self._publish(opened.uri, opened.version, self._misconfigured(opened))
                return
            chosen = await loop.run_in_executor(self._judging, self.settings.of, opened)
            judge = partial(verdict, opened, chosen.settings, before)
            found = Opinion(opened) if chosen.excluded else await loop.run_in_executor(self._judging, judge)
            told = await loop.run_in_executor(self._judging, diagnostics, found)
        except Exception:
            _LOG.exception("%s could not be judged: an internal error of elbguard", opened.name)
            return
        if self._open.get(opened.uri) is not opened:
            return  # the next version's turn comes
        self._said[opened.uri] = found
        if found.is_whole:
            self._whole[opened.uri] = found
        self._publish(opened.uri, opened.version, told)
        self._notices.log(found)
        self._notices.tell(chosen, is_open=any(each.path == chosen.file for each in self._open.values()))

    def _misconfigured(self, opened: Opened) -> list[types.Diagnostic]:
        """What is wrong with a project file as it is typed."""
        return [diagnostic(each, opened) for each in self.settings.mistakes_in(opened)]

    def _publish(self, uri: str, version: int | None, told: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told, version))

    def _folder(self, uri: str) -> Path | None:
        """The workspace folder that a document lies in, of several the innermost; for one without a file the first."""
        workspace = self._server.workspace
        named = [folder.uri for folder in workspace.folders.values()] or [workspace.root_uri]
        folders = [path for path in (path_of(each) for each in named if each) if path]
        path = path_of(uri)
        if path is None:
            return folders[0] if folders else None
        return max((f for f in folders if path.is_relative_to(f)), key=lambda f: len(f.parts), default=None)

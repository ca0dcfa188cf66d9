"""Answers to what an editor asks about an open document, each worked out in a thread."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from elbguard.editor.actions import Actions
from elbguard.editor.completion import completions
from elbguard.editor.curing import Curing
from elbguard.editor.desk import Desk
from elbguard.editor.hover import hover
from elbguard.editor.judging import verdict
from elbguard.editor.opened import Opened

T = TypeVar("T")


class Answers:
    """Answers for the documents on a desk; nothing is known of others, and of those that are too large."""

    def __init__(self, server: LanguageServer, desk: Desk) -> None:
        self._server, self._desk = server, desk
        self._answering = ThreadPoolExecutor(2, "answering")

    async def complete(self, uri: str, position: types.Position) -> list[types.CompletionItem]:
        """What may be written somewhere."""
        opened = self._asked_about(uri)
        return await self._work(partial(self._completions, opened, position)) if opened else []

    async def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """What is known about what stands somewhere."""
        opened = self._asked_about(uri)
        return await self._work(partial(self._hover, opened, position)) if opened else None

    async def act(
        self, uri: str, where: types.Range, only: Sequence[str] | None, told: Sequence[types.Diagnostic]
    ) -> list[types.CodeAction]:
        """What may be done about the findings somewhere; see Actions."""
        opened = self._asked_about(uri)
        return await self._work(partial(self._actions, opened, where, only, told)) if opened else []

    def _asked_about(self, uri: str) -> Opened | None:
        opened = self._desk.document(uri)
        return None if opened is None or opened.is_too_large else opened

    async def _work(self, asked: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._answering, asked)

    def _completions(self, opened: Opened, position: types.Position) -> list[types.CompletionItem]:
        settings = self._desk.settings.of(opened).settings
        return completions(opened, opened.columns.offset(position), settings, snippets=self._takes_snippets())

    def _hover(self, opened: Opened, position: types.Position) -> types.Hover | None:
        return hover(opened, opened.columns.offset(position), self._desk.opinion(opened))

    def _actions(
        self, opened: Opened, where: types.Range, only: Sequence[str] | None, told: Sequence[types.Diagnostic]
    ) -> list[types.CodeAction]:
        settings = self._desk.settings.of(opened).settings
        opinion = self._desk.opinion(opened) or verdict(opened, settings)
        actions = Actions(opinion, Curing(opinion, settings), settings, versioned=self._heeds_versions())
        return actions.at(opened.columns.offset(where.start), opened.columns.offset(where.end), only, told)

    def _heeds_versions(self) -> bool:
        workspace = self._server.client_capabilities.workspace
        return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)

    def _takes_snippets(self) -> bool:
        document = self._server.client_capabilities.text_document
        item = document.completion.completion_item if document and document.completion else None
        return bool(item and item.snippet_support)

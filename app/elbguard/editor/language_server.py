"""The language server: what editors tell it, and who answers."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from elbguard.editor import registering
from elbguard.editor.actions import KINDS
from elbguard.editor.answers import Answers
from elbguard.editor.completion import TRIGGERS, explained
from elbguard.editor.configuring import Configuring
from elbguard.editor.desk import Desk

_LOG: Final = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


class ElbServer(LanguageServer):
    """The protocol's side: it keeps what the editor has open on its desk."""

    def __init__(self, settings: Configuring) -> None:
        super().__init__("elbguard", version("elbguard"), types.TextDocumentSyncKind.Full)
        self.ended_in_order = False
        self.desk = Desk(self, settings)
        self.answers = Answers(self, self.desk)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Write down what went wrong, without a window that opens while somebody types."""
        _LOG.error("%s: %r", getattr(source, "__name__", source), error)


def _initialize(ls: ElbServer, params: types.InitializeParams) -> None:
    ls.desk.begin(params.initialization_options)


async def _initialized(ls: ElbServer, _: types.InitializedParams) -> None:
    await registering.register(ls)
    await _ask_for_settings(ls)


async def _ask_for_settings(ls: ElbServer) -> None:
    if registering.answers_for_settings(ls):
        item = types.ConfigurationItem(section=ls.name)
        ls.desk.configure(await ls.workspace_configuration_async(types.ConfigurationParams([item])))


async def _did_change_configuration(ls: ElbServer, params: types.DidChangeConfigurationParams) -> None:
    if registering.answers_for_settings(ls):
        await _ask_for_settings(ls)
    else:
        ls.desk.configure(params.settings)


def _shutdown(ls: ElbServer, *_: Any) -> None:
    ls.ended_in_order = True


def _did_open(ls: ElbServer, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    ls.desk.put(document.uri, document.version, document.text, document.language_id)


def _did_change(ls: ElbServer, params: types.DidChangeTextDocumentParams) -> None:
    texts = [change.text for change in params.content_changes]
    ls.desk.change(params.text_document.uri, params.text_document.version, texts[-1] if texts else None)


def _did_save(ls: ElbServer, params: types.DidSaveTextDocumentParams) -> None:
    ls.desk.saved(params.text_document.uri)


def _did_close(ls: ElbServer, params: types.DidCloseTextDocumentParams) -> None:
    ls.desk.take_away(params.text_document.uri)


async def _complete(ls: ElbServer, params: types.CompletionParams) -> types.CompletionList:
    return types.CompletionList(
        is_incomplete=True, items=await ls.answers.complete(params.text_document.uri, params.position)
    )


def _resolve_completion(_: ElbServer, item: types.CompletionItem) -> types.CompletionItem:
    return explained(item)


async def _hover(ls: ElbServer, params: types.HoverParams) -> types.Hover | None:
    return await ls.answers.hover(params.text_document.uri, params.position)


async def _act(ls: ElbServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    only = None if params.context.only is None else [str(getattr(kind, "value", kind)) for kind in params.context.only]
    return await ls.answers.act(params.text_document.uri, params.range, only, params.context.diagnostics)


def _fold(ls: ElbServer, _: Any) -> None:
    ls.desk.fold()


def _look_again(ls: ElbServer, _: Any) -> None:
    ls.desk.look_at_all()


_OPTIONS: Final[dict[str, Any]] = {
    types.TEXT_DOCUMENT_COMPLETION: types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=True),
    types.WORKSPACE_DID_RENAME_FILES: types.FileOperationRegistrationOptions(
        [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
    ),
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(code_action_kinds=list(KINDS)),
}
_HANDLERS: Final[dict[str, Callable[..., Any]]] = {
    types.TEXT_DOCUMENT_COMPLETION: _complete,
    types.COMPLETION_ITEM_RESOLVE: _resolve_completion,
    types.TEXT_DOCUMENT_HOVER: _hover,
    types.TEXT_DOCUMENT_CODE_ACTION: _act,
    types.INITIALIZE: _initialize,
    types.INITIALIZED: _initialized,
    types.SHUTDOWN: _shutdown,
    types.TEXT_DOCUMENT_DID_OPEN: _did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: _did_change,
    types.TEXT_DOCUMENT_DID_SAVE: _did_save,
    types.TEXT_DOCUMENT_DID_CLOSE: _did_close,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: _did_change_configuration,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _look_again,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: _fold,
    types.WORKSPACE_DID_RENAME_FILES: _look_again,
}


def _without_traces(record: logging.LogRecord) -> bool:
    """Have the protocol's library say what was wrong with a message in a sentence."""
    if record.name.startswith("pygls"):
        record.msg, record.args, record.exc_info = record.getMessage().partition("\n")[0], (), None
    return True


def serve(given: Mapping[str, Any], config: Path | None = None) -> int:
    """Serve an editor on standard input and output until it says goodbye; gives the exit code of the protocol.

    `given` are flags, by the names of the settings' fields, `config` is the file with settings that they name. Nothing
    but the protocol gets to standard output.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="elbguard: %(message)s")
    logging.getLogger().handlers[0].addFilter(_without_traces)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what anybody prints by mistake
    server = ElbServer(Configuring(given, config))
    for name, handler in _HANDLERS.items():
        server.feature(name, _OPTIONS.get(name))(handler)
    server.start_io(sys.stdin.buffer, out)
    return 0 if server.ended_in_order else 1

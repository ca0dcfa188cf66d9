"""The verb that serves an editor: what it takes, and how it is told that a package is wanting."""

import signal
import sys
from importlib.util import find_spec

import click

from elbguard import entry
from elbguard.settings import Settings
from elbguard.verbs.flags import Failed, say
from elbguard.verbs.settings_flags import GIVEN, judging


@click.command(
    help="""Serve an editor: findings while you type, explanations, completion, cures.

    A language server on standard input and output, to be started by an editor: docs/editors.md says how, for VS Code,
    Neovim, Helix and JetBrains. It judges as check does, by the project file .elbguard.yaml of each document; flags
    stand above that, and what the editor is told (initializationOptions, settings named elbguard) above both.

    It needs the package pygls beside elbguard, which comes with the extra lsp: pip install 'pygls>=2.0'
    """,
)
@click.option("--stdio", is_flag=True, hidden=True, help="What it does anyway; some editors say so.")
@judging
def lsp(settings: Settings, stdio: bool) -> None:
    """Serve an editor."""
    if find_spec("pygls") is None:
        raise Failed("the language server needs the package pygls: pip install 'pygls>=2.0'")
    from elbguard.editor import language_server  # noqa: PLC0415 - other verbs start without it

    if sys.stdin is None:
        raise Failed("standard input is closed: editors start this command by themselves, and speak to it there")
    if sys.stdin.isatty():
        say("waiting for an editor on standard input: editors start this command by themselves; Ctrl-C ends it")
    signal.signal(signal.SIGINT, entry.end)  # a thread that waits for the editor would not let us end in order
    given, config = click.get_current_context().meta[GIVEN]
    sys.exit(language_server.serve(given, config))

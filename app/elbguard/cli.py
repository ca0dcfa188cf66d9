"""The command line: its verbs, and what ends in one sentence and an exit code."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC
from typing import Any, Final, NoReturn

import click

from elbguard import entry, escapes
from elbguard.entry import INTERRUPTED
from elbguard.verbs.certs_verb import certs
from elbguard.verbs.check_verb import check
from elbguard.verbs.cluster_verbs import audit, doctor
from elbguard.verbs.explain_verb import explain
from elbguard.verbs.fix_verb import fix
from elbguard.verbs.flags import CANNOT
from elbguard.verbs.generate_verb import generate
from elbguard.verbs.init_verb import init
from elbguard.verbs.interrupt import INTERRUPT
from elbguard.verbs.lsp_verb import lsp
from elbguard.verbs.replay_verb import replay
from elbguard.verbs.serve_verb import serve

_FULL: Final = (ENOSPC, EDQUOT, EFBIG, EIO, EBADF)  # why an output takes no more


class Verbs(click.Group):
    """The verbs; one that is ended by Ctrl-C has an exit code that nobody takes for a verdict."""

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        """Read the flags; what is wrong with them is said on one line."""
        with _on_one_line():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb that is asked for, which Ctrl-C ends in order: by KeyboardInterrupt."""
        before = signal.getsignal(signal.SIGINT)
        try:
            if before is entry.end:
                signal.signal(signal.SIGINT, INTERRUPT)
            try:
                with _on_one_line():
                    return super().invoke(ctx)
            finally:
                if before is entry.end:
                    signal.signal(signal.SIGINT, before)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(INTERRUPTED)


@contextmanager
def _on_one_line() -> Iterator[None]:
    """What click says of wrong usage, on one line in which nothing acts: words of the command line stand in it."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:  # whose message is the help, of many lines and all our own
        raise
    except click.UsageError as error:
        error.message = escapes.line(error.message)  # type: ignore[misc] # click has no other way to its text
        raise


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    help="""Guard the kubernetes.io/elb.* annotations of Huawei Cloud CCE Services.

    A LoadBalancer Service of CCE is configured by annotations that nobody checks until it is too late. elbguard checks
    them when they are applied, and fills in the documented defaults.
    """,
)
@click.version_option(package_name="elbguard", prog_name="elbguard")
def elbguard() -> None:
    pass


for _verb in (audit, certs, check, doctor, explain, fix, generate, init, lsp, replay, serve):
    elbguard.add_command(_verb)


def main() -> None:
    """Run the command. Exits 2 with one sentence when what was asked cannot be done."""
    try:
        elbguard(prog_name="elbguard")
    except SystemExit as end:
        if end.code == INTERRUPTED or INTERRUPT.came:
            _end_at_once()
        raise
    except BrokenPipeError:  # nobody reads on: say nothing
        _end_without_output()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        reason = "it is closed" if error.errno == EBADF else error.strerror
        click.echo(f"Error: standard output: cannot be written: {reason}", err=True)
        _end_without_output()


def _end_at_once() -> NoReturn:
    """End without waiting for anybody.

    A pool of processes cannot be ended in order: one that dies while it hands over a result leaves half of it in the
    pipe, and Python would wait at its exit for the rest.
    """
    if "multiprocessing" in sys.modules:
        from multiprocessing import active_children  # noqa: PLC0415 - only several processes need it

        for process in active_children():
            process.kill()
    os._exit(INTERRUPTED)


def _end_without_output() -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes into nothing
    sys.exit(CANNOT)

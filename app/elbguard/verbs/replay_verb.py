"""`elbguard replay`: what was asked before, judged anew."""

import sys
from pathlib import Path

import click

from elbguard.settings import Settings
from elbguard.verbs.flags import told_as
from elbguard.verbs.settings_flags import GIVEN, judging


@click.command(
    help="""Judge again what was asked before, and say where the verdict differs.

    The test of an upgrade before the upgrade: run the new version over what the old one recorded. FILE, or - for
    standard input, also compressed by gzip, has on each line an AdmissionReview with its response, as
    elbguard serve --record writes them, or an Event of an API server's audit log (audit.k8s.io/v1) with Services at
    level RequestResponse.

    \b
      elbguard serve --record /var/log/elbguard/asked.jsonl ...
      elbguard replay asked.jsonl
      elbguard replay asked.jsonl --cluster-version v1.31.1-r0
      elbguard replay audit.log --config elbguard.yaml --format json
      zcat audit-*.log.gz | elbguard replay -

    Named are requests that are newly refused, no longer refused, refused for other rules, and those into which
    something else is filled. A recording holds the settings and the facts of the cluster that the verdict was given
    by; flags stand above them, and a --config in place of the settings. An audit log holds neither: give those that
    were in force.

    What an audit log does not tell is not guessed but counted: what a Service was like before an update that the log
    begins with; what a patch would have made that was refused, where more than annotations was patched; what elbguard
    would have said where something else refused. That elbguard was asked at all is taken for granted.

    Exit code 0: no verdict differs; 1: some differ; 2: nothing was compared, such as in an empty file, or the file
    could not be read to its end; 130: interrupted.
    """,
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE|-")
@told_as("How to print it.", "text", "json")
@judging
def replay(settings: Settings, file: Path, form: str) -> None:
    from elbguard.replay import replay_command as command  # noqa: PLC0415 - other verbs start without it

    given, config = click.get_current_context().meta[GIVEN]
    asked = command.Replayed(file, form, settings, given, whole=config is not None)
    sys.exit(command.replay(asked, sys.stdout, sys.stderr))

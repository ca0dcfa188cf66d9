"""`elbguard fix`: what is certain, cured in manifests."""

import os
import sys
from typing import Any

import click

from elbguard.projects import Projects
from elbguard.settings_mistakes import SettingsError
from elbguard.verbs.flags import Failed
from elbguard.verbs.reading_flags import reading
from elbguard.verbs.settings_flags import judging


@click.command(
    help="""Cure in manifests what is certain, and nothing else.

    Numbers where strings are asked and the reverse, capitals, yes for true, misspelt keys, separators, blanks. Only the
    bytes of what is cured change: comments, quoting, order and indentation stay. Without --write it prints a diff; with
    it the text of standard input goes to standard output.

    With --defaults Git and cluster agree about what the webhook fills in, and Argo CD sees no drift.

    Exit code 0: nothing is left to do; 1: the diff shows something, or errors are left that only their author can
    cure; 2: something could not be read, parsed or written; 130: interrupted.
    """,
)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]", type=click.Path())
@click.option("--diff/--write", "show", default=True, help="Show what would change, or change it.  [default: --diff]")
@click.option("--defaults", is_flag=True, help="Also write what the webhook would fill in.")
@reading
@judging
def fix(
    projects: Projects, paths: tuple[str, ...], show: bool, defaults: bool, namespace: str, git_ignore: bool
) -> None:
    from elbguard.check.manner import Manner  # noqa: PLC0415 - other verbs start without it
    from elbguard.fix import fix_command  # noqa: PLC0415
    from elbguard.report.formats import wants_colour  # noqa: PLC0415

    reading = Manner(git_ignore, namespace)
    colour = wants_colour(sys.stdout, os.environ)
    how: dict[str, Any] = {"write": not show, "defaults": defaults, "colour": colour, "reading": reading}
    try:
        sys.exit(fix_command.run(paths or (".",), projects, out=sys.stdout, err=sys.stderr, **how))
    except SettingsError as error:
        raise Failed(*error.mistakes) from None

"""`elbguard check`: manifests, before a cluster sees them."""

import sys
from pathlib import Path
from typing import Any

import click

from elbguard import completing
from elbguard.projects import Projects
from elbguard.settings_mistakes import SettingsError
from elbguard.verbs.flags import Failed, option
from elbguard.verbs.reading_flags import reading, rendering
from elbguard.verbs.settings_flags import judging


@click.command(
    help="""Check Service manifests: files, folders, patterns, or - for standard input.

    Gives the webhook's verdict, each finding with its line and column, also inside JSON. Without a PATH it checks the
    current folder. In folders it passes over what Git ignores, folders whose name begins with a dot, and packages of
    others; files there that cannot be read and plainly hold no Service are counted.

    \b
      elbguard check manifests/ --cluster-version v1.28.15-r0
      elbguard check --render deploy/ --values prod.yaml
      helm template chart | elbguard check -
      terraform show -json tf.plan | elbguard check -

    With --render the kustomizations and charts among PATH are built by the kustomize, kubectl or helm on the PATH,
    each once: a base by the overlays that take it in, a chart within a chart by that one. A finding stands at the line
    of the source that says the value (base, patch, values file, template), else at the file, and comments there
    suppress it. Nothing is fetched, written or asked of a cluster. Values and release are those of every chart.

    Of a plan of Terraform what is made and changed is judged, an update as the webhook would, and what is known after
    the apply only is left out.

    Exit code 0: nothing to report; 1: findings; 2: something could not be read, parsed or built, nothing came on
    standard input, a project file excludes all, or no Service where --require-services asks for one; 130: interrupted.
    """,
)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]", type=click.Path())
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    shell_complete=completing.formats,
    help="text, short (one line a finding), json, sarif, junit, github or html (a page for a browser or paper),"
    " to standard output or a file; repeatable."
    "  [default: text]",
)
@option(
    "--fail-on",
    "Which findings end in exit code 1.",
    default="error",
    show_default=True,
    type=click.Choice(["error", "warning"]),
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit 1 as well when not all was judged: a fact is wanting, a manifest is a template or a patch, or a file of"
    " the tree (.gitignore, a link to nothing) keeps something from being read.",
)
@option(
    "--no-suppressions",
    "Let nothing in what is checked suppress a finding: comments, elbguard.io/ignore, and what a project file found by"
    " itself ignores, excludes or takes less seriously. For gates on pull requests; flags and --config still count.",
    is_flag=True,
)
@click.option("--require-services", is_flag=True, help="Exit 2 when there was no Service to judge.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Report only what is not in this file, and say what in it is found no more.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found to the baseline instead of reporting it.")
@click.option("--statistics", is_flag=True, help="Say behind the report how often each rule is broken.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes to check with.  [default: as many as it is worth]",
)
@rendering
@reading
@judging
def check(
    projects: Projects,
    fail_on: str,
    namespace: str,
    git_ignore: bool,
    no_suppressions: bool,
    render: dict[str, Any] | None,
    **wanted: Any,
) -> None:
    from elbguard.check import command  # noqa: PLC0415 - other verbs start without it
    from elbguard.check.manner import Manner  # noqa: PLC0415
    from elbguard.render.terms import Terms  # noqa: PLC0415
    from elbguard_rules.core.problem import Severity  # noqa: PLC0415

    terms = Terms(**render) if render is not None else None
    reading = Manner(git_ignore, namespace, not no_suppressions, terms)
    try:
        sys.exit(command.check(command.Wanted(fail_on=Severity(fail_on), reading=reading, **wanted), projects))
    except SettingsError as error:
        raise Failed(*error.mistakes) from None
    except command.CannotCheck as error:
        raise Failed(str(error)) from None

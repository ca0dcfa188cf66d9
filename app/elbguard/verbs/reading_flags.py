"""The flags about the manifests that a verb reads, and about what is built of them."""

from typing import Any, Final

import click
from click.core import ParameterSource

from elbguard.verbs.flags import F, Failed, option

_READING: Final = (
    click.option(
        "--namespace",
        default="",
        metavar="NAME",
        help="The namespace of Services that name none, as of kubectl apply --namespace.",
    ),
    option(
        "--exclude",
        "Leave out what matches, a pattern as in .gitignore, such as charts/*/templates; repeatable.",
        multiple=True,
        metavar="PATTERN",
    ),
    option(
        "--git-ignore/--no-git-ignore",
        "Leave out in folders what Git ignores.  [default: --git-ignore]",
        default=True,
    ),
    option(
        "--project-file/--no-project-file",
        "Take settings from the .elbguard.yaml nearest to each manifest, up to the root of the Git work tree, where"
        " --config names no file.  [default: --project-file]",
        default=True,
    ),
)
_RENDERING: Final = (
    click.option(
        "--render",
        is_flag=True,
        help="Build the kustomizations and charts among PATH with the kustomize, kubectl or helm on the PATH, and judge"
        " what comes out; findings stand at their source.",
    ),
    click.option(
        "--values",
        multiple=True,
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Values file for the charts; repeatable, the last wins.",
    ),
    click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="A value for the charts; repeatable."),
    click.option("--release", default="", metavar="NAME", help="Name of the charts' release.  [default: each chart's]"),
    click.option(
        "--render-timeout",
        "seconds",
        default=60.0,
        show_default=True,
        type=click.FloatRange(0, 3600, min_open=True),
        metavar="SECONDS",
        help="How long each build may take.",
    ),
    click.option(
        "--allow-remote",
        is_flag=True,
        help="Let builds load bases, resources and charts from elsewhere.",
    ),
    click.option(
        "--load-restrictor",
        default="",
        type=click.Choice(["", "LoadRestrictionsRootOnly", "LoadRestrictionsNone"]),
        metavar="NAME",
        help="Passed to kustomize: LoadRestrictionsNone lets it read files outside of a kustomization's folder.",
    ),
)


def reading(command: F) -> F:
    """Give a verb the flags about the manifests that it reads."""
    for each in reversed(_READING):
        command = each(command)
    return command


def rendering(command: F) -> F:
    """Give a verb the flags about what is built; it gets `render`, what they say, or None where nothing is built.

    Raises Failed where one is given without --render.
    """
    names = [str(name) for name in ("values", "sets", "release", "seconds", "allow_remote", "load_restrictor")]

    def wrapped(render: bool, **given: Any) -> Any:
        terms = {name: given.pop(name) for name in names}
        context = click.get_current_context()
        if not render:
            for parameter in context.command.params:
                source = context.get_parameter_source(str(parameter.name))
                if parameter.name in names and source is ParameterSource.COMMANDLINE:
                    raise Failed(f"{parameter.opts[0]} is about what is built: give --render too")
        return command(render=terms if render else None, **given)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    wrapped.__click_params__ = command.__click_params__  # type: ignore[attr-defined] # the flags that it has so far
    for each in reversed(_RENDERING):
        wrapped = each(wrapped)
    return wrapped  # type: ignore[return-value] # click passes keywords only

"""The flags that all verbs share that judge Services."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from app.settings import Settings, SettingsError, load

CANNOT: Final = 2  # exit code: the work could not be done
GIVEN: Final = "elbguard.given"
F = TypeVar("F", bound=Callable[..., Any])


class Failed(click.ClickException):
    """What the user asked cannot be done; one sentence, exit code 2."""

    exit_code = CANNOT


def _severities(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    wrong = next((value for value, pair in zip(values, pairs, strict=True) if not pair[2]), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} must be RULE=error, RULE=warning or RULE=off", context, parameter)
    return {rule: level for rule, _, level in pairs}


_JUDGING: Final = (
    click.option(
        "--cluster-version",
        envvar="ELBGUARD_CLUSTER_VERSION",
        metavar="VERSION",
        help="CCE version of the cluster, such as v1.28.15-r0.",
    ),
    click.option(
        "--cluster-type",
        envvar="ELBGUARD_CLUSTER_TYPE",
        type=click.Choice(["standard", "turbo"]),
        help="Whether the cluster is a CCE Turbo cluster.",
    ),
    click.option(
        "--proxy-mode",
        envvar="ELBGUARD_PROXY_MODE",
        type=click.Choice(["iptables", "ipvs"]),
        help="How kube-proxy forwards.",
    ),
    click.option(
        "--node-ip", envvar="ELBGUARD_NODE_IP", multiple=True, metavar="IP", help="Address of a node; repeatable."
    ),
    click.option(
        "--strict-names",
        envvar="ELBGUARD_STRICT_NAMES",
        is_flag=True,
        default=None,
        help="Refuse names outside the first edition's pattern (ELB227).",
    ),
    click.option(
        "--ignore",
        envvar="ELBGUARD_IGNORE",
        multiple=True,
        metavar="RULE",
        help="Switch a rule off, by id or name; repeatable.",
    ),
    click.option(
        "--severity",
        envvar="ELBGUARD_SEVERITY",
        multiple=True,
        callback=_severities,
        metavar="RULE=LEVEL",
        help="Take a rule as error, warning or off; repeatable.",
    ),
    click.option(
        "--default-class",
        envvar="ELBGUARD_DEFAULT_CLASS",
        type=click.Choice(["union", "performance"]),
        help="Class to fill in where none is written.",
    ),
    click.option(
        "--no-default",
        envvar="ELBGUARD_NO_DEFAULT",
        multiple=True,
        metavar="NAME",
        help="Do not fill this default in, such as elb.lb-algorithm; repeatable.",
    ),
    click.option(
        "--cluster-id",
        envvar="ELBGUARD_CLUSTER_ID",
        metavar="TEXT",
        help="Salt for generated names: the same Service in two clusters gets two names.",
    ),
    click.option(
        "--config",
        envvar="ELBGUARD_CONFIG",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="YAML file with these settings, named as the flags; flags win.",
    ),
)


def judging(command: F) -> F:
    """Give a verb the flags that all verbs share that judge Services; it gets `settings`.

    What they are made of, (what flags and environment gave, the file), stays in the context's `meta` under GIVEN.
    """

    def wrapped(config: Path | None, **given: Any) -> Any:
        ours = {name: given.pop(name) for name in list(given) if name in Settings.model_fields}
        click.get_current_context().meta[GIVEN] = (ours, config)
        try:
            return command(settings=load(ours, config), **given)
        except SettingsError as error:
            raise Failed(str(error)) from None

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    for option in reversed(_JUDGING):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value] # click passes keywords only

"""The command line: the verbs, their flags, and what ends in one sentence and an exit code."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from app.settings import Settings, SettingsError, load

CANNOT: Final = 2  # exit code: the work could not be done
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
    """Give a verb the flags that all verbs share that judge Services; it gets `settings`."""

    def wrapped(config: Path | None, **given: Any) -> Any:
        ours = {name: given.pop(name) for name in list(given) if name in Settings.model_fields}
        try:
            return command(settings=load(ours, config), **given)
        except SettingsError as error:
            raise Failed(str(error)) from None

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    for option in reversed(_JUDGING):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value] # click passes keywords only


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(package_name="elbguard", prog_name="elbguard")
def elbguard() -> None:
    """Guard the kubernetes.io/elb.* annotations of Huawei Cloud CCE Services.

    A LoadBalancer Service of CCE is configured by annotations that nobody checks until it is too late. elbguard checks
    them when they are applied, and fills in the documented defaults.
    """


@elbguard.command()
@click.option(
    "--host",
    envvar="ELBGUARD_HOST",
    default="0.0.0.0",  # noqa: S104 - a webhook is called from outside
    show_default=True,
    help="Address to listen on.",
)
@click.option(
    "--port",
    envvar="ELBGUARD_PORT",
    default=8443,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on.",
)
@click.option(
    "--tls-cert",
    envvar="ELBGUARD_TLS_CERT",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Serving certificate, PEM.",
)
@click.option(
    "--tls-key",
    envvar="ELBGUARD_TLS_KEY",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its private key, PEM.",
)
@click.option(
    "--workers",
    envvar="ELBGUARD_WORKERS",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes to serve with.",
)
@judging
def serve(settings: Settings, host: str, port: int, tls_cert: Path | None, tls_key: Path | None, workers: int) -> None:
    """Serve the admission webhook over HTTPS.

    POST /validate and /mutate take AdmissionReviews; /healthz, /readyz and /metrics are for probes and Prometheus.
    """
    if tls_cert is None or tls_key is None:
        raise Failed(
            "the API server speaks HTTPS only: give --tls-cert and --tls-key;"
            " make a pair with: elbguard certs certs --host localhost --host 127.0.0.1"
        )
    from app.webhook import run  # noqa: PLC0415 - other verbs start without the server's libraries

    try:
        run.serve(settings, run.Listen(host, port, tls_cert, tls_key, workers))
    except run.CannotServe as error:
        raise Failed(str(error)) from None


@elbguard.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Host name or address the API server calls; repeatable.",
)
def certs(folder: Path, hosts: tuple[str, ...]) -> None:
    """Make a CA and a serving certificate in DIR.

    Writes ca.crt, ca.key, tls.crt and tls.key (ECDSA P-256; the certificate is good for a year) and overwrites nothing.
    """
    from app.webhook import tls  # noqa: PLC0415 - other verbs start without cryptography

    try:
        tls.write(folder, hosts)
    except tls.CannotWrite as error:
        raise Failed(str(error)) from None
    click.echo(f"wrote {', '.join(tls.FILES)} to {folder}", err=True)


def main() -> None:
    """Run the command. Exits 2 with one sentence when what was asked cannot be done."""
    try:
        elbguard(prog_name="elbguard")
    except BrokenPipeError:
        sys.exit(CANNOT)

"""The verbs that look at a live cluster: what they take, and how they are told what cannot be done."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from elbguard import completing
from elbguard.options import Failed, judging
from elbguard.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")  # RFC 1123, as Kubernetes asks of namespaces


def asking(command: F) -> F:
    """Give a verb the flags that say which cluster is meant."""
    for each in reversed(
        (
            click.option(
                "--context",
                metavar="NAME",
                shell_complete=completing.contexts,
                help="The kubeconfig's context.  [default: the current one]",
            ),
            click.option(
                "--kubeconfig",
                type=_FILE,
                metavar="FILE",
                help="The kubeconfig.  [default: $KUBECONFIG, ~/.kube/config, or the cluster whose Pod we are]",
            ),
        )
    ):
        command = each(command)
    return command


def _label(context: click.Context, parameter: click.Parameter, text: str) -> str:
    if text and not _LABEL.fullmatch(text):
        raise click.BadParameter(f"{text!r} is no name of a namespace", context, parameter)
    return text


@click.command(
    help="""Look step by step for what is wrong with the installation in a live cluster, or with one SERVICE.

    Webhook configurations and their rules, Service and endpoints, certificate and caBundle, a dry run of a good and of
    a bad Service, facts, replicas, leftovers, other webhooks, the policy: each step with a verdict (ok, failed,
    warning, not known), what was found, and the cure. SERVICE, as NAMESPACE/NAME, answers why it hangs: its state, its
    events and what they mean, what the rules say of it. Nothing is changed; a dry run keeps nothing.

    \b
      elbguard doctor
      elbguard doctor --context production --format json
      elbguard doctor shop/web

    Rights, without which a step is not known: get and list of webhook configurations, of policies and of their
    bindings; list nodes, get namespaces; create services where it tries them (-n, else default); in elbguard's
    namespace get services, endpoints, secrets and configmaps, list pods, deployments and endpointslices, get
    pods/proxy. For a SERVICE: get services, list events and endpointslices in its namespace, list services in all.

    Exit code 0: no step failed; 1: a step failed; 2: there was no cluster to look at, or rights were missing to look at
    all; 130: interrupted.
    """,
)
@click.argument("service", metavar="[SERVICE]", default="")
@click.option(
    "-n",
    "--namespace",
    default="",
    callback=_label,
    metavar="NAME",
    help="Where SERVICE is, or where Services are tried by a dry run.  [default: default]",
)
@asking
@click.option(
    "--webhook-name", default="elbguard", show_default=True, metavar="NAME", help="As of serve: both configurations."
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="How to tell it.",
)
@judging
def doctor(settings: Settings, form: str, **asked: Any) -> None:
    from elbguard.doctor import doctor_command  # noqa: PLC0415 - other verbs start without the kubernetes package

    try:
        sys.exit(doctor_command.run(doctor_command.Consultation(format=form, **asked), settings))
    except doctor_command.CannotLook as error:
        raise Failed(str(error)) from None

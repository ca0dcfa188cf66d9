"""The verbs that look at a live cluster: what they take, and how they are told what cannot be done."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from elbguard import completing
from elbguard.settings import Settings
from elbguard.verbs.flags import Failed, told_as
from elbguard.verbs.settings_flags import judging

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


def _version(context: click.Context, parameter: click.Parameter, text: str | None) -> Any:
    from elbguard_rules.core.facts import Version  # noqa: PLC0415 - other verbs start without it

    try:
        return Version.parse(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


def _label(context: click.Context, parameter: click.Parameter, text: str) -> str:
    if text and not _LABEL.fullmatch(text):
        raise click.BadParameter(f"{text!r} is no name of a namespace", context, parameter)
    return text


@click.command(
    help="""Judge the LoadBalancer Services of a live cluster, as they stand there.

    They are read page by page, by kubeconfig or as a Pod, and never changed. What CCE wrote back is not blamed, and a
    mistake that was admitted once is one all the same. Version, type and nodes of the cluster are learnt from it; flags
    stand above that. At the end findings are counted by rule and by namespace. Ingresses are counted, not judged.

    \b
      elbguard audit
      elbguard audit --namespace shop --format json
      elbguard audit --context production --as-if v1.30.4-r0
      elbguard audit --policy-report --fail-on never
      kubectl get services -A -o yaml | elbguard check -      the same, facts given by flags

    It needs the right to list Services; to list Ingresses and nodes too, or it says what it goes without.

    Exit code 0: nothing to report; 1: findings; 2: something could not be read, written or judged; 130: interrupted.
    """,
)
@click.option("-n", "--namespace", default="", callback=_label, metavar="NAME", help="Only this namespace.")
@click.option("-A", "--all-namespaces", is_flag=True, help="All namespaces, which is the default.")
@asking
@click.option(
    "--as-if",
    callback=_version,
    metavar="VERSION",
    help="Judge as after an upgrade to this CCE version, and say which findings are new and which are gone.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    shell_complete=completing.formats,
    help="As of check: text, short, json, sarif, junit, github or html; repeatable.  [default: text]",
)
@click.option(
    "--policy-report",
    is_flag=True,
    help="Write a PolicyReport, of wgpolicyk8s.io or openreports.io, into each namespace with LoadBalancer Services.",
)
@click.option(
    "--fail-on",
    default="error",
    show_default=True,
    type=click.Choice(["error", "warning", "never"]),
    help="Which findings end in exit code 1.",
)
@click.option("--strict", is_flag=True, help="Exit 1 as well when a rule could not judge for want of a fact.")
@judging
def audit(settings: Settings, namespace: str, all_namespaces: bool, fail_on: str, **asked: Any) -> None:
    from elbguard.audit import audit_command  # noqa: PLC0415 - other verbs start without the kubernetes package
    from elbguard_rules.core.problem import Severity  # noqa: PLC0415

    if namespace and all_namespaces:
        raise Failed("--namespace names one namespace, --all-namespaces means all: give one of them")
    if asked["policy_report"] and asked["as_if"]:
        raise Failed("--policy-report says what is, and --as-if what would be: give one of them")
    level = Severity.OFF if fail_on == "never" else Severity(fail_on)
    try:
        sys.exit(audit_command.run(audit_command.Inquiry(namespace=namespace, fail_on=level, **asked), settings))
    except audit_command.CannotAudit as error:
        raise Failed(str(error)) from None


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

    Rights, without which a step is not known: list webhook configurations, policies and their bindings; list nodes,
    get namespaces, get network-attachment-definitions in kube-system; create services where it tries them (-n, else
    default); in elbguard's namespace get services, endpoints, secrets and configmaps, list pods, deployments and
    endpointslices, get pods/proxy. For a SERVICE: get services, list events and endpointslices in its namespace, list
    services in all.

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
@told_as("How to tell it.", "text", "json")
@judging
def doctor(settings: Settings, form: str, **asked: Any) -> None:
    from elbguard.doctor import doctor_command  # noqa: PLC0415 - other verbs start without the kubernetes package

    try:
        sys.exit(doctor_command.run(doctor_command.Consultation(format=form, **asked), settings))
    except doctor_command.CannotLook as error:
        raise Failed(str(error)) from None

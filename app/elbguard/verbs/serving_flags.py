"""The flags of the server."""

from pathlib import Path
from typing import Final

import click

from elbguard.verbs.flags import F, option

_LISTENING: Final = (
    option("--host", "Address to listen on.", default="0.0.0.0", show_default=True),  # noqa: S104 - it is called from outside
    option("--port", "Port to listen on.", default=8443, show_default=True, type=click.IntRange(0, 65535)),
    option("--tls-cert", "Serving certificate, PEM.", type=click.Path(path_type=Path), metavar="FILE"),
    option("--tls-key", "Its private key, PEM.", type=click.Path(path_type=Path), metavar="FILE"),
    option("--workers", "Processes to serve with.", default=1, show_default=True, type=click.IntRange(1, 64)),
    option(
        "--drain-seconds",
        "How long to go on answering after SIGTERM, until everybody has noticed.",
        default=12.0,
        show_default=True,
        type=click.FloatRange(0, 3600),
    ),
    option(
        "--max-in-flight",
        "Reviews at a time; the API server is asked to repeat what is more.",
        default=200,
        show_default=True,
        type=click.IntRange(1, 10_000),
    ),
    option(
        "--record",
        "Write what is asked and answered to this file, for elbguard replay; without user names.",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
    ),
    option(
        "--record-size",
        "MiB of the recording at most: half of it in FILE, what is older in FILE.1.",
        default=100,
        show_default=True,
        type=click.IntRange(1, 100_000),
        metavar="MIB",
    ),
    option(
        "--log-format",
        "Form of the log on standard error.",
        default="text",
        show_default=True,
        type=click.Choice(["text", "json"]),
    ),
    option(
        "--log-level",
        "From which level on; debug logs every decision.",
        default="info",
        show_default=True,
        type=click.Choice(["debug", "info", "warning", "error"]),
    ),
)
_IN_A_CLUSTER: Final = (
    option(
        "--watch-cluster",
        "Learn version, type and nodes of the cluster from its API server; what flags say stands above it.",
        is_flag=True,
    ),
    option(
        "--manage-certificates",
        "Keep CA and certificate in a Secret and in the webhook configurations, instead of files.",
        is_flag=True,
    ),
    option("--namespace", "Our namespace.", default="elbguard", show_default=True),
    option("--service-name", "Our Service.", default="elbguard", show_default=True),
    option("--secret-name", "The Secret for the certificates.", default="elbguard-tls", show_default=True),
    option("--webhook-name", "The name of both webhook configurations.", default="elbguard", show_default=True),
    option(
        "--certificate-host",
        "A further host name or address for the kept certificate; repeatable.",
        multiple=True,
        metavar="NAME",
    ),
)


def serving(command: F) -> F:
    """Give a verb the flags of the server."""
    for each in reversed((*_LISTENING, *_IN_A_CLUSTER)):
        command = each(command)
    return command

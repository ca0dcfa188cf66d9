"""`elbguard serve`: the admission webhook."""

from typing import Any

import click

from elbguard.settings import Settings
from elbguard.verbs.flags import Failed
from elbguard.verbs.interrupt import INTERRUPT
from elbguard.verbs.serving_flags import serving
from elbguard.verbs.settings_flags import GIVEN, judging


@click.command(
    help="""Serve the admission webhook over HTTPS.

    POST /validate and /mutate take AdmissionReviews; /healthz, /readyz and /metrics are for probes and Prometheus. The
    file given by --config is followed: what changes in it is used without a restart, and so are certificate files.
    """,
)
@serving
@judging
def serve(
    settings: Settings,
    watch_cluster: bool,
    manage_certificates: bool,
    namespace: str,
    service_name: str,
    secret_name: str,
    webhook_name: str,
    certificate_host: tuple[str, ...],
    **how: Any,
) -> None:
    from elbguard.webhook.run import serve as run  # noqa: PLC0415 - other verbs start without the server's libraries
    from elbguard.webhook.wanted import CannotServe, Serve  # noqa: PLC0415

    given, config = click.get_current_context().meta[GIVEN]
    try:
        if watch_cluster or manage_certificates:
            from elbguard.cluster import parts  # noqa: PLC0415 - needs the kubernetes package

            names = parts.names(namespace, secret_name, service_name, webhook_name, certificate_host)
            how |= parts.parts(settings, names, watch=watch_cluster, keep=manage_certificates)
        run(settings, Serve(given=given, config=config, **how))
        INTERRUPT.came = False  # it has stopped in order, which is no interruption
    except CannotServe as error:
        raise Failed(str(error)) from None

"""Running the server: uvicorn with TLS, one process or several."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import uvicorn

from app.settings import Settings
from app.webhook import logs
from app.webhook.configfile import ConfigFile
from app.webhook.drain import DrainingServer, Lifecycle
from app.webhook.server import MOST_IN_FLIGHT, AdmissionServer

KEEP_ALIVE: Final = 120  # seconds; the API server drops idle connections after 90, so it is never we who hang up
GRACE: Final = 10  # seconds for requests in flight once the listener is closed
_HANDED_DOWN: Final = "ELBGUARD_SERVE_SETTINGS"  # from the supervisor to its workers


@dataclass(frozen=True)
class Serve:
    """How to serve: where to listen, the PEM files of certificate and key, and how to behave.

    `drain_seconds` is how long the server goes on answering after SIGTERM. `config` is the settings' file, followed
    while the server runs, and `given` what flags and environment put above it.
    """

    host: str
    port: int
    tls_cert: Path
    tls_key: Path
    workers: int = 1
    drain_seconds: float = 12.0
    max_in_flight: int = MOST_IN_FLIGHT
    log_format: logs.Form = "text"
    log_level: str = "info"
    config: Path | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


class CannotServe(Exception):
    """The server cannot start; one sentence says why and what to do."""


def serve(settings: Settings, how: Serve) -> None:
    """Serve until a signal ends it. Raises CannotServe before anything is bound."""
    _check_pair(how)
    logs.configure(how.log_format, how.log_level)
    if how.workers > 1:
        _serve_with_workers(settings, how)
        return
    lifecycle = Lifecycle()
    application = AdmissionServer(settings, lifecycle=lifecycle, most=how.max_in_flight)
    if how.config:
        ConfigFile(how.config, how.given, application.use, application.metrics.reloaded).follow()
    DrainingServer(uvicorn.Config(application, **_options(how)), lifecycle, how.drain_seconds).run()


def _options(how: Serve) -> dict[str, Any]:
    return {
        "host": how.host,
        "port": how.port,
        "ssl_certfile": how.tls_cert,
        "ssl_keyfile": how.tls_key,
        "timeout_keep_alive": KEEP_ALIVE,
        "timeout_graceful_shutdown": GRACE,
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "lifespan": "off",
        "log_config": None,
    }


def _serve_with_workers(settings: Settings, how: Serve) -> None:
    """Several processes behind one port, for a machine of its own; in a cluster, replicas do that better."""
    os.environ[_HANDED_DOWN] = settings.model_dump_json(by_alias=True)
    logs.hand_down(how.log_format, how.log_level)
    uvicorn.run("app.webhook.run:worker", factory=True, workers=how.workers, **_options(how))


def worker() -> AdmissionServer:
    """The application of one of several processes."""
    logs.configure(*logs.handed_down())
    return AdmissionServer(Settings.model_validate_json(os.environ[_HANDED_DOWN]))


def _check_pair(how: Serve) -> None:
    for path in (how.tls_cert, how.tls_key):
        if not path.is_file():
            raise CannotServe(f"{path}: no such file; make a pair with: elbguard certs {path.parent} --host NAME")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(how.tls_cert, how.tls_key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise CannotServe(f"{how.tls_cert} and {how.tls_key} are no pair to serve with: {reason}") from None

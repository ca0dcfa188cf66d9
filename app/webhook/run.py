"""Running the server: uvicorn with TLS, one process or several."""

import logging
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from app.settings import Settings
from app.webhook.server import AdmissionServer

KEEP_ALIVE: Final = 120  # seconds; the API server drops idle connections after 90, so it is never we who hang up
_HANDED_DOWN: Final = "ELBGUARD_SERVE_SETTINGS"  # from the supervisor to its workers


@dataclass(frozen=True)
class Listen:
    """Where to listen: host, port, and the PEM files of the serving certificate and its key."""

    host: str
    port: int
    tls_cert: Path
    tls_key: Path
    workers: int = 1


class CannotServe(Exception):
    """The server cannot start; one sentence says why and what to do."""


def serve(settings: Settings, listen: Listen) -> None:
    """Serve until a signal ends it. Raises CannotServe before anything is bound."""
    _check_pair(listen)
    _log()
    if listen.workers > 1:
        os.environ[_HANDED_DOWN] = settings.model_dump_json(by_alias=True)
    uvicorn.run(
        "app.webhook.run:worker" if listen.workers > 1 else AdmissionServer(settings),
        factory=listen.workers > 1,
        host=listen.host,
        port=listen.port,
        workers=listen.workers,
        ssl_certfile=listen.tls_cert,
        ssl_keyfile=listen.tls_key,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=10,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        log_config=None,
    )


def worker() -> AdmissionServer:
    """The application of one of several processes."""
    _log()
    return AdmissionServer(Settings.model_validate_json(os.environ[_HANDED_DOWN]))


def _check_pair(listen: Listen) -> None:
    for path in (listen.tls_cert, listen.tls_key):
        if not path.is_file():
            raise CannotServe(
                f"{path}: no such file; make a certificate with: elbguard certs {path.parent} --host NAME"
            )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(listen.tls_cert, listen.tls_key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise CannotServe(f"{listen.tls_cert} and {listen.tls_key} are no pair to serve with: {reason}") from None


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

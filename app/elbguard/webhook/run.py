"""Running the server: uvicorn with TLS, one process or several."""

import asyncio
import logging
import os
import signal
import socket
import stat
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any, Final, cast

import uvicorn

from elbguard.fitness import Pair, Unfit
from elbguard.settings import Settings, load
from elbguard.settings_mistakes import SettingsError
from elbguard.webhook import logs
from elbguard.webhook.configfile import ConfigFile
from elbguard.webhook.connections import Crowd
from elbguard.webhook.drain import DrainingServer, Lifecycle
from elbguard.webhook.following import Follower
from elbguard.webhook.listening import bind, room
from elbguard.webhook.metrics import Metrics
from elbguard.webhook.pairfiles import PairFiles
from elbguard.webhook.recording import Recorder
from elbguard.webhook.server import AdmissionServer
from elbguard.webhook.serving import ServingContext
from elbguard.webhook.shortcut import of_worker
from elbguard.webhook.wanted import CannotServe, Facts, Keeper, Neighbourhood, Serve
from elbguard.webhook.warming import warm
from elbguard.webhook.workers import APPLICATION, Workers, hand_down
from elbguard_rules.core.ip_addresses import address

LOG: Final = logging.getLogger("elbguard.run")
KEEP_ALIVE: Final = 120  # seconds; the API server drops idle connections after 90, so it is never we who hang up
GRACE: Final = 10  # seconds for requests in flight once the listener is closed


_OBSERVED: Final = ("version", "type", "node_ips")  # what a cluster is asked for; nothing shows its proxy mode


def serve(settings: Settings, how: Serve) -> None:
    """Serve until a signal ends it; Ctrl-C is an end as good as any. Raises CannotServe before anything is bound."""
    logs.configure(how.log_format, how.log_level)
    if how.workers > 1:
        _serve_with_workers(settings, how)
        return
    background: list[Keeper | Facts | Neighbourhood | PairFiles | ConfigFile | Recorder] = []
    _on_hangup(lambda: _look_now(background))  # first of all: it would end the process
    metrics, lifecycle = Metrics(), Lifecycle()
    tls = ServingContext(count_refused=lambda: metrics.swapped("refused"))
    certificates = _certificates(how, tls, metrics)
    recorder = Recorder(how.recording, metrics.recorded, metrics.recorded) if how.recording else None
    application = AdmissionServer(
        settings,
        metrics=metrics,
        lifecycle=lifecycle,
        cluster=how.facts.current if how.facts else None,
        beside=how.beside.current if how.beside else tuple,
        unready=lambda: _unready(certificates, tls),
        most=how.max_in_flight,
    )
    if recorder:
        application.record(recorder)
    ages = how.facts.ages if how.facts else dict
    metrics.watch(partial(_end_of, tls), ages, _OBSERVED if how.facts else ())
    warm(settings)
    sockets = _sockets(how)
    crowd = Crowd(replace(how.limits, connections=room(how.limits.connections)), metrics.cut, application.refusals)
    metrics.connections.set_function(lambda: len(crowd))
    parts = (recorder, certificates, how.facts, how.beside, _config(how, application, settings))
    background += [part for part in parts if part]
    for part in background:
        part.start()
    config = uvicorn.Config(application, **_options())
    server = DrainingServer(config, tls.context, lifecycle=lifecycle, seconds=how.drain_seconds, crowd=crowd)
    try:
        _say_start(settings, how, sockets, tls.not_after)
        with suppress(KeyboardInterrupt):  # uvicorn raises it once more, after it has stopped in order
            server.run(sockets)
    finally:
        for part in background:
            part.stop()


def _look_now(background: Sequence[object]) -> None:
    LOG.info("SIGHUP: the files of configuration and certificate are read anew")
    for part in background:
        if isinstance(part, Follower):
            part.look_now()


def _on_hangup(act: Callable[[], None]) -> None:
    """Act on SIGHUP in a thread: a handler interrupts anything, a lock that it would need included."""
    if hasattr(signal, "SIGHUP"):  # there is none on Windows
        signal.signal(signal.SIGHUP, lambda *_: threading.Thread(target=act, name="hangup", daemon=True).start())


def _say_start(settings: Settings, how: Serve, sockets: list[socket.socket], ends: datetime | None) -> None:
    """One line: what runs, where, with which settings other than the defaults, and until when its certificate lasts."""
    LOG.info(
        "elbguard %s serves on https://%s",
        version("elbguard"),
        _address(how.host, how.port or sockets[0].getsockname()[1]),
        extra={
            "mode": settings.mode.value,
            "settings": settings.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            "certificate_ends": ends.isoformat() if ends else "not known yet",
        },
    )


def _unready(certificates: Keeper | PairFiles, tls: ServingContext) -> str:
    clocks = "" if isinstance(certificates, PairFiles) else certificates.disagreement
    return clocks or ("" if tls.not_after else "no certificate yet that the API server trusts")


def _certificates(how: Serve, tls: ServingContext, metrics: Metrics) -> Keeper | PairFiles:
    def swap(what: str, pair: Pair, now: datetime | None = None) -> None:
        tls.swap(pair, now, what)
        metrics.swapped("swapped")

    if how.keeper:
        return how.keeper(partial(swap, "the certificate in the Secret"))
    return _files(how, tls, partial(swap, f"the pair of {how.tls_cert} and {how.tls_key}"), metrics)


def _files(how: Serve, tls: ServingContext, swap: Callable[[Pair], None], metrics: Metrics) -> PairFiles:
    certificate, key = _pair(how)
    files = PairFiles(certificate, key, swap)
    try:
        files.load(tls.take)
    except Unfit as unfit:
        raise CannotServe(f"{certificate} and {key} cannot be served with: {unfit}") from None
    except OSError as error:
        raise CannotServe(f"{error.filename or certificate}: cannot be read: {_strerror(error)}") from None
    metrics.swapped("swapped")
    return files


def _config(how: Serve, application: AdmissionServer, settings: Settings) -> ConfigFile | None:
    if not how.config:
        return None
    return ConfigFile(how.config, how.given, application.use, application.metrics.reloaded, current=settings)


def _sockets(how: Serve) -> list[socket.socket]:
    try:
        return bind(how.host, how.port)
    except (OSError, UnicodeError) as error:  # a host may be no name at all
        reason = _strerror(error) if isinstance(error, OSError) else "this is no host name"
        raise CannotServe(
            f"{_address(how.host, how.port)} cannot be listened on: {reason}; give --host or --port"
        ) from None


def _address(host: str, port: int) -> str:
    is_v6 = isinstance(address(host), IPv6Address)
    return f"[{host}]:{port}" if is_v6 else f"{host or '*'}:{port}"


def _strerror(error: OSError) -> str:
    """Why, without what Python adds; that a name is not known has no number of the system's."""
    known = error.errno is not None and not isinstance(error, socket.gaierror)
    return (os.strerror(error.errno or 0) if known else error.strerror or str(error)).lower()


def _options() -> dict[str, Any]:
    return {
        "ws": "none",
        "timeout_keep_alive": KEEP_ALIVE,
        "timeout_graceful_shutdown": GRACE,
        "access_log": False,
        "proxy_headers": False,  # the API server comes itself; who is in the log is who connected
        "server_header": False,
        "date_header": False,
        "lifespan": "off",
        "log_config": None,
    }


def _serve_with_workers(settings: Settings, how: Serve) -> None:
    """Several processes behind one port, for a machine of its own; in a cluster, replicas do that better.

    What runs in the background of one process (keeper, facts, following files) does not run here. Raises CannotServe
    where a keeper or facts are asked for.
    """
    if how.keeper or how.facts:
        raise CannotServe("--watch-cluster and --manage-certificates go with one worker; in a cluster add replicas")
    certificate, key = _pair(how)
    tls = ServingContext()
    files = _files(how, tls, tls.swap, Metrics())
    sockets = _sockets(how)
    hand_down(settings, how.drain_seconds, how.recording)
    logs.hand_down(how.log_format, how.log_level)
    config = uvicorn.Config(
        APPLICATION,
        factory=True,
        workers=how.workers,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        loop="elbguard.webhook.listening:PatientLoop",
        http=cast("type[asyncio.Protocol]", of_worker),
        **_options(),
    )
    workers = Workers(config, sockets, lambda: _renew(how, files, tls))
    LOG.warning("with several workers files are read anew at SIGHUP only, and there are no metrics")
    _say_start(settings, how, sockets, tls.not_after)
    workers.run()


def _renew(how: Serve, files: PairFiles, tls: ServingContext) -> bool:
    """Whether new workers may be started, with new settings if those are good; what is wrong is logged."""
    LOG.info("SIGHUP: the files of configuration and certificate are read anew")
    try:
        files.load(tls.take)
    except (Unfit, OSError) as error:
        LOG.error("no worker is replaced, since %s and %s cannot be served with: %s", how.tls_cert, how.tls_key, error)  # noqa: TRY400
        return False
    try:
        if how.config:
            hand_down(load(how.given, how.config), how.drain_seconds, how.recording)
    except SettingsError as error:
        told = "; ".join(error.mistakes)
        LOG.error("the changed configuration is not used, the last good one stays: %s", told)  # noqa: TRY400
    return True


def _end_of(tls: ServingContext) -> float | None:
    """When the certificate that is served ends, in seconds of the epoch."""
    return tls.not_after.timestamp() if tls.not_after else None


def _pair(how: Serve) -> tuple[Path, Path]:
    """The certificate's and the key's files. Raises CannotServe where there is none."""
    if how.tls_cert is None or how.tls_key is None:
        raise CannotServe(
            "the API server speaks HTTPS only: give --tls-cert and --tls-key, or in a cluster --manage-certificates;"
            " make a pair with: elbguard certs certs --host localhost --host 127.0.0.1"
        )
    for path in (how.tls_cert, how.tls_key):
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise CannotServe(
                f"{path}: no such file; make a pair with: elbguard certs {path.parent} --host NAME"
            ) from None
        except OSError as error:
            raise CannotServe(f"{path}: cannot be read: {_strerror(error)}") from None
        if not stat.S_ISREG(mode):
            raise CannotServe(f"{path}: is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}; give a PEM file")
    return how.tls_cert, how.tls_key

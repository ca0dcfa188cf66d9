"""Processes that keep certificates in the real API server: racing for a Secret, or serving the webhook as well."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import uvicorn

from elbguard.cluster.api import CertificateApi
from elbguard.cluster.certificate_api import connect
from elbguard.cluster.certificates import CertificateKeeper, Whereabouts
from elbguard.fitness import Pair
from elbguard.settings import Settings
from elbguard.webhook.drain import DrainingServer
from elbguard.webhook.listening import bind
from elbguard.webhook.run import serve
from elbguard.webhook.server import AdmissionServer
from elbguard.webhook.serving import ServingContext, wall_clock
from elbguard.webhook.wanted import Serve
from tests.support.places import ROOT
from tests.support.process import LOOPBACK, Server

INTERVAL = 0.3  # seconds between two looks


class Racer:
    """A process that, at each Secret's name it is told, keeps certificates there until one is served."""

    def __init__(self, kubeconfig: Path, namespace: str, configuration: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, "race", namespace, configuration],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"KUBECONFIG": str(kubeconfig)},
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._in.close()
        self._process.wait(30)
        self._out.close()

    def ready(self) -> None:
        """Wait until it has loaded everything."""
        assert self._out.readline() == "ready\n"

    def begin(self, secret: str) -> None:
        """Let it race for this Secret."""
        print(secret, file=self._in, flush=True)

    def result(self) -> dict[str, Any]:
        """The digest of the certificate `served`, and the `events` counted."""
        found: dict[str, Any] = json.loads(self._out.readline())
        return found


def serving(kubeconfig: Path, namespace: str, configuration: str, port: int, log: Path) -> Server:
    """Start a process that keeps a certificate and serves the webhook with it."""
    command = [sys.executable, "-m", __spec__.name, "serve", namespace, configuration, str(port)]
    return Server("keeper", command, log, os.environ | {"KUBECONFIG": str(kubeconfig)}, ROOT)


def replica(kubeconfig: Path, namespace: str, configuration: str, port: int, log: Path, ahead: timedelta) -> Server:
    """Start a process that serves as `serve --manage-certificates` does, by a clock that is ahead by this much."""
    command = [sys.executable, "-m", __spec__.name, "replica", namespace, configuration, str(port)]
    env = os.environ | {"KUBECONFIG": str(kubeconfig)}
    return Server("replica", [*command, str(ahead.total_seconds())], log, env, ROOT)


def names(namespace: str, secret: str, configuration: str) -> Whereabouts:
    """The certificate is also for the address that the tests register."""
    return Whereabouts(namespace, secret, "elbguard", configuration, configuration, (LOOPBACK,))


def _race(namespace: str, configuration: str) -> None:
    api = connect()
    print("ready", flush=True)
    for secret in map(str.strip, sys.stdin):
        print(json.dumps(_won(api, names(namespace, secret, configuration))), flush=True)


def _won(api: CertificateApi, place: Whereabouts) -> dict[str, Any]:
    events: Counter[str] = Counter()
    served: list[Pair] = []
    keeper = CertificateKeeper(
        api, place, lambda pair, _: served.append(pair), clock=wall_clock, count=lambda event: events.update([event])
    )
    while not keeper.ready:
        keeper.turn()
    return {"served": hashlib.sha256(served[-1].certificate).hexdigest(), "events": events}


def _serve(namespace: str, configuration: str, port: str) -> None:
    context = ServingContext()
    place = names(namespace, "elbguard-tls", configuration)
    keeper = CertificateKeeper(connect(), place, context.swap, clock=wall_clock, interval=INTERVAL)
    keeper.start()
    config = uvicorn.Config(AdmissionServer(Settings()), timeout_keep_alive=120, lifespan="off")
    DrainingServer(config, context.context).run(bind(LOOPBACK, int(port)))


def _replica(namespace: str, configuration: str, port: str, ahead: str) -> None:
    def clock() -> datetime:
        return wall_clock() + timedelta(seconds=float(ahead))

    def keeper(swap: Callable[[Pair, datetime], None]) -> CertificateKeeper:
        place = names(namespace, "elbguard-tls", configuration)
        return CertificateKeeper(connect(), place, swap, clock=clock, interval=INTERVAL)

    serve(Settings(), Serve(LOOPBACK, int(port), keeper=keeper, drain_seconds=0))


if __name__ == "__main__":
    verbs: Mapping[str, Any] = {"race": _race, "serve": _serve, "replica": _replica}
    verbs[sys.argv[1]](*sys.argv[2:])

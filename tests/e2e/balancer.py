"""What a Service is to its replicas: one address, behind which connections go to those that are ready, in turns."""

import contextlib
import http.client
import itertools
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

from tests.support.process import LOOPBACK

POLL_SECONDS = 0.1


class Balancer:
    """Listens on `port`, and passes each connection on to the next of those `ports` whose /readyz says so."""

    def __init__(self, port: int, ports: list[int]) -> None:
        self.ports = ports  # of the replicas; may change
        self._ready: list[int] = []
        self._turns = itertools.count()
        self._stop = threading.Event()
        self._listener = socket.create_server((LOOPBACK, port))
        self._open: list[socket.socket] = [self._listener]

    def __enter__(self) -> Self:
        self._begin(self._probe)
        self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _begin(self, what: Callable[..., None], *args: object) -> None:
        threading.Thread(target=what, args=args, daemon=True).start()

    def _probe(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self._ready = [port for port in self.ports if readiness(port)[0] == 200]

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(near)
            if not (ready := self._ready):
                near.close()
                continue
            far = socket.create_connection((LOOPBACK, ready[next(self._turns) % len(ready)]))
            self._open.append(far)
            self._begin(_pass_on, near, far)
            self._begin(_pass_on, far, near)


def readiness(port: int) -> tuple[int, str]:
    """What the replica at this port says of /readyz, as kubelet sees it: status and text; status 0 if nothing."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(LOOPBACK, port, timeout=5, context=context)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)

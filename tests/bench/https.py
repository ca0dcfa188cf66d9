"""HTTPS requests per second: `elbguard serve` against a bare ASGI application on uvicorn, in alternated rounds.

One server process on one core, the client on another. Its own time is what the server's process spent on a request:
it does not depend on how fast the client is.
"""

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from elbguard import pairs
from tests.bench.results import Row, Table
from tests.bench.reviews import review

ROUNDS: Final = 5
REQUESTS: Final = 4000  # in a round
_CONNECTIONS: Final = 8
_BARE: Final = "tests.bench.https:bare"
OURS: Final = "elbguard serve"
_NAMES: Final = ("a bare ASGI application", "elbguard serve", "the same through FastAPI")
_AIMS: Final = {_NAMES[1]: "0.5"}
_FASTAPI: Final = "tests.bench.https:fastapi"


async def bare(scope: dict, receive, send) -> None:  # type: ignore[no-untyped-def, type-arg]
    """The least that answers a POST: read the body, send a constant."""
    while (await receive()).get("more_body"):
        pass
    answer = b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"1","allowed":true}}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def nothing(scope: dict, receive, send) -> None:  # type: ignore[no-untyped-def, type-arg]
    """The least that an API server takes for an answer: everything is allowed."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    uid = body.partition(b'"uid":"')[2].partition(b'"')[0]
    answer = (
        b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"%b","allowed":true}}' % uid
    )
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


def __getattr__(name: str) -> object:
    """The applications that uvicorn imports by name, made only in its process."""
    from elbguard.settings import Settings  # noqa: PLC0415
    from elbguard.webhook.admission import Admission  # noqa: PLC0415

    if name == "fastapi":
        from fastapi import FastAPI, Request, Response  # noqa: PLC0415

        api, admission = FastAPI(), Admission(Settings())

        @api.post("/validate")
        async def validate(request: Request) -> Response:
            answer = admission.validate(await request.body())
            return Response(answer.body, answer.status, media_type=answer.content_type.decode())

        return api
    raise AttributeError(name)


def measure() -> Table:
    """Requests per second and the server's own time per request, with ratios to the bare application."""
    bodies = [review(number) for number in range(REQUESTS)]
    with tempfile.TemporaryDirectory() as folder:
        pairs.write(Path(folder), ["localhost"])
        servers = dict(zip(_NAMES, (_BARE, OURS, _FASTAPI), strict=True))
        rates: dict[str, list[float]] = {name: [] for name in servers}
        costs: dict[str, list[float]] = {name: [] for name in servers}
        for turn in range(ROUNDS):
            for name, application in servers.items():
                if sys.stderr.isatty():
                    print(f"\rround {turn + 1} of {ROUNDS}: {name:<24}", end="", file=sys.stderr)
                with served(application, Path(folder)) as (port, process):
                    rate, cost = asked(port, process, Path(folder), bodies)
                rates[name].append(rate)
                costs[name].append(cost)
    base_rate, base_cost = median(rates[_NAMES[0]]), median(costs[_NAMES[0]])
    rows = []
    for name in servers:
        rate, cost = median(rates[name]), median(costs[name])
        own = f"{rate:.0f} requests/s, {cost:.0f} us of the server's own time ({cost - base_cost:+.0f})"
        rows.append(Row(name, f"{rate / base_rate:.2f} of bare", own, _AIMS.get(name, "")))
    remark = f"one worker on one core, {_CONNECTIONS} connections, median of {ROUNDS} alternated rounds of {REQUESTS}"
    return Table("HTTPS", remark, tuple(rows))


@contextmanager
def served(application: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A server of the application, or of a program of that path, with the pair in a folder: its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    certificate, key = str(folder / "tls.crt"), str(folder / "tls.key")
    given = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    if application == OURS:
        given += ["--tls-cert", certificate, "--tls-key", key, "--drain-seconds", "0"]
        command = ["-m", "elbguard", "serve", *given]
    elif application.startswith("/"):
        command = []
    else:
        command = ["-m", "uvicorn", application, *given, "--ssl-certfile", certificate, "--ssl-keyfile", key]
        command += ["--no-access-log", "--lifespan", "off", "--timeout-keep-alive", "120"]
    program = [sys.executable, *command] if command else [application, f"127.0.0.1:{port}", certificate, key]
    process = subprocess.Popen(program)
    try:
        _wait(port, process)
        if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(process.pid, {0})
            os.sched_setaffinity(0, {1})
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start within 10 seconds")


def asked(port: int, process: int, folder: Path, bodies: list[bytes]) -> tuple[float, float]:
    """Requests per second, and microseconds of the server's processor time per request."""
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    streams = [
        context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost")
        for _ in range(_CONNECTIONS)
    ]
    head = "POST /validate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    requests = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]
    _ask(streams, requests[:400])
    spent, start = processor_seconds(process), time.perf_counter()
    _ask(streams, requests)
    elapsed, used = time.perf_counter() - start, processor_seconds(process) - spent
    for stream in streams:
        stream.close()
    return len(requests) / elapsed, used / len(requests) * 1e6


def _ask(streams: list[ssl.SSLSocket], requests: list[bytes]) -> None:
    for at in range(0, len(requests), len(streams)):
        batch = requests[at : at + len(streams)]
        for stream, request in zip(streams, batch, strict=False):
            stream.sendall(request)
        for stream, _ in zip(streams, batch, strict=False):
            _answer(stream)


def _answer(stream: ssl.SSLSocket) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += stream.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(received[:200].decode())
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += stream.recv(65536)


def processor_seconds(process: int) -> float:
    """What a process has used of the processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

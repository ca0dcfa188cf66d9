"""Latency against load: reviews that arrive at a given rate, whether or not the ones before are answered."""

import asyncio
import ssl
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Final

from elbguard import pairs
from tests.bench.https import OURS, served
from tests.bench.plot import plot
from tests.bench.results import Row, Table
from tests.bench.reviews import review

_RATES: Final = (100, 250, 500, 1000, 1500, 2000)  # reviews a second
_SECONDS: Final = 4.0  # of each rate
_CONNECTIONS: Final = 16


def measure(folder: Path) -> Table:
    """Percentiles of latency at several rates, and of memory at rest and after; writes a plot into the folder."""
    with tempfile.TemporaryDirectory() as certificates:
        pairs.write(Path(certificates), ["localhost"])
        with served(OURS, Path(certificates)) as (port, process):
            rest = resident(process)
            found = {rate: asyncio.run(offered(port, Path(certificates, "ca.crt"), rate, _SECONDS)) for rate in _RATES}
            after = resident(process)
    lines = {f"p{percent}": [(rate, at(found[rate], percent)) for rate in _RATES] for percent in (50, 90, 99)}
    (folder / "latency.svg").write_text(plot("Latency against load", "reviews a second", "milliseconds", lines))
    rows = [
        Row(f"{rate} reviews a second", "", f"p50 {at(each, 50):.2f} ms, p99 {at(each, 99):.2f} ms")
        for rate, each in found.items()
    ]
    rows.append(Row("memory of the worker at rest", "", f"{rest:.0f} MiB", "64 MiB"))
    rows.append(Row(f"memory after {sum(map(len, found.values()))} distinct reviews", "", f"{after:.0f} MiB"))
    remark = f"one worker on one core, {_CONNECTIONS} connections, {_SECONDS:.0f} s each; ![latency](latency.svg)"
    return Table("Latency against load", remark, tuple(rows))


def at(milliseconds: list[float], percent: int) -> float:
    """A percentile."""
    return quantiles(milliseconds, n=100)[percent - 1]


def resident(process: int) -> float:
    """The MiB of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def posted(path: str, body: bytes) -> bytes:
    """A request of HTTP that the API server would send."""
    head = f"POST {path}?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _validated(number: int) -> bytes:
    return posted("/validate", review(number))


async def offered(
    port: int, ca: Path, rate: float, seconds: float, first: int = 0, asked: Callable[[int], bytes] = _validated
) -> list[float]:
    """Send reviews at a rate over some connections: the milliseconds from when each was due to its answer.

    `asked` makes the request of a number, of which `first` is the first.
    """
    context = ssl.create_default_context(cafile=str(ca))
    due: asyncio.Queue[tuple[float, int]] = asyncio.Queue()
    found: list[float] = []
    workers = [asyncio.create_task(_connection(port, context, due, found, asked)) for _ in range(_CONNECTIONS)]
    start, count = time.perf_counter() + 0.2, int(rate * seconds)
    for number in range(count):
        when = start + number / rate
        await asyncio.sleep(max(0.0, when - time.perf_counter()))
        due.put_nowait((when, first + number))
    await due.join()
    for worker in workers:
        worker.cancel()
    return found


async def _connection(
    port: int,
    context: ssl.SSLContext,
    due: "asyncio.Queue[tuple[float, int]]",
    found: list[float],
    asked: Callable[[int], bytes],
) -> None:
    reader, writer = await asyncio.open_connection("localhost", port, ssl=context)
    while True:
        when, number = await due.get()
        writer.write(asked(number))
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
        found.append((time.perf_counter() - when) * 1000)
        due.task_done()

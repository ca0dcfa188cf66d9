"""`python -m tests.bench.soak [MINUTES]`: mixed traffic for a while; its memory, latency and cost, plotted in docs."""

import asyncio
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final

from elbguard import pairs
from tests.bench.https import OURS, processor_seconds, served
from tests.bench.load import at, offered, posted, resident
from tests.bench.plot import below, plot
from tests.bench.reviews import plain, review

_MINUTES: Final = 20.0
_RATE: Final = 200  # requests a second: 240 000 in twenty minutes, every one with other texts
_STRETCH: Final = 15.0  # seconds between two readings
_DOCS: Final = Path(__file__).parents[2] / "docs"
_LARGE: Final = 3000  # labels, some 180 KiB
_TOLD: Final = "{:5.1f} MiB  p50 {:6.2f} ms  p99 {:6.2f} ms  {:4.0f} us of the processor"
_GET: Final = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"


def main(minutes: float) -> None:
    """Print what memory, latency and processor time each stretch took, and write their plot."""
    memory, usual, slow, cost = lines = [list[tuple[float, float]]() for _ in range(4)]
    sent, spent = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        pairs.write(Path(folder), ["localhost"])
        with served(OURS, Path(folder)) as (port, process):
            start, spent = time.monotonic(), processor_seconds(process)
            while time.monotonic() - start < minutes * 60:
                found = asyncio.run(offered(port, Path(folder, "ca.crt"), _RATE, _STRETCH, sent, mixed))
                sent += len(found)
                before, spent = spent, processor_seconds(process)
                values = resident(process), at(found, 50), at(found, 99), (spent - before) / len(found) * 1e6
                passed = (time.monotonic() - start) / 60
                for line, value in zip(lines, values, strict=True):
                    line.append((passed, value))
                print(f"{passed:5.1f} min  {sent:7} requests  {_TOLD.format(*values)}", flush=True)
    title = f"{date.today().isoformat()}: {sent} requests, {_RATE} a second, every one new"
    three = (
        plot(title, "minutes", "MiB", {"memory of the worker, MiB": memory}),
        plot("Processor time of a request, every kind counted", "minutes", "microseconds", {"mean, us": cost}),
        plot("Latency", "minutes", "milliseconds", {"p50, ms": usual, "p99, ms": slow}),
    )
    (_DOCS / "soak.svg").write_text(below(*three))


def mixed(number: int) -> bytes:
    """The request of a number: of a hundred most are creations as they should be, the rest is whatever else comes."""
    path = ("/validate", "/mutate")[number % 2]
    match number % 100:
        case 0 | 1:
            return posted(path, _large(number))
        case 2 | 3:
            return posted(path, b"no review, but %d" % number)
        case 4:
            return _GET.format("/metrics").encode()
        case 5 | 6:
            return _GET.format("/healthz" if number % 2 else "/readyz").encode()
        case part if part < 20:
            return posted(path, review(number).replace(b"performance", b"performance-%d" % number))
        case part if part < 40:
            return posted(path, _update(number))
        case part if part < 70:
            return posted(path, plain(number))
    return posted(path, review(number))


def _update(number: int) -> bytes:
    """An update that changes an annotation."""
    asked, before = json.loads(review(number)), json.loads(review(number + 1))
    asked["request"] |= {"operation": "UPDATE", "oldObject": before["request"]["object"]}
    return json.dumps(asked).encode()


def _large(number: int) -> bytes:
    """A review with so many labels that it comes in parts."""
    asked = json.loads(review(number))
    asked["request"]["object"]["metadata"]["labels"] = {f"l{label}": f"{number}" * 8 for label in range(_LARGE)}
    return json.dumps(asked).encode()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else _MINUTES)

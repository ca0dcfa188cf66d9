"""`python -m tests.bench.soak [MINUTES]`: mixed traffic for a while; memory and latency as a plot, soak.svg in docs."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from elbguard import pairs
from tests.bench.https import OURS, served
from tests.bench.load import at, offered, resident
from tests.bench.plot import plot

_MINUTES: Final = 20.0
_RATE: Final = 200  # reviews a second: 240 000 in twenty minutes, every one with other texts
_STRETCH: Final = 15.0  # seconds between two readings
_DOCS: Final = Path(__file__).parents[2] / "docs"


def main(minutes: float) -> None:
    """Print memory and latency of each stretch, and write their plot."""
    memory: list[tuple[float, float]] = []
    slow: list[tuple[float, float]] = []
    sent = 0
    with tempfile.TemporaryDirectory() as folder:
        pairs.write(Path(folder), ["localhost"])
        with served(OURS, Path(folder)) as (port, process):
            start = time.monotonic()
            while time.monotonic() - start < minutes * 60:
                found = asyncio.run(offered(port, Path(folder, "ca.crt"), _RATE, _STRETCH, sent))
                sent += len(found)
                passed = (time.monotonic() - start) / 60
                memory.append((passed, resident(process)))
                slow.append((passed, at(found, 99)))
                print(
                    f"{passed:5.1f} min  {sent:7} reviews  {memory[-1][1]:5.1f} MiB  p99 {slow[-1][1]:6.2f} ms",
                    flush=True,
                )
    lines = {"memory, MiB": memory, "p99, ms": slow}
    (_DOCS / "soak.svg").write_text(plot(f"{_RATE} reviews a second, every one new", "minutes", "", lines))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else _MINUTES)

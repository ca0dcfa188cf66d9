"""The same requests to a webhook in Go that has no rules, where there is a Go toolchain."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from elbguard import pairs
from tests.bench import https
from tests.bench.results import Row, Table, skipped
from tests.bench.reviews import review

_SOURCE: Final = Path(__file__).parent / "go" / "main.go"
_TITLE: Final = "HTTPS, beside a webhook in Go"


def measure() -> Table:
    """Requests per second of a webhook in Go and of ours, in alternated rounds."""
    go = shutil.which("go")
    if not go:
        return skipped(_TITLE, "there is no Go toolchain")
    bodies = [review(number) for number in range(https.REQUESTS)]
    with tempfile.TemporaryDirectory() as folder:
        pairs.write(Path(folder), ["localhost"])
        subprocess.run([go, "build", "-o", f"{folder}/webhook", str(_SOURCE)], check=True)
        found: dict[str, list[float]] = {"go": [], https.OURS: []}
        for _ in range(https.ROUNDS):
            for name, rates in found.items():
                application = f"{folder}/webhook" if name == "go" else name
                with https.served(application, Path(folder)) as (port, process):
                    rates.append(https.asked(port, process, Path(folder), bodies)[0])
    without, ours = median(found["go"]), median(found[https.OURS])
    rows = (
        Row("a webhook in Go without rules, one core", "1", f"{without:.0f} requests/s"),
        Row("elbguard serve", f"{ours / without:.2f} of Go", f"{ours:.0f} requests/s", "0.75"),
    )
    return Table(_TITLE, f"median of {https.ROUNDS} alternated rounds of {https.REQUESTS}", rows)

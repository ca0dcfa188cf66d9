"""`python -m tests.bench`: print what a decision and a request cost, and write docs/benchmarks.md with two plots."""

import platform
import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.bench import apiserver, checking, decision, golang, hostile, https, instructions, load
from tests.bench.results import Table

_DOCS: Final = Path(__file__).parents[2] / "docs"
_MEASURES: Final[dict[str, Callable[[], Table]]] = {
    "decision": decision.measure,
    "instructions": instructions.measure,
    "https": https.measure,
    "golang": golang.measure,
    "apiserver": apiserver.measure,
    "load": lambda: load.measure(_DOCS),
    "hostile": lambda: hostile.measure(_DOCS),
    "checking": checking.measure,
}
_SOAK: Final = (
    "## Twenty minutes of mixed traffic",
    "",
    "Made by `make soak`; its title has the day. Latency counts from when a request was due, client included, so that",
    "other work of the machine shows in it; ![soak](soak.svg).",
    "",
)
_PACKAGES: Final = ("uvicorn", "pydantic", "fastapi", "PyYAML")


def main(names: list[str]) -> None:
    """Measure all, or those named; only all of them are written down."""
    tables = []
    for name, measure in _MEASURES.items():
        if not names or name in names:
            tables.append(measure())
            print(*tables[-1].text(), sep="\n", flush=True)
    if not names:
        (_DOCS / "benchmarks.md").write_text("\n".join(_document(tables)))


def _document(tables: list[Table]) -> list[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    head = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {date.today().isoformat()}.",
        f"{_processor()}, Python {platform.python_version()}, {packages}.",
        "Ratios are to a baseline of the same run, so they can be compared between machines; other figures cannot.",
        "",
    ]
    return [*head, *(line for table in tables for line in table.markdown()), *_SOAK]


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else platform.machine()


if __name__ == "__main__":
    main(sys.argv[1:])

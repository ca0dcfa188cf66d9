"""Instructions of the processor for one decision: a figure that neither load nor the clock of a machine changes.

`valgrind --tool=callgrind` counts them, where it is installed: two runs that differ in the number of decisions alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from typing import Final

from tests.bench.decision import admission
from tests.bench.results import Row, Table, skipped
from tests.bench.reviews import review

_FEW, _MANY = 50, 250  # decisions
_WARM: Final = 20
_WORK: Final = ("json.loads", "validate", "mutate")
_COLLECTED: Final = re.compile(r"Collected : (\d+)")


def measure() -> Table:
    """Thousands of instructions for a decision, and what that is of `json.loads`."""
    title = "Instructions of one decision"
    if not shutil.which("valgrind"):
        return skipped(title, "valgrind is not installed")
    runs = {(work, count): _start(work, count) for work in _WORK for count in (_FEW, _MANY)}
    total = {run: _collected(process) for run, process in runs.items()}
    each = {work: (total[work, _MANY] - total[work, _FEW]) / (_MANY - _FEW) for work in _WORK}
    rows = (
        Row(work, f"{each[work] / each[_WORK[0]]:.2f} x json.loads", f"{each[work] / 1000:.0f} thousand")
        for work in _WORK
    )
    return Table(title, "counted by valgrind, the richest review, texts not seen before", tuple(rows))


def _start(work: str, count: int) -> "subprocess.Popen[str]":
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-m", __name__]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.Popen([*command, work, str(count)], stderr=subprocess.PIPE, text=True, env=environment)


def _collected(process: "subprocess.Popen[str]") -> int:
    errors = process.communicate()[1]
    found = _COLLECTED.search(errors)
    if not found:
        raise RuntimeError(f"valgrind counted nothing: {errors[-500:]}")
    return int(found[1])


def _work(work: str, count: int) -> None:
    """Decide about so many reviews, after a few that warm up; all runs make as many."""
    decide = json.loads if work == "json.loads" else getattr(admission(), work)
    bodies = [review(number) for number in range(_WARM + _MANY)]
    for body in bodies[: _WARM + count]:
        decide(body)


if __name__ == "__main__":
    _work(sys.argv[1], int(sys.argv[2]))

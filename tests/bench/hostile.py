"""What hostile reviews cost: the longest that one holds the loop, and how the cost grows with what they are full of."""

import math
import time
from pathlib import Path
from typing import Any, Final

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard.webhook.bodies import LARGEST_BODY
from elbguard_rules.core.remembered import READINGS
from elbguard_rules.guard import ANNOTATIONS
from tests.bench.plot import plot
from tests.bench.results import Row, Table
from tests.contract import hostile

_LARGEST: Final = 3 * 1024 * 1024  # bytes; the API server takes no more
_ANNOTATION: Final = 250 * 1024  # bytes; more is one finding
_SIZES: Final = (4, 8, 16, 32, 64, 128, 240)  # KiB
_SHOWN: Final = 5
_PLOTTED: Final = 6


def measure(folder: Path) -> Table:
    """The slowest of all texts in all annotations and of all lists; a plot of growth is written into the folder."""
    admission = Admission(Settings.model_validate({"cluster-version": "v1.36.2-r0"}))
    costs: list[tuple[float, str]] = []
    for name in hostile.TEXTS:
        every = hostile.with_texts([owner.key for owner in ANNOTATIONS[:1]], name, _LARGEST)
        costs.append((_seconds(admission, every), f"3 MiB of {name} in one annotation"))
        for owner in ANNOTATIONS:
            made = hostile.with_text(owner.key, name, _ANNOTATION)
            costs.append((_seconds(admission, made), f"{owner.key.removeprefix('kubernetes.io/')} of {name}"))
    costs += [(_seconds(admission, make(_LARGEST)), f"3 MiB of {name}") for name, make in hostile.MUCH.items()]
    costs.sort(reverse=True)
    worst: dict[str, str] = {}  # of each kind of text the dearest annotation
    for _, what in costs:
        if " of " in what and not what.startswith("3 MiB"):
            worst.setdefault(what.partition(" of ")[2], what)
    lines = {what: _growth(admission, what) for what in list(worst.values())[:_PLOTTED]}
    (folder / "growth.svg").write_text(
        plot("Cost of one annotation by its size", "KiB", "milliseconds", lines, logarithmic=True)
    )
    rows = [Row(what, "", f"{seconds * 1000:.0f} ms", "100 ms") for seconds, what in costs[:_SHOWN]]
    rows += [Row(f"growth of {what}", f"size ^ {_exponent(points):.2f}", "", "1") for what, points in lines.items()]
    remark = f"the slowest of {len(costs)}, decoding included, time of the processor; ![growth](growth.svg)"
    return Table("Hostile reviews", remark, tuple(rows))


def _seconds(admission: Admission, made: dict[str, Any]) -> float:
    """The longest that validation or mutation of a creation or an update takes."""
    bodies = hostile.bodies(made).values()
    return max((_each(admission, body) for body in bodies if len(body) <= LARGEST_BODY), default=0.0)


def _each(admission: Admission, body: bytes) -> float:
    found = []
    for decide in (admission.validate, admission.mutate):
        READINGS.forget()
        start = time.process_time()
        decide(body)
        found.append(time.process_time() - start)
    return max(found)


def _growth(admission: Admission, what: str) -> list[tuple[float, float]]:
    key, _, name = what.partition(" of ")
    owner = next(each for each in ANNOTATIONS if each.key.endswith("/" + key))
    made = ((size, hostile.with_text(owner.key, name, size * 1024)) for size in _SIZES)
    return [(size, min(_seconds(admission, each) for _ in range(3)) * 1000) for size, each in made]


def _exponent(points: list[tuple[float, float]]) -> float:
    """The slope of the logarithms between the middle and the end, where what is constant no longer counts."""
    (size, cost), (larger, more) = points[len(points) // 2], points[-1]
    return math.log(more / cost) / math.log(larger / size)

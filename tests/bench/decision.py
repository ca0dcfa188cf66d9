"""The time of one decision, from the bytes of a request to the bytes of its answer."""

import json
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard.webhook.warming import warm
from elbguard_rules.core.remembered import READINGS
from tests.bench.results import Row, Table
from tests.bench.reviews import plain, review

_ROUNDS: Final = 5
_REVIEWS: Final = 2000
_APART: Final = 0.02  # seconds between two calls
_CALLS_APART: Final = 150

Decide = Callable[[bytes], Any]


def _settings() -> Settings:
    facts = {"cluster-version": "v1.28.15-r0", "cluster-type": "standard", "proxy-mode": "iptables"}
    return Settings.model_validate(facts)


def admission() -> Admission:
    """What decides, in a cluster of which everything is known."""
    return Admission(_settings())


def measure() -> Table:
    """Microseconds for a decision; the best of several rounds, each over texts not seen before."""
    warm(_settings())
    rich, plainest = [review(number) for number in range(_REVIEWS)], [plain(number) for number in range(_REVIEWS)]
    ours, unknown = admission(), Admission(Settings())
    loads, loads_plain = _microseconds(json.loads, rich), _microseconds(json.loads, plainest)
    validate, mutate = _microseconds(ours.validate, rich), _microseconds(ours.mutate, rich)
    rows = (
        Row("json.loads, the richest review", "1", f"{loads:.1f} us"),
        _row("validate, the richest review", validate, loads, "3.0"),
        _row("mutate, the richest review", mutate, loads, "2.5"),
        _row("validate, no facts known", _microseconds(unknown.validate, rich), loads),
        _row(
            "validate, the same texts again and again", _microseconds(ours.validate, rich[:50] * 40, anew=False), loads
        ),
        _row("mutate, the same texts again and again", _microseconds(ours.mutate, rich[:50] * 40, anew=False), loads),
        Row("json.loads, a plain elb.id", "1", f"{loads_plain:.1f} us"),
        _row("validate, a plain elb.id", _microseconds(ours.validate, plainest), loads_plain, "2.0"),
        _row("mutate, a plain elb.id", _microseconds(ours.mutate, plainest), loads_plain, "2.0"),
        *_apart(ours.validate, rich),
    )
    size = f"reviews of {len(rich[0])} and {len(plainest[0])} bytes"
    return Table(
        "One decision", f"{size}, best of {_ROUNDS} rounds over {_REVIEWS} of them, texts not seen before", rows
    )


def _row(what: str, cost: float, baseline: float, aim: str = "") -> Row:
    return Row(what, f"{cost / baseline:.2f} x json.loads", f"{cost:.1f} us", aim)


def _microseconds(work: Decide, bodies: Sequence[bytes], *, anew: bool = True) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        if anew:
            READINGS.forget()
        start = time.perf_counter()
        for body in bodies:
            work(body)
        best = min(best, time.perf_counter() - start)
    return best / len(bodies) * 1e6


def _apart(work: Decide, bodies: Sequence[bytes]) -> tuple[Row, ...]:
    """The median of calls far apart, when caches of the processor have other things in them, and of calls in a row."""
    near = median(_each(work, bodies[:_CALLS_APART], 0.0))
    far = median(_each(work, bodies[_CALLS_APART : 2 * _CALLS_APART], _APART))
    return (
        Row("validate, calls in a row, median", "1", f"{near:.1f} us"),
        Row("validate, calls 20 ms apart, median", f"{far / near:.2f} x in a row", f"{far:.1f} us", "1.6"),
    )


def _each(work: Decide, bodies: Sequence[bytes], pause: float) -> list[float]:
    READINGS.forget()
    found = []
    for body in bodies:
        time.sleep(pause)
        start = time.perf_counter()
        work(body)
        found.append((time.perf_counter() - start) * 1e6)
    return found

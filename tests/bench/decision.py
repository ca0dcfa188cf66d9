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

_ROUNDS: Final = 8
_REVIEWS: Final = 1000
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
    """Microseconds for a decision, in rounds that alternate with `json.loads`, each over texts not seen before."""
    warm(_settings())
    rich, plainest = [review(number) for number in range(_REVIEWS)], [plain(number) for number in range(_REVIEWS)]
    ours, unknown = admission(), Admission(Settings())
    again = rich[:50] * (_REVIEWS // 50)
    rows = (
        _row("validate, the richest review", ours.validate, rich, "3.0"),
        _row("mutate, the richest review", ours.mutate, rich, "2.5"),
        _row("validate, no facts known", unknown.validate, rich),
        _row("validate, the same texts again and again", ours.validate, again, anew=False),
        _row("mutate, the same texts again and again", ours.mutate, again, anew=False),
        _row("validate, a plain elb.id", ours.validate, plainest, "2.0"),
        _row("mutate, a plain elb.id", ours.mutate, plainest, "2.0"),
        _apart("validate, calls 20 ms apart", ours.validate, rich, "1.6"),
        _apart("json.loads, calls 20 ms apart", json.loads, rich),
    )
    size = f"reviews of {len(rich[0])} and {len(plainest[0])} bytes"
    remark = f"{size}, texts not seen before, best of {_ROUNDS} rounds that alternate with json.loads"
    return Table("One decision", remark, rows)


def _row(what: str, work: Decide, bodies: Sequence[bytes], aim: str = "", *, anew: bool = True) -> Row:
    baseline = cost = float("inf")
    for _ in range(_ROUNDS):
        baseline = min(baseline, _microseconds(json.loads, bodies))
        if anew:
            READINGS.forget()
        cost = min(cost, _microseconds(work, bodies))
    return Row(what, f"{cost / baseline:.2f} x json.loads", f"{cost:.1f} us, json.loads {baseline:.1f}", aim)


def _microseconds(work: Decide, bodies: Sequence[bytes]) -> float:
    start = time.perf_counter()
    for body in bodies:
        work(body)
    return (time.perf_counter() - start) / len(bodies) * 1e6


def _apart(what: str, work: Decide, bodies: Sequence[bytes], aim: str = "") -> Row:
    """The median of calls far apart, when caches of the processor have other things in them, and of calls in a row."""
    near, far = _median(work, bodies[:_CALLS_APART], 0.0), _median(work, bodies[_CALLS_APART:][:_CALLS_APART], _APART)
    return Row(what, f"{far / near:.2f} x in a row", f"{far:.1f} us, in a row {near:.1f}", aim)


def _median(work: Decide, bodies: Sequence[bytes], pause: float) -> float:
    READINGS.forget()
    found = []
    for body in bodies:
        time.sleep(pause)
        start = time.perf_counter()
        work(body)
        found.append((time.perf_counter() - start) * 1e6)
    return median(found)

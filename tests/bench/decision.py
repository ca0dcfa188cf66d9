"""The time of one decision, from the bytes of a request to the bytes of its answer."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard_rules.core.remembered import READINGS
from tests.bench.reviews import review

_ROUNDS: Final = 5
_REVIEWS: Final = 2000


def _settings() -> Settings:
    facts = {"cluster-version": "v1.28.15-r0", "cluster-type": "standard", "proxy-mode": "iptables"}
    return Settings.model_validate(facts)


def admission() -> Admission:
    """What decides, in a cluster of which everything is known."""
    return Admission(_settings())


def run() -> None:
    """Print microseconds for a decision; the best of several rounds, each over texts not seen before."""
    bodies = [review(number) for number in range(_REVIEWS)]
    decider = admission()
    print(f"one decision about a review of {len(bodies[0])} bytes, best of {_ROUNDS} rounds over {_REVIEWS} reviews")
    baseline = _microseconds(json.loads, bodies)
    print(f"  {'json.loads alone':<26}{baseline:8.1f} us")
    decisions = {
        "validate": decider.validate,
        "mutate": decider.mutate,
        "validate, no facts known": Admission(Settings()).validate,
    }
    for name, decide in decisions.items():
        cost = _microseconds(decide, bodies)
        print(f"  {name:<26}{cost:8.1f} us   {cost / baseline:5.1f} times json.loads")


def _microseconds(work: Callable[[bytes], Any], bodies: list[bytes]) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        READINGS.forget()
        start = time.perf_counter()
        for body in bodies:
            work(body)
        best = min(best, time.perf_counter() - start)
    return best / len(bodies) * 1e6

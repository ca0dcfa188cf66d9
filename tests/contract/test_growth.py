"""What a decision costs grows as slowly as what is sent, in time and in memory, and no answer is long.

Times are compared with each other, never with a clock: four times as much may take four times as long, and as much
again for everything else that a machine does.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, Answer
from elbguard.webhook.wording import LONGEST_ANSWER
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.remembered import READINGS
from elbguard_rules.guard import ANNOTATIONS
from tests.contract import hostile
from tests.support.reviews import ELB, Json, encoded, review

OFTEN = 80 * 1024  # characters of one annotation, so that all kinds of text can be tried in all of them
LARGEST_OBJECT = 3 * 1024 * 1024  # bytes that the API server takes from a client
LARGEST_BODY = 7 * 1024 * 1024
MOST_MEMORY = 64 * 1024 * 1024  # bytes beside the body itself
TIMES = 4
MARGIN = 2.5  # quadratic cost would be sixteen times as much
NEGLIGIBLE = 0.05  # seconds of processor time that no growth is read off
Decide = Callable[[bytes], Answer]
FACTS = {"cluster-version": "v1.31.4-r0", "cluster-type": "turbo", "proxy-mode": "ipvs"}
ADMISSION = Admission(Settings.model_validate(FACTS))


def _seconds(decide: Decide, body: bytes) -> float:
    """Processor time of a decision about a text that was never seen."""
    READINGS.forget()
    start = time.process_time()
    decide(body)
    return time.process_time() - start


def _memory(decide: Decide, body: bytes) -> int:
    """Bytes that a decision takes at its peak."""
    READINGS.forget()
    gc.collect()
    tracemalloc.start()
    try:
        decide(body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _grows_linearly(decide: Decide, body: bytes, more: bytes, name: str) -> None:
    """Compare a body with one of the same kind that is four times as large."""
    READINGS.forget()
    start = time.process_time()
    answer = decide(more)
    seconds = time.process_time() - start
    assert len(answer.body) <= LONGEST_ANSWER, name
    if seconds > NEGLIGIBLE:
        least, most = (min(_seconds(decide, each) for _ in range(3)) for each in (body, more))
        assert most <= least * TIMES * MARGIN, f"{name}: {most / least:.1f} times as long"


def _compare(small: Json, large: Json, name: str) -> None:
    bodies, larger = hostile.bodies(small), hostile.bodies(large)
    for how, body in bodies.items():
        _grows_linearly(ADMISSION.validate, body, larger[how], f"validate {name} {how}")
    _grows_linearly(ADMISSION.mutate, bodies["created"], larger["created"], f"mutate {name}")


@pytest.mark.parametrize("owner", ANNOTATIONS, ids=lambda owner: owner.key.removeprefix(ELB))
def test_one_annotation_grows_linearly(owner: Annotation[object]) -> None:
    for name in hostile.TEXTS:
        small, large = (hostile.with_text(owner.key, name, size) for size in (OFTEN // TIMES, OFTEN))
        _compare(small, large, name)


@pytest.mark.parametrize("name", hostile.MUCH)
def test_one_list_grows_linearly(name: str) -> None:
    small, large = (hostile.with_much(name, size) for size in (OFTEN // TIMES, OFTEN))
    _compare(small, large, name)
    body, more = (encoded(review(hostile.with_much(name, LARGEST_OBJECT // part))) for part in (TIMES, 1))
    _grows_linearly(ADMISSION.validate, body, more, name)


@pytest.mark.parametrize("name", hostile.BODIES)
def test_the_envelope_grows_linearly(name: str) -> None:
    body, more = (hostile.BODIES[name](size) for size in (LARGEST_BODY // TIMES, LARGEST_BODY - 2048))

    _grows_linearly(ADMISSION.validate, body, more, name)
    assert _memory(ADMISSION.validate, more) <= MOST_MEMORY


@pytest.mark.parametrize("name", hostile.MUCH)
def test_a_list_takes_little_memory(name: str) -> None:
    body = hostile.bodies(hostile.with_much(name, LARGEST_OBJECT))["updated"]

    assert _memory(ADMISSION.validate, body) <= MOST_MEMORY


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_a_text_takes_little_memory(name: str) -> None:
    for key in ("autocreate", "health-check-options", "port-ranges", "protocol-port", "acl-id"):
        for size in (12 * 1024, OFTEN):
            body = hostile.bodies(hostile.with_text(ELB + key, name, size))["updated"]
            assert _memory(ADMISSION.validate, body) <= MOST_MEMORY, key

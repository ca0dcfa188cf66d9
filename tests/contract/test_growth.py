"""What a decision costs grows no faster than what is sent, in work and in memory, and no answer is long.

Work is counted in calls of functions, the same on every machine. Where C goes through a text by itself nothing is
counted; there the largest texts of all are asked about, and work in the square of their length would take hours.
"""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from cProfile import Profile

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, Answer
from elbguard.webhook.responses import LONGEST_ANSWER
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.remembered import READINGS
from elbguard_rules.guard import ANNOTATIONS
from tests.contract import hostile
from tests.support.reviews import ELB, Json, encoded, review

pytestmark = pytest.mark.thorough

OFTEN = 20 * 1024  # characters of one annotation, so that all kinds of text can be tried in all of them
LARGEST_OBJECT = 3 * 1024 * 1024  # bytes that the API server takes from a client
LARGEST_BODY = 7 * 1024 * 1024
MOST_MEMORY = 64 * 1024 * 1024  # bytes beside the body itself
CALLS_OF_A_BYTE = 24  # at most, and so many for a decision about nothing:
CALLS_OF_A_DECISION = 20_000
Decide = Callable[[bytes], Answer]
FACTS = {"cluster-version": "v1.31.4-r0", "cluster-type": "turbo", "proxy-mode": "ipvs"}
ADMISSION = Admission(Settings.model_validate(FACTS))


@pytest.fixture(autouse=True, scope="module")
def _heap_aside() -> Iterator[None]:
    """Let the collector pass over what other tests have left: it may be much."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _calls(decide: Decide, body: bytes, name: str) -> int:
    """The calls of a decision about a text that was never seen."""
    READINGS.forget()
    counting = Profile()
    counting.enable()
    try:
        answer = decide(body)
    finally:
        counting.disable()
    assert len(answer.body) <= LONGEST_ANSWER, name
    return sum(each.callcount for each in counting.getstats())


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


def _grows_linearly(decide: Decide, body: bytes, name: str) -> None:
    calls = _calls(decide, body, name)
    assert calls <= CALLS_OF_A_DECISION + CALLS_OF_A_BYTE * len(body), f"{name}: {calls} calls, {len(body)} bytes"


def _grow_linearly(made: Json, name: str) -> None:
    bodies = hostile.bodies(made)
    for how, body in bodies.items():
        _grows_linearly(ADMISSION.validate, body, f"validate {name} {how}")
    _grows_linearly(ADMISSION.mutate, bodies["created"], f"mutate {name}")


@pytest.mark.parametrize("owner", ANNOTATIONS, ids=lambda owner: owner.key.removeprefix(ELB))
def test_one_annotation_grows_linearly(owner: Annotation[object]) -> None:
    for name in hostile.TEXTS:
        made = hostile.with_text(owner.key, name, OFTEN)
        _grows_linearly(ADMISSION.validate, encoded(review(made, made)), name)
        _grows_linearly(ADMISSION.mutate, encoded(review(made)), name)


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_all_annotations_grow_linearly(name: str) -> None:
    keys = [owner.key for owner in ANNOTATIONS]

    _grow_linearly(hostile.with_texts(keys, name, LARGEST_OBJECT // len(keys)), name)


@pytest.mark.parametrize("name", hostile.MUCH)
def test_one_list_grows_linearly(name: str) -> None:
    _grow_linearly(hostile.with_much(name, OFTEN), name)
    _grows_linearly(ADMISSION.validate, encoded(review(hostile.with_much(name, LARGEST_OBJECT))), name)


@pytest.mark.parametrize("name", hostile.BODIES)
def test_the_envelope_grows_linearly(name: str) -> None:
    body = hostile.BODIES[name](LARGEST_BODY - 2048)

    _grows_linearly(ADMISSION.validate, body, name)
    assert _memory(ADMISSION.validate, body) <= MOST_MEMORY


@pytest.mark.parametrize("name", hostile.MUCH)
def test_a_list_takes_little_memory(name: str) -> None:
    body = hostile.bodies(hostile.with_much(name, LARGEST_OBJECT))["updated"]

    assert _memory(ADMISSION.validate, body) <= MOST_MEMORY


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_a_text_takes_little_memory(name: str) -> None:
    for key in ("autocreate", "health-check-options", "port-ranges", "protocol-port", "acl-id"):
        for size, how in ((12 * 1024, "updated"), (OFTEN, "created")):
            body = hostile.bodies(hostile.with_text(ELB + key, name, size))[how]
            assert _memory(ADMISSION.validate, body) <= MOST_MEMORY, key

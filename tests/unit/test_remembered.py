"""What is remembered of readings: what is asked again, and never more than a bound."""

import tracemalloc
from typing import Any

import pytest

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.annotations.health_check_options import HEALTH_CHECK_OPTIONS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.remembered import READINGS, Remembered


def test_what_was_read_is_given_back() -> None:
    text = '{"type": "inner"}'

    assert AUTOCREATE.read(text) is AUTOCREATE.read(text)


def test_a_text_with_mistakes_is_read_anew() -> None:
    text = '{"type": "outer"}'

    assert AUTOCREATE.read(text) is not AUTOCREATE.read(text)


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        pytest.param(AUTOCREATE, '{"type": "inner", "name": "%s"}' % ("a" * 10_000), id="a long text"),
        pytest.param(AUTOCREATE, '{"type": "inner", "colour": "red"}', id="an unknown member"),
        pytest.param(AUTOCREATE, '{"Type": "inner"}', id="a member in other capitals"),
        pytest.param(ELB_CLASS, "shared", id="an unknown word"),
    ],
)
def test_only_short_texts_without_mistakes_are_remembered(owner: Annotation[Any], text: str) -> None:
    READINGS.forget()
    owner.read(text)

    assert READINGS.get(owner.key, text) is None


def test_long_words_of_strangers_are_not_kept_with_what_was_meant_by_them() -> None:
    known = ("bandwidth_size", "vip_subnet_cidr_id")
    assert nearest("bandwith_size", known) == "bandwidth_size"
    tracemalloc.start()
    try:
        for number in range(100):
            assert nearest(f"{number}" + "x" * 1024 * 1024, known) is None
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert kept < 1024 * 1024


def test_what_is_asked_again_outlives_what_is_not() -> None:
    memory, often = Remembered(8192), Reading("often")
    memory.put("key", "often", often)
    for number in range(100):
        memory.put("key", str(number), Reading(number))
        assert memory.get("key", "often") is often

    assert memory.get("key", "0") is None


@pytest.mark.thorough
def test_texts_of_strangers_do_not_fill_the_memory() -> None:
    READINGS.forget()
    tracemalloc.start()
    try:
        for number in range(30):  # without a bound they would take twice as much as is allowed
            HEALTH_CHECK_OPTIONS.read("[" + "{}," * 900 + f'{{"target_service_port": "TCP:{number + 1}"}}]')
            HEALTH_CHECK_OPTIONS.read("[" + '{"delay": 1},' * 600 + f'{{"path": "{number}"}}]')
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        READINGS.forget()

    assert kept < 16 * 1024 * 1024

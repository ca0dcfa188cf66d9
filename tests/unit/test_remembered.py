"""What is remembered of readings: what is asked again, and never more than a bound."""

import tracemalloc

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.health_check_options import HEALTH_CHECK_OPTIONS
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.remembered import READINGS, Remembered


def test_what_was_read_is_given_back() -> None:
    text = '{"type": "inner"}'

    assert AUTOCREATE.read(text) is AUTOCREATE.read(text)


def test_a_text_with_mistakes_is_read_anew() -> None:
    text = '{"type": "outer"}'

    assert AUTOCREATE.read(text) is not AUTOCREATE.read(text)


def test_what_is_asked_again_outlives_what_is_not() -> None:
    memory, often = Remembered(8192), Reading("often")
    memory.put("key", "often", often)
    for number in range(100):
        memory.put("key", str(number), Reading(number))
        assert memory.get("key", "often") is often

    assert memory.get("key", "0") is None


def test_texts_of_strangers_do_not_fill_the_memory() -> None:
    READINGS.forget()
    tracemalloc.start()
    try:
        for number in range(60):  # without a bound they would take four times as much as is allowed
            HEALTH_CHECK_OPTIONS.read("[" + "{}," * 900 + f'{{"target_service_port": "TCP:{number + 1}"}}]')
            HEALTH_CHECK_OPTIONS.read("[" + '{"delay": 1},' * 600 + f'{{"path": "{number}"}}]')
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        READINGS.forget()

    assert kept < 16 * 1024 * 1024

"""Any value can be said in JSON."""

import json
import math

import pytest

from elbguard.report.plain import dumps, encodable, plain


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({(1, 2): "a", math.nan: "b", True: "c"}, {"[1, 2]": "a", "NaN": "b", "True": "c"}),
        ((1, "a"), [1, "a"]),
        ({1}, [1]),
        (b"\xff", "b'\\xff'"),
        (math.inf, "Infinity"),
        ([[]] * 20_000, "..."),
        ([1] * 9_999, [1] * 9_999),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_value_becomes_one_that_json_has(value: object, said: object) -> None:
    assert plain(value) == said


@pytest.mark.parametrize("text", ["a", "é", "日本", "🎉", "\u2028\x00\x7f", '"\\', "\ud7ff\ue000", "\U0010ffff"])
def test_text_comes_back_from_json_as_it_was(text: str) -> None:
    written = dumps({text: text})

    assert json.loads(written) == {text: text}
    assert written.isascii()


def test_a_lone_surrogate_is_text_in_json_and_elsewhere() -> None:
    assert json.loads(dumps("\ud800x\udcff")) == "\\ud800x\\udcff" == encodable("\ud800x\udcff")

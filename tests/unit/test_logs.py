"""A line of the log is bounded, stays one line, and says what happened, whatever a user called himself."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import pytest

from elbguard.webhook.logs import LONGEST, JsonFormatter, TextFormatter
from tests.support.trying import each_of

FORMS = pytest.mark.parametrize("form", [TextFormatter(), JsonFormatter()], ids=["text", "JSON"])
LONG = {
    "plain": "a" * 3_000_000,
    "beyond the BMP": "\U0001f600" * 100_000,
    "line ends": "\r\n\u2028\x85" * 100_000,
    "escapes": "\x1b[2K\x00\x7f" * 100_000,
    "lone surrogates": "\ud800" * 100_000,
    "quotes": "\"'\\" * 100_000,
}


def record(message: str = "judged", error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    """A record as logging makes it."""
    told = (type(error), error, error.__traceback__) if error else None
    return logging.getLogger("elbguard.test").makeRecord(
        "elbguard.test", logging.INFO, __file__, 1, message, (), told, extra=extra
    )


def raised(raise_it: Callable[[], object]) -> BaseException:
    """What a call raises, with its traceback."""
    try:
        raise_it()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@FORMS
@each_of(LONG)
@pytest.mark.parametrize("field", ["message", "user", "service", "uid"])
def test_a_line_is_bounded_and_still_says_the_verdict(long: str, form: logging.Formatter, field: str) -> None:
    extra = {"uid": "u", "service": "shop/web", "user": "alice", "verdict": "denied", "rules": "ELB301"}
    extra[field] = LONG[long]
    line = form.format(record(extra.pop("message", "judged"), None, **extra))

    assert len(line.encode(errors="backslashreplace")) < LONGEST
    assert line.isprintable()
    assert "denied" in line
    assert "ELB301" in line


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_bounded_line_of_json_is_json(text: str) -> None:
    line = JsonFormatter().format(record(user=text, service=text, verdict="denied"))

    assert len(line) < LONGEST
    assert json.loads(line)["verdict"] == "denied"
    assert json.loads(line)["user"].endswith("...")


@FORMS
def test_a_text_that_fits_is_not_shortened(form: logging.Formatter) -> None:
    line = form.format(record(user="system:serviceaccount:shop:deployer", uid="705ab4f5-6393-11e8-b7cc-42010a800002"))

    assert "..." not in line
    assert "system:serviceaccount:shop:deployer" in line


def _deep(depth: int, text: str) -> int:
    if depth:
        return _deep(depth - 1, text)
    raise ValueError(text)


HOSTILE = f"{'b' * 3_000_000}\n2026-11-28T00:00:00.000+00:00 INFO    judged verdict='allowed'\n" * 2


@pytest.mark.parametrize("depth", [0, 1, 200])
def test_a_traceback_is_bounded_and_cannot_forge_a_line(depth: int) -> None:
    text = TextFormatter().format(record("broke down", raised(lambda: _deep(depth, HOSTILE))))
    first, *rest = text.split("\n")

    assert first.endswith("broke down")
    assert all(line.startswith("  | ") and line.isprintable() for line in rest)
    assert len(text) < 2 * LONGEST
    assert "in _deep" in text
    assert "ValueError" in text


@pytest.mark.parametrize("depth", [0, 1, 200])
def test_a_traceback_in_json_stays_in_its_bounded_line(depth: int) -> None:
    line = JsonFormatter().format(record("broke down", raised(lambda: _deep(depth, HOSTILE)), user="a" * 5000))

    assert len(line) < LONGEST
    assert "ValueError" in json.loads(line)["error"] or json.loads(line)["error"].endswith("...")


def test_the_innermost_call_of_a_deep_recursion_is_shown() -> None:
    error = raised(lambda: _deep(sys.getrecursionlimit(), ""))

    assert "RecursionError" in json.loads(JsonFormatter().format(record("broke down", error)))["error"]

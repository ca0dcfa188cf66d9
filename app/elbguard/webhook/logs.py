"""Logs: one line for each event, as text or as JSON, without the values of annotations.

Names come from whoever asks: a line is bounded, and nothing in it can look like another line.
"""

import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from traceback import TracebackException
from typing import Any, Final, Literal

Form = Literal["text", "json"]
LONGEST: Final = 2048  # bytes of a line, with its end
_TRACEBACK: Final = 1024  # characters of a traceback's end: the innermost calls
_CALLS: Final = 20
_OF_IT: Final = 200  # characters of each of its lines
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonFormatter(logging.Formatter):
    """A line of JSON: time, level, logger, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name} | _said(record)
        if trace := _trace(record):
            line["error"] = "\n".join(trace)
        return _fitted(line, lambda fields: json.dumps(fields, default=str))


class TextFormatter(logging.Formatter):
    """A line for people: time, level, message, and what was given as `extra` as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, behind it a traceback if there is one, line by line behind a bar."""

        def written(fields: dict[str, Any]) -> str:
            extra = "".join(f" {key}={value!r}" for key, value in fields.items() if key != "message")
            return f"{_time(record)} {record.levelname:<7} {_printable(fields['message'])}{extra}"

        return "\n  | ".join([_fitted(_said(record), written), *map(_printable, _trace(record))])


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _said(record: logging.LogRecord) -> dict[str, Any]:
    return {"message": record.getMessage().rstrip()} | {
        key: value for key, value in vars(record).items() if key not in _OWN
    }


def _trace(record: logging.LogRecord) -> list[str]:
    """The end of the traceback and the exception itself, bounded; nothing where there is none."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return []
    told = TracebackException.from_exception(error, limit=-_CALLS)
    calls = [line[:_OF_IT] for part in told.format() for line in part.splitlines()]
    last = [line[:_OF_IT] for part in told.format_exception_only() for line in part.splitlines()]
    calls, last = calls[: len(calls) - len(last)], last[:3]
    room = _TRACEBACK - sum(map(len, last))
    first = len(calls)
    while first > 0 and (room := room - len(calls[first - 1])) >= 0:
        first -= 1
    return [*(["..."] if first else []), *calls[first:], *last]


def _printable(text: str) -> str:
    """The text with whatever moves the cursor, ends a line or cannot be seen written out."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _fitted(fields: dict[str, Any], write: Callable[[dict[str, Any]], str]) -> str:
    """What `write` makes of the fields, the longest of which are shortened until it fits into a line."""
    fields = {key: _short(value, LONGEST) for key, value in fields.items()}
    while len((line := write(fields)).encode(errors="backslashreplace")) >= LONGEST:
        longest = max(fields, key=lambda key: len(str(fields[key])))
        text = str(fields[longest])
        if len(text) < 10:  # so many fields that no shortening helps
            break
        fields[longest] = _short(text, len(text) // 2)
    return line


def _short(value: Any, most: int) -> Any:
    """A text, or anything whose text is long, cut to so many characters."""
    text = value if isinstance(value, str) else str(value)
    if len(text) <= most:
        return value
    return f"{text[: max(most - 3, 0)]}..."


def configure(form: Form = "text", level: str = "info") -> None:
    """Send all logs of this process to standard error in one form, from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("urllib3", "kubernetes", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


_HANDED_DOWN: Final = "ELBGUARD_SERVE_LOGS"


def hand_down(form: Form, level: str) -> None:
    """Leave form and level to the processes that this one starts."""
    os.environ[_HANDED_DOWN] = f"{form} {level}"


def handed_down() -> tuple[Form, str]:
    """Give the form and level that the parent process left."""
    form, _, level = os.environ.get(_HANDED_DOWN, "text info").partition(" ")
    return ("json" if form == "json" else "text", level)

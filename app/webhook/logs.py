"""Logs: one line for each event, as text or as JSON, without the values of annotations."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any, Final, Literal

Form = Literal["text", "json"]
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonFormatter(logging.Formatter):
    """A line of JSON: time, level, logger, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """A line for people: time, level, message, and what was given as `extra` as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, behind it a traceback if there is one."""
        extra = " ".join(f"{key}={value!r}" for key, value in vars(record).items() if key not in _OWN)
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"{time} {record.levelname:<7} {record.getMessage()}"
        line = f"{line} {extra}" if extra else line
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


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

"""What the doctor found, for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill
from typing import Any, Final

import click

from elbguard import escapes
from elbguard.doctor.diagnosis import Diagnosis, Ending
from elbguard.doctor.sight import among
from elbguard.report.sentences import count

WIDTH: Final = 100
_COLOURS: Final = {Ending.OK: "green", Ending.FAILED: "red", Ending.WARNING: "yellow", Ending.UNKNOWN: "cyan"}
_MARGIN: Final = max(map(len, Ending)) + 2


def text(diagnosis: Diagnosis, *, colour: bool = False) -> str:
    """A step for people, as lines."""
    return "\n".join(_lines(diagnosis, colour=colour)) + "\n"


def summary(made: Sequence[Diagnosis]) -> str:
    """How many steps ended how, on one line."""
    numbers = Counter(each.verdict for each in made)
    told = [f"{numbers[verdict]} {verdict}" for verdict in Ending if numbers[verdict]]
    return f"{count(len(made), 'step')}: {among(told)}"


def data(made: Iterable[Diagnosis], about: str) -> str:
    """The steps as JSON: each with its id, name, verdict, what was found, and cures; and how many ended how.

    `found` has an object for each thing that was found: its own verdict, what it says, and the cure or "".
    """
    steps = list(made)
    numbers = Counter(each.verdict for each in steps)
    document: dict[str, Any] = {
        "tool": "elbguard",
        "about": about,
        "steps": [_step(each) for each in steps],
        "summary": {verdict.value: numbers[verdict] for verdict in Ending},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _step(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "id": diagnosis.id,
        "name": diagnosis.name,
        "verdict": diagnosis.verdict.value,
        "found": [
            {"verdict": each.verdict.value, "says": escapes.line(each.says), "cure": escapes.line(each.cure)}
            for each in diagnosis.observations
        ],
        "cures": [escapes.line(cure) for cure in diagnosis.cures],
    }


def _lines(diagnosis: Diagnosis, *, colour: bool) -> Iterator[str]:
    label = f"{diagnosis.verdict.value:<{_MARGIN}}"
    painted = click.style(label, fg=_COLOURS[diagnosis.verdict], bold=True) if colour else label
    yield f"{painted}{escapes.line(diagnosis.name)}"
    told: set[str] = set()
    for each in diagnosis.observations:
        mark = "" if each.verdict is diagnosis.verdict else f"{each.verdict.value}: "
        yield _indented(f"{mark}{escapes.line(each.says)}")
        if each.cure and each.cure not in told:
            told.add(each.cure)
            yield _indented(f"-> {escapes.line(each.cure)}", "   ")


def _indented(words: str, hang: str = "") -> str:
    """A sentence below its step; commands and addresses are not broken."""
    margin = " " * _MARGIN
    return fill(
        words,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin + hang,
        break_long_words=False,
        break_on_hyphens=False,
    )

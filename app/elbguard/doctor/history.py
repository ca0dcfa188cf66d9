"""The events of a Service, the newest first, and what they mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.diagnosis import Ending, Observation, fine
from elbguard.doctor.sight import Sight, path_in, word
from elbguard.explain import topics
from elbguard_rules.catalogue import symptoms
from elbguard_rules.catalogue.topic import Topic

_MOST: Final = 5  # of a kind
_LONGEST: Final = 500  # characters of a message


@dataclass(frozen=True, slots=True)
class Happening:
    """An event: when it was seen last, how often, and what it says."""

    when: str
    times: int
    is_warning: bool
    reason: str
    message: str

    @property
    def text(self) -> str:
        """Reason and message, as `kubectl describe` shows them."""
        return f"{self.reason}: {self.message}" if self.message else self.reason

    @property
    def topic(self) -> Topic | None:
        """What is known of it."""
        return symptoms.of(self.text)

    def __str__(self) -> str:
        often = f", {self.times} times" if self.times > 1 else ""
        return f"“{self.text[:_LONGEST]}” ({self.when or 'no time'}{often})"


def history(sight: Sight, namespace: str, name: str) -> list[Happening]:
    """The events of a Service, the newest first. Raises Blind."""
    chosen = f"involvedObject.kind=Service,involvedObject.name={name}"
    found = sight.all(path_in(namespace, "events"), Right("list", "events", namespace), field=chosen) or ()
    return sorted(map(_happening, found), key=lambda each: each.when, reverse=True)


def told(happenings: list[Happening], *, works: bool) -> Iterator[Observation]:
    """What the warnings among them mean; of a Service that works by now they are the past."""
    warnings = [each for each in happenings if each.is_warning or each.topic]
    verdict = Ending.WARNING if works else Ending.FAILED
    seen: set[str] = set()
    for each in warnings:
        mark = each.topic.name if each.topic else each.text
        if mark in seen or len(seen) >= _MOST:
            continue
        seen.add(mark)
        yield from _meant(each, verdict)
    if not warnings:
        latest = f"; the latest is {happenings[0]}" if happenings else ""
        yield fine(f"{len(happenings)} events, none of which warns{latest}" if happenings else "there are no events")


def _meant(each: Happening, verdict: Ending) -> Iterator[Observation]:
    topic = each.topic
    if topic is None:
        more = topics.not_known(each.text)
        yield Observation(verdict, f"{each}{f': {more}' if more else ''}", "Read the sentence of the event: it counts")
        return
    yield Observation(verdict, f"{each}: {topic.title}", f"elbguard explain {topic.name}")
    if topic.name != "pending":  # what that one lists is a step of its own
        for step in topic.steps:
            yield Observation(verdict, f"must be so: {step.must}", step.otherwise)


def _happening(raw: Any) -> Happening:
    series = at(raw, "series", "count")
    times = at(raw, "count")
    number = next((each for each in (times, series) if isinstance(each, int)), 1)
    whens = (("lastTimestamp",), ("series", "lastObservedTime"), ("eventTime",), ("firstTimestamp",))
    when = next((text for keys in whens if (text := word(raw, *keys))), "")
    message = " ".join(word(raw, "message").split())
    return Happening(when, number, word(raw, "type") == "Warning", word(raw, "reason"), message)


def age(since: str, now: datetime) -> str:
    """How long ago a time of Kubernetes was, in words."""
    try:
        seconds = (now - datetime.fromisoformat(since).astimezone(UTC)).total_seconds()
    except ValueError:
        return "an unknown time"
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"

"""Topics that can be asked for: symptoms, events and what is elbguard's own, by name, by other words, and by events."""

import re
from functools import cache
from typing import Final

from elbguard_rules import suppression
from elbguard_rules.catalogue import symptoms
from elbguard_rules.catalogue.suppressing import SUPPRESSING
from elbguard_rules.catalogue.topic import Topic

OWN: Final = (SUPPRESSING,)
TOPICS: Final = (*symptoms.SYMPTOMS, *OWN)
_LONGEST: Final = 2000  # characters: a message of an event has 1024 at most (Kubernetes, ValidateEventCreate)
_CODE: Final = re.compile(r"(?i)\belb\.\d{4}\b")
_COMMENT: Final = re.compile(r"(?i)#\s*elbguard\s*:\s*(?:ignore|disable|skip|suppress)")


def find(subject: str) -> Topic | None:
    """The topic that a subject names, or that it tells of, as an event does; None where it is none."""
    words = " ".join(subject.strip().strip("`\"'").lower().split())
    if topic := _by_word().get(words):
        return topic
    event = subject[:_LONGEST]
    return SUPPRESSING if _COMMENT.search(event) else symptoms.of(event)


def not_known(subject: str) -> str:
    """What to say of a subject that looks like one of these and is none; empty where it does not look so."""
    if code := _CODE.search(subject):
        return f"{code[0].upper()} is a code of the ELB API that elbguard does not know: the sentence beside it counts"
    if subject.strip().lower().startswith("elbguard.io/"):
        return f"elbguard knows one annotation of its own, did you mean {suppression.KEY}?"
    return ""


@cache
def _by_word() -> dict[str, Topic]:
    return {word: topic for topic in TOPICS for word in (topic.name.lower(), *topic.words)}

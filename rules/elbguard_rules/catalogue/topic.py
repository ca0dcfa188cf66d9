"""Topic: something people ask about that is neither a rule nor an annotation, told once for everybody who tells it."""

import re
from dataclasses import dataclass

from elbguard_rules.core.rule import Source


@dataclass(frozen=True, slots=True)
class Step:
    """Something that must be so, and how to see whether it is, or what to do where it is not."""

    must: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A symptom, an event, or a thing of our own.

    `name` is what it is asked for by, `words` are others for it, in small letters. `texts` are found in what clusters
    say where this is meant. `says` is what it means; `steps` what to look at, the likeliest first; `example` a
    manifest; `rules` the ids of those about the same; `source` where it is known from.
    """

    name: str
    title: str
    says: str
    source: Source
    steps: tuple[Step, ...] = ()
    words: tuple[str, ...] = ()
    texts: tuple[re.Pattern[str], ...] = ()
    example: str = ""
    rules: tuple[str, ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether what a cluster said, an event or an answer, is about this."""
        return any(pattern.search(text) for pattern in self.texts)

"""What the files of a check say together: where their Services and Ingresses collide.

All claims are compared first. Only the files with Services that collide are read once more, for the places and the
comments that suppress.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from elbguard.check.files import File, read
from elbguard.check.judge import Judge, Judged
from elbguard.check.manner import Manner
from elbguard.check.nodes import Path
from elbguard.report.model import Entry, Trouble, Unjudged
from elbguard.settings import Settings
from elbguard_rules.collisions.census import Census
from elbguard_rules.core.engine import Review


@dataclass(slots=True)
class Together:
    """What was found between the objects, what could not be judged, and what went wrong."""

    entries: list[Entry] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def together(judged: Iterable[tuple[File, Judged]], settings: Sequence[Settings], reading: Manner) -> Together:
    """Where the objects of all files collide, each judged by the settings that its file is under."""
    claimants = [(file, found.text, each) for file, found in judged for each in found.claimants]
    censuses = [Census(replace(s.policy, heeds_ignore=reading.suppressions), s.cluster) for s in settings]
    for _, _, each in claimants:
        for census in censuses:
            census.take(each.claims)
    by_claims = {id(each.claims): (file, text, each) for file, text, each in claimants}
    reviews: dict[str, tuple[File, str, dict[tuple[int, Path], Review]]] = {}
    for number, census in enumerate(censuses):
        for claims, review in census.told():
            file, text, each = by_claims[id(claims)]
            if file.under == number:
                reviews.setdefault(file.name, (file, text, {}))[2][each.document, each.root] = review
    found = Together()
    judges = [Judge(each, reading.namespace, suppressions=reading.suppressions) for each in settings]
    for file, kept, wanted in reviews.values():
        again = kept or read(file)
        if isinstance(again, str):
            _tell(found, judges[file.under].placed(again, file.name, wanted, comments=not file.built))
    return found


def _tell(found: Together, placed: Judged) -> None:
    found.entries += placed.entries
    found.unjudged += placed.unjudged
    found.troubles += placed.troubles

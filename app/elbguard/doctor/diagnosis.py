"""What a step of the doctor's gives: a verdict, what was found, and a cure for what is not as it should be."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Ending(StrEnum):
    """How a step ended. `unknown`: it could not be looked at, or nobody can tell; what was found says why."""

    OK = "ok"
    FAILED = "failed"
    WARNING = "warning"
    UNKNOWN = "not known"


_GRAVEST: Final = (Ending.FAILED, Ending.UNKNOWN, Ending.WARNING, Ending.OK)


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was found, a sentence; `cure` is a command or a sentence, empty where nothing is to be done.

    `blind`: a right is missing to look at it.
    """

    verdict: Ending
    says: str
    cure: str = ""
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A step with its name in words."""

    id: str
    name: str
    observations: tuple[Observation, ...]

    @property
    def verdict(self) -> Ending:
        """The gravest of what was found."""
        found = {each.verdict for each in self.observations}
        return next((each for each in _GRAVEST if each in found), Ending.OK)

    @property
    def is_blind(self) -> bool:
        """Whether a right was missing to look at all of it."""
        return any(each.blind for each in self.observations)

    @property
    def cures(self) -> tuple[str, ...]:
        """What to do, each once."""
        return tuple(dict.fromkeys(each.cure for each in self.observations if each.cure))


def exit_code(diagnoses: Iterable[Diagnosis]) -> int:
    """0: nothing failed; 1: a step failed; 2: none did, but the API server did not let all of it be looked at."""
    made = tuple(diagnoses)
    if any(each.verdict is Ending.FAILED for each in made):
        return 1
    return 2 if any(each.is_blind for each in made) else 0


def fine(says: str) -> Observation:
    """That something is as it should be."""
    return Observation(Ending.OK, says)


def wrong(says: str, cure: str) -> Observation:
    """That something is not as it should be, and has to be mended."""
    return Observation(Ending.FAILED, says, cure)


def doubtful_but_works(says: str, cure: str) -> Observation:
    """That something works and may not be meant so."""
    return Observation(Ending.WARNING, says, cure)


def unknown(says: str, cure: str = "", *, blind: bool = False) -> Observation:
    """That nobody can tell, and why."""
    return Observation(Ending.UNKNOWN, says, cure, blind)

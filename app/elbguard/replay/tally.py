"""What became of the lines: counted, and the first of each kind that could not be judged kept for the report."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from elbguard.replay.comparing import Turn

MOST_TOLD: Final = 20  # sentences about lines
MOST_KINDS: Final = 50  # reasons; others are counted together
OTHERS: Final = "other reasons"


@dataclass
class Tally:
    """Numbers: lines read, verdicts compared, those that differ, and why others could not be compared."""

    lines: int = 0
    compared: int = 0
    refused: int = 0  # of those compared, by the recorded verdict
    passed_over: int = 0
    foreign: int = 0
    changes: Counter[Turn] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    _first: dict[str, int] = field(default_factory=dict)

    def note_untold(self, line: int, why: str) -> None:
        """Count what cannot be compared."""
        why = why if why in self.untold or len(self.untold) < MOST_KINDS else OTHERS
        self.untold[why] += 1
        self._first.setdefault(why, line)

    def first(self, why: str) -> int:
        """The first line that could not be compared for a reason."""
        return self._first[why]

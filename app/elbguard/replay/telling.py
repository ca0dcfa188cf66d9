"""The report of a replay, written while it goes: for people, and as JSON."""

import json
from abc import ABC, abstractmethod
from importlib.metadata import version
from typing import Any, Final, TextIO

from elbguard.replay.comparing import Divergence, Turn
from elbguard.replay.past import Verdict
from elbguard.replay.tally import Tally
from elbguard.report.sentences import count, shortened

_MOST_LINES: Final = 20  # of one refusal
_LONGEST: Final = 400  # characters of one


class Teller(ABC):
    """Writes differences as they are found, and the numbers at the end. `name` is that of the file."""

    def __init__(self, name: str, out: TextIO) -> None:
        self._name, self._out = name, out

    @abstractmethod
    def begin(self) -> None:
        """Write what stands before the first difference."""

    @abstractmethod
    def tell(self, difference: Divergence) -> None:
        """Write a difference."""

    @abstractmethod
    def end(self, tally: Tally, code: int) -> None:
        """Write the numbers, and how it ended."""

    def _print(self, text: str) -> None:
        self._out.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


class Words(Teller):
    """For people: `FILE:LINE: namespace/name OPERATION: newly refused: was allowed, is refused (ELB301)`."""

    def begin(self) -> None:
        """Write nothing."""

    def tell(self, difference: Divergence) -> None:
        """Write a difference, and below it why it is refused or what is filled in."""
        past, now, change = difference.past, difference.now, difference.change
        place = f"{self._name}:{difference.line}: {shortened(past.service)} {past.operation}"
        if change is Turn.PATCH:
            self._print(f"{place}: {change.words}")
            for key, (before, after) in list(difference.filled.items())[:_MOST_LINES]:
                self._print(f"    {shortened(key)}: was {_value(before)}, is {_value(after)}")
            return
        self._print(f"{place}: {change.words}: was {past.verdict}, is {now}")
        told = (past.verdict if now.allowed else now).told
        for line in told[:_MOST_LINES]:
            self._print(f"    {shortened(line.removeprefix('* '), _LONGEST)}")
        if len(told) > _MOST_LINES:
            self._print(f"    and {len(told) - _MOST_LINES} more")

    def end(self, tally: Tally, code: int) -> None:
        """Write one line of numbers; none where there are none, which is said elsewhere."""
        if not tally.compared:
            return
        changes = ", ".join(f"{tally.changes[change]} {change.words}" for change in Turn if tally.changes[change])
        verb = "differs" if tally.changes.total() == 1 else "differ"
        result = f"{tally.changes.total()} {verb}: {changes}" if changes else "none differs"
        self._print(f"{count(tally.compared, 'verdict')} compared, of which {tally.refused} refused: {result}")


class AsJson(Teller):
    """One JSON object: `differences`, then the numbers."""

    def begin(self) -> None:
        """Open the object, and the list in it."""
        self._comma = ""
        head = json.dumps({"version": 1, "elbguard": version("elbguard"), "file": self._name})
        self._out.write(f'{head[:-1]}, "differences": [')

    def tell(self, difference: Divergence) -> None:
        """Write one element."""
        past, now = difference.past, difference.now
        written = {
            "line": difference.line,
            "service": past.service,
            "operation": past.operation,
            "path": past.path,
            "change": difference.change.value,
            "recorded": _verdict(past.verdict),
            "now": _verdict(now),
        }
        if difference.change is Turn.PATCH:
            written["filled"] = {key: {"recorded": a, "now": b} for key, (a, b) in difference.filled.items()}
        self._out.write(f"{self._comma}\n{json.dumps(written)}")
        self._comma = ","

    def end(self, tally: Tally, code: int) -> None:
        """Close the list, and write the numbers."""
        numbers = {
            "lines": tally.lines,
            "compared": tally.compared,
            "refused": tally.refused,
            "passed_over": tally.passed_over,
            "foreign": tally.foreign,
            "unread": tally.unread,
            "changes": {change.value: tally.changes[change] for change in Turn},
            "not_compared": [
                {"reason": why, "number": number, "first_line": tally.first(why)}
                for why, number in tally.untold.most_common()
            ],
            "exit_code": code,
        }
        self._print(f'\n], "summary": {json.dumps(numbers)}}}')


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"allowed": verdict.allowed, "rules": list(verdict.rules), "messages": list(verdict.told)}


def _value(value: Any) -> str:
    return "nothing" if value is None else shortened(json.dumps(value, ensure_ascii=False))

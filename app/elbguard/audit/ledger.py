"""What an audit writes down as it goes: counts of everything, and findings one by one as long as there is room."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from elbguard.report.model import Checked, Counts, Entry, Note, Report, Resource, Totals, Trouble, Unjudged, Why
from elbguard.report.sentences import ingresses, unlisted
from elbguard_rules.core.problem import Severity

MOST_LISTED: Final = 20_000  # findings, and as many notes, troubles and rules that could not judge
_NOBODY: Final = Resource("", "", "")


class Ledger:
    """Takes what is found, Service by Service; its size does not grow with the number of findings."""

    def __init__(self, most: int = MOST_LISTED) -> None:
        self._most: Final = most
        self._entries: list[Entry] = []
        self._unjudged: list[Unjudged] = []
        self._missing: set[tuple[str, str]] = set()
        self._troubles: list[Trouble] = []
        self._notes: list[Note] = []
        self._of_all: list[tuple[Why, str]] = []
        self._new = self._gone = 0
        self._checked: list[Checked] = []
        self._rules: Counter[str] = Counter()
        self._namespaces: dict[str, Counts] = {}

    def judged(self, resource: Resource, file: str, entries: Iterable[Entry]) -> None:
        """Take a Service, and what was found in it."""
        counts = self._namespaces.setdefault(resource.namespace, Counts())
        counts.services += 1
        self._checked.append(Checked(resource, file))
        for entry in entries:
            self._rules[entry.rule.id] += 1
            self._new += bool(entry.change)
            if entry.severity is Severity.ERROR:
                counts.errors += 1
            else:
                counts.warnings += 1
            if len(self._entries) < self._most:
                self._entries.append(entry)

    def unjudged(self, skipped: Iterable[Unjudged]) -> None:
        """Take what could not be judged; of each rule and missing fact at least one is kept."""
        for each in skipped:
            why = (each.rule.id, each.missing)
            if len(self._unjudged) < self._most or why not in self._missing:
                self._missing.add(why)
                self._unjudged.append(each)

    def noted(self, notes: Iterable[Note]) -> None:
        """Take notes."""
        for note in notes:
            self._gone += note.why is Why.GONE
            if len(self._notes) < self._most:
                self._notes.append(note)

    def noted_of_all(self, why: Why, said: str) -> None:
        """Take a note about the cluster as a whole."""
        self._of_all.append((why, said))

    def troubled(self, troubles: Iterable[Trouble]) -> None:
        """Take what went wrong; one is enough to say that not all could be judged."""
        self._troubles += troubles if len(self._troubles) < self._most else ()

    @property
    def changes(self) -> tuple[int, int]:
        """How many findings are new after the upgrade that was asked about, and how many are gone."""
        return self._new, self._gone

    def report(self, number_of_ingresses: int) -> Report:
        """All of it."""
        found = Report(
            tuple(self._entries),
            tuple(self._unjudged),
            tuple(self._troubles),
            services=len(self._checked),
            checked=tuple(self._checked),
            ingresses=number_of_ingresses,
            tally=Totals(self._rules, self._namespaces),
        )
        about = [(Why.INGRESS, ingresses(number_of_ingresses))] if number_of_ingresses else []
        about += [(Why.UNLISTED, unlisted(found.unlisted))] if found.unlisted else []
        of_all = [Note(why, said, "", 0, 0, _NOBODY) for why, said in (*self._of_all, *about)]
        return replace(found, notes=(*of_all, *self._notes))

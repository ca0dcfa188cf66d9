"""Cures of an open document: those of `elbguard fix`, all together or for one finding, as edits of its text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import Final

from elbguard.check.judge import Judge
from elbguard.check.manifests import Manifest, SourceError, TemplateError, documents
from elbguard.editor.judging import Opinion
from elbguard.fix.accept import accepted
from elbguard.fix.cures import Cure, FixResult, Patient
from elbguard.fix.edits import Edit
from elbguard.fix.fixing import cured
from elbguard.fix.propose import cures
from elbguard.fix.prove import carried_out
from elbguard.fix.subjects import subjects
from elbguard.report.model import Entry
from elbguard.settings import Settings

_LONGEST: Final = 256 * 1024  # characters of a text that is cured while somebody waits
_MOST: Final = 4_000_000  # findings times the characters that have to be judged again for each of them
_MOST_LINES: Final = 2000  # that are compared; where more differ they are replaced in one piece


@dataclass(frozen=True)
class CuredOne:
    """What cures one finding: the edits, and in words what they do."""

    edits: tuple[Edit, ...]
    said: str


class Curing:
    """Cures of one version of a document, worked out when they are wanted."""

    def __init__(self, opinion: Opinion, settings: Settings) -> None:
        self.of = opinion.of
        self._judge = Judge(settings).of(opinion.part)
        self._is_readable = opinion.is_whole and len(self.of.text) <= _LONGEST

    @cached_property
    def _read(self) -> list[Manifest]:
        try:
            return list(documents(self.of.text)) if self._is_readable else []
        except (SourceError, TemplateError):
            return []

    @cached_property
    def _patients(self) -> list[Patient]:
        return list(subjects(self.of.text, self._read, self._judge))

    @cached_property
    def all(self) -> FixResult:
        """The document with all that is certain cured."""
        if sum(map(_trouble_of, self._patients)) > _MOST:
            return FixResult(self.of.text)
        return cured(self.of.text, self.of.name, self._judge) if self._patients else FixResult(self.of.text)

    @property
    def edits_of_all(self) -> tuple[Edit, ...]:
        """What cures all that is certain."""
        return tuple(differences(self.of.text, self.all.text))

    def is_certain(self, entry: Entry) -> bool:
        """Whether a finding is among those that `elbguard fix` cures."""
        place = (entry.rule.id, entry.span.line, entry.span.column)
        return any((change.rule, change.line, change.column) == place for change in self.all.changes)

    def one(self, entry: Entry) -> CuredOne | None:
        """What cures one finding by itself; None where it is not certain, or not possible without others."""
        offset = self.of.offset(entry.span.line, entry.span.column)
        for patient in self._patients:
            mine = tuple((f, at) for f, at in patient.findings if at == offset and f.rule is entry.rule)
            if mine and (found := self._carried_out(replace(patient, findings=mine))):
                return found
        return None

    def _carried_out(self, patient: Patient) -> CuredOne | None:
        candidates = cures(patient, self._judge)
        chosen, _ = accepted(patient, candidates, self._judge)
        outcome = carried_out(self.of.text, self._read, [(patient, chosen)]) if chosen else None
        return CuredOne(tuple(differences(self.of.text, outcome[0])), _said(chosen)) if outcome else None


def _trouble_of(patient: Patient) -> int:
    """How much there is to do about a Service."""
    node = patient.document.node
    return len(patient.findings) * (node.end_mark.index - node.start_mark.index)


def _said(chosen: list[Cure]) -> str:
    return "; ".join(dict.fromkeys(cure.said for cure in chosen))


def differences(before: str, after: str) -> Iterator[Edit]:
    """The edits that make one text of another, line by line and no more of a line than differs."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    alike = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = zip(reversed(old[alike:]), reversed(new[alike:]), strict=False)
    behind = next((n for n, (a, b) in enumerate(rest) if a != b), min(len(old), len(new)) - alike)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    old, new = old[alike : len(old) - behind], new[alike : len(new) - behind]
    if max(len(old), len(new)) > _MOST_LINES:
        hunks = [(0, len(old), 0, len(new))]
    else:
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        hunks = [(a, b, c, d) for what, a, b, c, d in codes if what != "equal"]
    for first, last, begin, end in hunks:
        yield from _trimmed(starts[alike + first], "".join(old[first:last]), "".join(new[begin:end]))


def _trimmed(at: int, old: str, new: str) -> Iterator[Edit]:
    """The edit of a piece without what is alike at its ends."""
    least = min(len(old), len(new))
    begin = next((n for n in range(least) if old[n] != new[n]), least)
    end = next((n for n in range(least - begin) if old[-1 - n] != new[-1 - n]), least - begin)
    if old != new:
        yield Edit(at + begin, at + len(old) - end, new[begin : len(new) - end])

"""A text of manifests fixed: what is certain is cured, what is left alone is said, and the outcome is proven."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from elbguard.check.judge import Judge
from elbguard.check.kustomize import Part
from elbguard.check.lines import LineIndex
from elbguard.check.manifests import Manifest, documents
from elbguard.fix.accept import accepted, deed
from elbguard.fix.cures import Change, Cure, FixResult, Patient
from elbguard.fix.defaults import PARTIAL, UNNAMED, filled, is_unnamed
from elbguard.fix.edits import Edit, Origins
from elbguard.fix.propose import cures
from elbguard.fix.propose import place as mistake
from elbguard.fix.prove import Work, carried_out
from elbguard.fix.subjects import subjects
from elbguard.fix.write import UNCERTAIN, file_edits, why_not
from elbguard.report.model import Trouble
from elbguard.settings import Settings
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import Guard
from elbguard_rules.relations.keys import NOT_TEXT

_ROUNDS: Final = 4  # a cure may bring to light what can be cured too
_PROOFS: Final = 60  # readings of a text to find the cures in it that cannot be proven

Refusal = tuple[Cure, str]  # a cure that is left alone, and why
Choice = Callable[[Patient, Sequence[Cure]], tuple[list[Cure], list[Refusal]]]


def fixed(
    text: str,
    settings: Settings,
    *,
    defaults: bool = False,
    file: str = "",
    namespace: str = "",
    part: Part = Part.WHOLE,
) -> FixResult:
    """Cure a text of manifests, YAML or JSON, of what is certain; with `defaults` write what the webhook fills in.

    `file` is its name in changes and troubles, `namespace` that of Services that name none, `part` what kustomizations
    say of it. A text that cannot be read to its end, or is a template, stays as it is.
    """
    judge = Judge(settings, namespace).of(part)
    judged = judge.judge(text, file)
    if judged.troubles:
        return FixResult(text, (), judged.troubles, judged.objects)
    fixing = _Fixing(text, file, judge)
    fixing.cure()
    if defaults:
        fixing.fill(Guard(settings.policy), namespace)
    left = judge.judge(fixing.text, file).entries
    return replace(
        fixing.result(), objects=judged.objects, left=sum(entry.severity is Severity.ERROR for entry in left)
    )


def cured(text: str, file: str, judge: Judge) -> FixResult:
    """Cure a text that can be read of what is certain, as one judge sees it."""
    fixing = _Fixing(text, file, judge)
    fixing.cure()
    return fixing.result()


class _Fixing:
    """A text on its way: what was changed so far, as edits of the text before each round."""

    def __init__(self, text: str, file: str, judge: Judge) -> None:
        self.text, self.file, self.judge = text, file, judge
        self._lines = LineIndex(text)
        self._rounds: list[Origins] = []
        self._changes: list[Change] = []
        self._troubles: list[Trouble] = []

    def result(self) -> FixResult:
        """The answer, in the order of the places."""
        changes = sorted(dict.fromkeys(self._changes), key=lambda change: (change.line, change.column))
        troubles = sorted(dict.fromkeys(self._troubles), key=lambda trouble: (trouble.line, trouble.column))
        return FixResult(self.text, tuple(changes), tuple(troubles))

    def cure(self) -> None:
        """Apply the cures of findings, and then those that only became possible by them."""
        refused: list[Refusal] = []
        for _ in range(_ROUNDS):
            read, found = self._read()
            wanted = [(subject, cures(subject, self.judge)) for subject in found]
            changed, refused = self._apply(read, wanted, lambda s, c: accepted(s, c, self.judge))
            if not changed:
                break
        for cure, reason in refused:
            self._trouble(cure.offset, f"left alone: {cure.would}, but {reason}")
        self._suggest([cure.finding for cure, _ in refused if cure.finding])

    def _suggest(self, told: Sequence[Finding]) -> None:
        """Say of what is left where a check says what may have been meant, which is not certain, or is no text."""
        known: dict[tuple[str, str], list[Finding]] = {}
        for finding in told:
            known.setdefault(mistake(finding), []).append(finding)
        for subject in self._read()[1]:
            for finding, offset in subject.findings:
                if finding not in known.get(mistake(finding), ()) and (
                    finding.rule is NOT_TEXT or finding.problem.meant
                ):
                    self._trouble(offset, f"left alone, as it is not certain: {finding.field}: {finding.message}")

    def fill(self, guard: Guard, namespace: str) -> None:
        """Write what the webhook would fill in."""
        read, patients = self._read()
        found: list[Patient] = []
        for subject in patients:
            if self.judge.is_whole(subject.raw):
                found.append(subject)
            elif filled(subject, guard, namespace):
                place = subject.document.where(subject.root)
                self._trouble(place.value.start if place else 0, PARTIAL)
        wanted = [(subject, filled(subject, guard, namespace)) for subject in found]
        nameless = [subject for subject in found if is_unnamed(subject, guard, namespace)]
        for subject in nameless:
            place = subject.document.where((*subject.root, "metadata"))
            self._trouble((place.key or place.value).start if place else 0, UNNAMED)
        _, refused = self._apply(read, wanted, lambda _, c: (list(c), []))
        for cure, reason in refused:
            self._trouble(cure.offset, f"left alone: {cure.would}, but {reason}")

    def _read(self) -> tuple[list[Manifest], list[Patient]]:
        read = list(documents(self.text))
        return read, list(subjects(self.text, read, self.judge))

    def _apply(
        self, read: Sequence[Manifest], wanted: list[tuple[Patient, list[Cure]]], choose: Choice
    ) -> tuple[bool, list[Refusal]]:
        """Carry out as many cures as can be proven. Says whether there were any, and which were refused."""
        unwritten: list[Refusal] = []
        for subject, candidates in wanted:
            away = [(cure, why_not(subject, cure)) for cure in candidates if file_edits(subject, [cure]) is None]
            _move(candidates, away, unwritten)
        while True:
            chosen = [(subject, *choose(subject, candidates)) for subject, candidates in wanted]
            work = [(subject, picked) for subject, picked, _ in chosen if picked]
            refused = [*unwritten, *(refusal for _, _, refusals in chosen for refusal in refusals)]
            if not work:
                return False, refused
            outcome = carried_out(self.text, read, work)
            if outcome:
                self._commit(*outcome, work)
                return True, refused
            bad = self._unproven(read, [(subject, cure) for subject, picked in work for cure in picked])
            failed = set(map(id, bad))
            for _, candidates in wanted:
                _move(candidates, [(cure, UNCERTAIN) for cure in candidates if id(cure) in failed], unwritten)

    def _unproven(self, read: Sequence[Manifest], suspects: list[tuple[Patient, Cure]]) -> list[Cure]:
        """Those of cures that fail together which fail by themselves; all where none does, or it takes too long."""
        bad: list[Cure] = []
        waiting = [suspects]
        for _ in range(_PROOFS):
            if not waiting:
                return bad or [cure for _, cure in suspects]
            some = waiting.pop()
            if not carried_out(self.text, read, _by_subject(some)):
                half = len(some) // 2
                if half:
                    waiting += (some[:half], some[half:])
                else:
                    bad += (cure for _, cure in some)
        return [cure for _, cure in suspects]

    def _commit(self, text: str, edits: list[Edit], work: Work) -> None:
        deeds = [{deed(cure): cure for cure in reversed(cures)} for _, cures in work]
        for cure in (cure for ours in deeds for cure in reversed(ours.values())):
            line, column = self._lines.position(self._first(cure.offset))
            rule = cure.finding.rule.id if cure.finding else ""
            self._changes.append(Change(self.file, line, column, rule, cure.said))
        self.text = text
        self._rounds.append(Origins(edits))

    def _trouble(self, offset: int, message: str) -> None:
        line, column = self._lines.position(self._first(offset))
        self._troubles.append(Trouble(self.file, line, column, message, fatal=False))

    def _first(self, offset: int) -> int:
        """The place in the very first text of a place in this one."""
        for origins in reversed(self._rounds):
            offset, _ = origins.of(offset)
        return offset


def _by_subject(pairs: Iterable[tuple[Patient, Cure]]) -> list[tuple[Patient, list[Cure]]]:
    found: dict[int, tuple[Patient, list[Cure]]] = {}
    for subject, cure in pairs:
        found.setdefault(id(subject), (subject, []))[1].append(cure)
    return list(found.values())


def _move(candidates: list[Cure], away: Sequence[Refusal], to: list[Refusal]) -> None:
    gone = {id(cure) for cure, _ in away}
    candidates[:] = [cure for cure in candidates if id(cure) not in gone]
    to += away

"""Which cures may be applied together: what they cure must go, and no error may come."""

from collections.abc import Sequence
from typing import Final

from elbguard.check.judge import Judge
from elbguard.fix.cures import ANNOTATIONS, Cure, Patient
from elbguard.fix.edits import Edit, Overlap
from elbguard.fix.propose import is_tree, place
from elbguard_rules.core.engine import Review
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity, annotation, printable

_ROUNDS: Final = 4


def accepted(subject: Patient, candidates: Sequence[Cure], judge: Judge) -> tuple[list[Cure], list[tuple[Cure, str]]]:
    """The cures that go together, and the others with the reason. All of them if possible, else as many as fit."""
    if not candidates or not _objection(subject, candidates, _after(subject, candidates, judge), judge):
        return list(candidates), []
    chosen: list[Cure] = []
    waiting = _by_deed(candidates)
    for _ in range(_ROUNDS):
        refused: list[tuple[list[Cure], str]] = []
        for alike in waiting:
            objection, cured = _tried(subject, chosen, alike, judge)
            if cured is None:
                refused.append((alike, objection))
            else:
                chosen.append(cured)
        if not refused or len(refused) == len(waiting):
            break
        waiting = [alike for alike, _ in refused]  # what was accepted since may have made room
    return chosen, [(cure, reason) for alike, reason in refused for cure in alike]


def _by_deed(cures: Sequence[Cure]) -> list[list[Cure]]:
    """The cures, those together that do the same: many findings may want one thing."""
    found: dict[tuple[str, tuple[Edit, ...], str], list[Cure]] = {}
    for cure in cures:
        found.setdefault(deed(cure), []).append(cure)
    return list(found.values())


def deed(cure: Cure) -> tuple[str, tuple[Edit, ...], str]:
    """What a cure does; two findings may want the same."""
    return (cure.key, cure.edits, cure.name)


def _tried(subject: Patient, chosen: list[Cure], alike: list[Cure], judge: Judge) -> tuple[str, Cure | None]:
    """Why cures that do the same cannot be applied too; or the first of them that cures what it is for."""
    after = _after(subject, [*chosen, alike[0]], judge)
    now = {place(finding) for finding in after.findings} if after else set()
    one = next((cure for cure in alike if not cure.finding or _expected(cure, cure.finding) not in now), alike[0])
    objection = _objection(subject, [*chosen, one], after, judge)
    return objection, None if objection else one


def _after(subject: Patient, cures: Sequence[Cure], judge: Judge) -> Review | None:
    """The verdict once cures are applied; None where they want the same place."""
    try:
        return judge.review(subject.with_annotations(subject.cured(cures)))
    except Overlap:
        return None


def _objection(subject: Patient, cures: Sequence[Cure], after: Review | None, judge: Judge) -> str:
    """Why these cures cannot be applied together, with the verdict after them; nothing where they can."""
    if after is None:
        return "another cure wants the same place"
    if left := _left(cures, after):
        return left
    before = {place(finding) for finding in subject.review.findings if finding.severity is Severity.ERROR}
    if trees := [cure for cure in cures if is_tree(cure)]:  # they bring to light what is wrong anyway
        before |= {place(f) for f in judge.review(subject.with_annotations(subject.cured(trees))).errors}
    new = next((f for f in after.errors if place(f) not in before), None)
    return f"then {new.field}: {new.message}" if new else ""


def _left(cures: Sequence[Cure], after: Review) -> str:
    """What of that which cures are for is still wrong after them; nothing where all is cured."""
    wanted = {_expected(cure, cure.finding) for cure in cures if cure.finding}
    left = next((finding for finding in after.findings if place(finding) in wanted), None)
    return f"that is still wrong: {printable(left.problem.detail)} [{left.rule.id}]" if left else ""


def _expected(cure: Cure, finding: Finding) -> tuple[str, str]:
    """Where the finding would be if it were still there."""
    name = cure.name or cure.key
    if finding.where.steps != (*ANNOTATIONS, cure.key):
        return place(finding)
    return (finding.rule.id, str(annotation(name, *finding.where.inner).folded))

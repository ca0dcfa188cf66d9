"""Which cures may be applied together: what they cure must go, and no error may come."""

from collections.abc import Sequence

from elbguard.check.judge import Judge
from elbguard.fix.cures import ANNOTATIONS, Cure, Patient
from elbguard.fix.edits import Edit, Overlap
from elbguard.fix.propose import is_tree, place
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity, annotation, printable


def accepted(subject: Patient, candidates: Sequence[Cure], judge: Judge) -> tuple[list[Cure], list[tuple[Cure, str]]]:
    """The cures that go together, and the others with the reason. All of them if possible, else as many as fit."""
    if not candidates or not _objection(subject, candidates, judge):
        return list(candidates), []
    chosen: list[Cure] = []
    waiting = list(candidates)
    while True:
        refused: list[tuple[Cure, str]] = []
        for cure in waiting:
            objection = _objection(subject, [*chosen, cure], judge)
            if objection:
                refused.append((cure, objection))
            else:
                chosen.append(cure)
        if not refused or len(refused) == len(waiting):
            done = [deed(cure) for cure in chosen]
            return chosen, [(cure, reason) for cure, reason in refused if deed(cure) not in done]
        waiting = [cure for cure, _ in refused]  # what was accepted since may have made room


def deed(cure: Cure) -> tuple[str, tuple[Edit, ...], str]:
    """What a cure does; two findings may want the same."""
    return (cure.key, cure.edits, cure.name)


def _objection(subject: Patient, cures: Sequence[Cure], judge: Judge) -> str:
    """Why these cures cannot be applied together; nothing where they can."""
    try:
        after = judge.review(subject.with_annotations(subject.cured(cures)))
    except Overlap:
        return "another cure wants the same place"
    now = {place(finding): finding for finding in after.findings}
    for cure in cures:
        if cure.finding and (left := now.get(_expected(cure, cure.finding))):
            return f"that is still wrong: {printable(left.problem.detail)} [{left.rule.id}]"
    before = {place(finding) for finding in subject.review.findings if finding.severity is Severity.ERROR}
    if trees := [cure for cure in cures if is_tree(cure)]:  # they bring to light what is wrong anyway
        before |= {place(f) for f in judge.review(subject.with_annotations(subject.cured(trees))).errors}
    new = next((f for f in after.errors if place(f) not in before), None)
    return f"then {new.field}: {new.message}" if new else ""


def _expected(cure: Cure, finding: Finding) -> tuple[str, str]:
    """Where the finding would be if it were still there."""
    name = cure.name or cure.key
    if finding.where.steps != (*ANNOTATIONS, cure.key):
        return place(finding)
    return (finding.rule.id, str(annotation(name, *finding.where.inner).folded))

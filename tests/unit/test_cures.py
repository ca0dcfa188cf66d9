"""What rules and messages tell people to do is done, and cures what it is told against."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from elbguard.settings import Settings
from elbguard_rules.core.engine import Review
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Kind
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES
from tests.generators.casefile import Document, all_documents, loaded
from tests.generators.conditions import guard
from tests.generators.sweep import tried
from tests.support.cases import ROOT
from tests.support.cures import SIGNS, cured, cures, parts, unread
from tests.support.places import ROOT as PROJECT
from tests.support.remedies import EDITS, HUMAN
from tests.support.treating import NotHere, Patient
from tests.support.trying import try_all

# What was never read before may well have other mistakes, which show only then.
_UNCOVERS: Final = {
    "ELB134": "beside class dnat nothing of a load balancer is judged",
    "ELB701": "beside class dnat nobody asks for the ID that is to be put back too",
    "ELB702": "the message says that elb.autocreate has to go too",
    "ELB901": "the text was not read before",
    "ELB904": "the annotations of a Service of another type are not judged",
}
_UNCHANGEABLE: Final = ("ELB701", "ELB702", "ELB705")
_LEAST_CURES: Final = 1_900
_LEAST_RULES: Final = 270


class Trial(NamedTuple):
    """One thing that is told about a finding of a Service, named by `about`, and whether it cures."""

    about: str
    is_update: bool
    finding: Finding
    name: str
    cures: bool

    def __str__(self) -> str:
        return f"{self.about} {self.finding.message!r}: {self.name}"


@cache
def _trials() -> tuple[Trial, ...]:
    return tuple(trial for document in all_documents(ROOT) for trial in _of(document))


def _of_the_sweep() -> Iterator[Trial]:
    """Trials of the values that the sweep tries, on creation."""
    for bed, value in tried(PROJECT):
        service = bed.service(value)
        before = guard(bed.settings).review(service, bed.settings.cluster)
        for finding in before.findings:
            yield from _trials_of(finding, Patient(dict(service.raw), {}, dict(bed.given), finding), before, bed.key)


def _of(document: Document) -> Iterator[Trial]:
    about = f"{document.file.name}:{document.line}"
    for finding in document.review.findings:
        old = loaded(document.before) if document.before else {}
        patient = Patient(loaded(document.manifest), old, document.settings, finding)
        yield from _trials_of(finding, patient, document.review, about)


def _trials_of(finding: Finding, patient: Patient, before: Review, about: str) -> Iterator[Trial]:
    for name, edit in cures(finding):
        try:
            after = _review(cured(patient, edit))
        except NotHere:
            continue
        yield Trial(about, bool(patient.old), finding, name, _is_cured(finding, before, after, name))


def _review(patient: Patient) -> Review:
    settings = Settings(**patient.settings)
    service = Service(patient.raw, Service(patient.old) if patient.old else None)
    review = guard(settings).review(service, settings.cluster)
    assert not review.faults
    return review


def _is_cured(finding: Finding, before: Review, after: Review, name: str) -> bool:
    """Whether the finding is gone, and nothing new is refused at its place, but for what is to be added."""
    if _count(finding.rule, after) >= _count(finding.rule, before):
        return False
    if finding.rule.id in _UNCOVERS or name.startswith(SIGNS):  # an example has not the port that is meant
        return True
    had = {each.rule.id for each in before.findings}
    new = [e for e in after.errors if e.rule.id not in had and (e.where.steps == finding.where.steps or _is_change(e))]
    return all(error.problem.kind is Kind.REQUIRED and not _is_change(error) for error in new)


def _is_change(finding: Finding) -> bool:
    """Whether an update may not change that: a cure that does is none."""
    return finding.rule.id in _UNCHANGEABLE


def _count(rule: Rule, review: Review) -> int:
    return sum(each.rule is rule for each in review.findings)


def test_every_alternative_of_a_fix_is_tried_or_known_to_need_a_person() -> None:
    told = {part for rule in RULES.values() for part in parts(rule.fix)}

    assert [(rule.id, *unread(rule)) for rule in RULES.values() if unread(rule)] == [], "tests/support/remedies.py"
    assert EDITS.keys() & HUMAN == set()
    assert (EDITS.keys() | HUMAN) - told == set(), "no rule says this any longer"


def test_whatever_is_told_cures_a_service_that_is_created() -> None:
    try_all((trial for trial in _trials() if not trial.is_update), _cures)


def test_whatever_is_told_of_the_values_of_the_sweep_cures_them() -> None:
    try_all(_of_the_sweep(), _cures)


def _cures(trial: Trial) -> None:
    assert trial.cures, str(trial)


def test_something_that_is_told_cures_an_update() -> None:
    told: dict[tuple[str, str, str], list[Trial]] = {}
    for trial in _trials():
        if trial.is_update:
            told.setdefault((trial.about, trial.finding.field, trial.finding.rule.id), []).append(trial)

    assert [str(trials[0]) for trials in told.values() if not any(trial.cures for trial in trials)] == []


def test_as_many_cures_are_really_applied_as_there_are_to_apply() -> None:
    by_rule = Counter(trial.finding.rule.id for trial in _trials())

    assert by_rule.total() >= _LEAST_CURES
    assert len(by_rule) >= _LEAST_RULES

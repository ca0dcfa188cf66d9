"""The engine: asks the rules of a plan about a Service; what becomes of their answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from elbguard_rules.core import folding, nottext, unfilled
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Check
from elbguard_rules.core.facts import Cluster, Unknown
from elbguard_rules.core.finding import Finding, Skipped
from elbguard_rules.core.mistakes import known
from elbguard_rules.core.plan import Plan
from elbguard_rules.core.problem import (
    ABSENT,
    LONGEST_TOLD,
    MOST_TOLD,
    Kind,
    Problem,
    Severity,
    Where,
    annotation,
)
from elbguard_rules.core.reading import Malformed, Reading
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that raised: a mistake of ours. The other rules have judged, and nobody is refused because of it."""

    rule: Rule
    error: Exception


@dataclass(frozen=True, slots=True)
class Review:
    """The whole answer about one Service: what was found, what could not be judged, which rules broke down."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse the Service."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    def and_also(self, other: "Review") -> "Review":
        """One review of this one and of another one of the same Service."""
        return Review(
            _sorted((*self.findings, *other.findings)), (*self.skipped, *other.skipped), (*self.faults, *other.faults)
        )

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings its author should know."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)


NOTHING: Final = Review()  # what most reviews say


def review(service: Service, cluster: Cluster, plan: Plan) -> Review:
    """Judge a Service by every rule of the plan that reads something it has. Never raises."""
    result = _Result(plan, service.annotations)
    for key, text in service.annotations.items():
        owner = plan.annotations.get(key)
        if owner is not None:
            result.read(service, owner, text)
        elif plan.annotations and not isinstance(text, str):  # elsewhere the API server says so by itself
            result.note_not_text(str(key), plan.known.get(str(key)), text)
    result.ask(plan.checks_for(service, cluster), service, cluster)
    return result.review()


def ratchet(new: Review, old: Sequence[Finding], service: Service, plan: Plan) -> Review:
    """The review of an update with every error among what was found of its old Service already as a warning.

    So nobody is refused an unrelated change.
    """
    if not old:
        return new
    had = known(new.findings, old, service, plan.annotations)
    softer = (replace(f, severity=Severity.WARNING) if index in had else f for index, f in enumerate(new.findings))
    return replace(new, findings=_sorted(softer))


class _Result:
    """What the rules said so far about one Service."""

    def __init__(self, plan: Plan, annotations: Mapping[str, Any]) -> None:
        self.plan, self.annotations = plan, annotations
        self.findings: list[Finding] = []
        self.skipped: list[Skipped] = []
        self.faults: list[Fault] = []
        self.telling: Rule | None = None  # who speaks, how many problems it told so far, and how many characters
        self.told = self.length = 0
        self.unfilled: set[int] = set()  # the findings that tell of something left unfilled, by identity
        self.whole: dict[str, str] = {}  # what was left unfilled in an annotation's text as a whole, by key
        self.written: dict[Where, str] = {}  # members written in other capitals: their places, and their names there

    def note(self, rule: Rule, problem: Problem) -> None:
        severity = self.plan.policy.severity(rule)
        if severity is not Severity.OFF:
            if self.written:
                problem = replace(problem, where=self._as_written(problem.where))
            worded = self._unfilled(problem)
            finding = Finding(rule, worded, severity)
            self.findings.append(finding)
            if worded is not problem:
                self.unfilled.add(id(finding))

    def _unfilled(self, problem: Problem) -> Problem:
        """The problem in words that tell the cause, where a variable was left in the place of a value or of a name."""
        found = self._left_in(problem)
        if not found:
            return problem
        allowed = f"; {problem.detail}" if problem.kind is Kind.NOT_SUPPORTED else ""
        said = unfilled.said(found)
        return replace(problem, detail=said + allowed, brief=said)

    def _left_in(self, problem: Problem) -> str:
        """What was left unfilled in that which a problem is about; nothing where that is not its cause."""
        where, value = problem.where, problem.value
        of_annotation = where.steps[:2] == ("metadata", "annotations") and len(where.steps) == 3
        if of_annotation and where.inner and isinstance(name := where.inner[-1], str) and unfilled.variable(name):
            return unfilled.variable(name)
        if value is ABSENT:
            return ""
        if of_annotation and not where.inner:
            return self._left_in_all(str(where.steps[2]))
        return unfilled.unfilled(value) if isinstance(value, str) else ""

    def _left_in_all(self, key: str) -> str:
        """What was left unfilled in an annotation's text, but for what stands in members of its JSON."""
        if key not in self.whole:
            text = self.annotations.get(key)
            found = dict(unfilled.places(text)) if isinstance(text, str) else {}
            self.whole[key] = found.get((), "")
        return self.whole[key]

    def _as_written(self, where: Where) -> Where:
        """The place with the name that its author wrote; rules know members by their right names."""
        for length in range(1, len(where.inner) + 1):
            name = self.written.get(Where(where.steps, where.inner[:length]))
            if name:
                return Where(where.steps, (*where.inner[: length - 1], name, *where.inner[length:]))
        return where

    def read(self, service: Service, owner: Annotation[Any], text: object) -> None:
        """Report the mistakes of an annotation's own shape."""
        if not isinstance(text, str):
            self.note_not_text(owner.key, owner, text)
            return
        try:
            reading = service.reading(owner)
        except Exception as error:
            self.faults.append(Fault(owner.rules[0] if owner.rules else self.plan.not_text, error))
            return
        if reading is not None and (reading.problems or reading.hints or reading.written):
            self._tell(owner, reading)

    def _tell(self, owner: Annotation[Any], reading: Reading) -> None:
        if reading.written:
            self._name(owner, reading)
        for rule, problem in reading.problems:
            self.note(rule, problem)
        for hint in reading.hints:
            self.note(self.plan.unknown_member, hint)

    def note_not_text(self, key: str, owner: Annotation[Any] | None, value: object) -> None:
        """Report a value that is no text; `owner` is the annotation, where it is one of ours."""
        if owner is None:
            self.note(self.plan.not_text, nottext.problem(annotation(key), value))
            return
        texts = frozenset(name for name, member in owner.members.items() if member.is_text)
        faults = partial(_faults, owner)
        self.note(self.plan.not_text, nottext.problem(owner.where, value, owner.choices, texts, owner.form, faults))

    def _name(self, owner: Annotation[Any], reading: Reading) -> None:
        """Report the members that are written in other capitals, and remember how, for all that is said of them."""
        self.written.update((owner.at(*path), name) for path, name in reading.written)
        for path, name in reading.written[:MOST_TOLD]:
            detail = folding.advice(name, str(path[-1]))
            self.note(self.plan.other_capitals, Problem(owner.at(*path), Kind.INVALID, ABSENT, detail))

    def ask(self, checks: Iterable[Check], service: Service, cluster: Cluster) -> None:
        """Ask rules; one that breaks down is noted, its findings so far are kept, the others are asked all the same."""
        for check in checks:
            try:
                for problem in check.function(service, cluster):
                    if not self._take(check.rule, problem):
                        break
            except Malformed:
                pass
            except Unknown as unknown:
                self.skipped.append(Skipped(check.rule, unknown.fact))
            except Exception as error:
                self.faults.append(Fault(check.rule, error))

    def _take(self, rule: Rule, problem: Problem) -> bool:
        """Take what a rule says. Returns whether to hear more: not where nobody would read on."""
        if self.telling is not rule:
            self.telling, self.told, self.length = rule, 0, 0
        self.note(rule, problem)
        self.told += 1
        self.length += len(problem.detail)
        return self.told < MOST_TOLD and self.length <= LONGEST_TOLD

    def review(self) -> Review:
        if not self.findings and not self.skipped and not self.faults:
            return NOTHING
        return Review(tuple(self._once()), tuple(self.skipped), tuple(self.faults))

    def _once(self) -> Iterator[Finding]:
        """The findings; of those about one thing left unfilled the first, which is the most serious one."""
        told: set[Where] = set()
        around: set[Where] = set()
        for finding in _sorted(self.findings):
            if id(finding) in self.unfilled:
                steps, inner = finding.where.steps, finding.where.inner
                path = [Where(steps, inner[:length]) for length in range(len(inner) + 1)]
                if finding.where in around or not told.isdisjoint(path):
                    continue
                told.add(finding.where)
                around.update(path[:-1])
            yield finding


def _names(where: Where) -> list[str]:
    """The members of JSON on the way to a place inside an annotation's text."""
    return [step for step in where.inner if isinstance(step, str)]


def _faults(owner: Annotation[Any], text: str) -> str:
    """What is wrong with a text as a whole, were it the annotation's; not what is wrong in the members of its JSON."""
    problems = (problem for _, problem in owner.read(text).problems)
    return next((each.detail for each in problems if not owner.is_json or not _names(each.where)), "")


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings, then by rule."""
    return tuple(sorted(findings, key=lambda f: (f.severity is not Severity.ERROR, f.rule.id)))

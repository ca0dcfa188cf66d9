"""One text of manifests judged: the same findings as the webhook's, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Final, Self

from elbguard.check import drafts
from elbguard.check.claimants import Claimant, claimant, ingresses
from elbguard.check.comments import Remarks, remarks_in
from elbguard.check.defaulting import defaulted, is_live
from elbguard.check.given_twice import given_twice
from elbguard.check.kinds import file_of, origin_of, resource_of, services_in
from elbguard.check.kustomize import Part, plainly_a_patch
from elbguard.check.manifests import Manifest, SourceError, TemplateError, documents
from elbguard.check.nodes import Path, listed
from elbguard.check.whence import Whence, beside
from elbguard.report.model import Checked, Entry, Note, Resource, Trouble, Unjudged, Why
from elbguard.settings import Settings
from elbguard.terraform.services import expanded
from elbguard_rules import suppression
from elbguard_rules.core.draft import Draft
from elbguard_rules.core.engine import Review
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.fill import filled
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.record import record
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard
from elbguard_rules.relations.keys import is_elb_key

_MARKS: Final = frozenset({"apiVersion", "kind", "format_version"})  # what objects of Kubernetes, and plans, have


@record
class Judged:
    """What was found in one text.

    `objects` counts what may be an object of Kubernetes, `foreign` is 1 for a file that plainly is none and was passed
    over. `disregarded` counts suppressions that are not allowed. `claimants` are the objects that may collide with
    those of other texts; `text` is what was read, where there are some and it cannot be read again.
    """

    entries: tuple[Entry, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    checked: tuple[Checked, ...] = ()
    notes: tuple[Note, ...] = ()
    objects: int = 0
    foreign: int = 0
    disregarded: int = 0
    claimants: tuple[Claimant, ...] = ()
    text: str = ""


class Judge:
    """Judges texts of manifests as one operator wants it; the annotation `elbguard.io/ignore` is heeded.

    `namespace` is that of Services that name none. `cluster` stands above the facts of the settings. Without
    `suppressions` neither annotations nor comments suppress anything; they are counted.
    """

    def __init__(
        self, settings: Settings, namespace: str = "", cluster: Cluster | None = None, *, suppressions: bool = True
    ) -> None:
        self._namespace: Final = namespace
        self._suppressions: Final = suppressions
        self._guard: Final = Guard(replace(settings.policy, heeds_ignore=suppressions))
        self._cluster: Final[Cluster] = cluster or settings.cluster
        self._part = Part.WHOLE  # how much of a Service a manifest is, where nobody says it

    def of(self, part: Part) -> Self:
        """The same judge for manifests that are this much of a Service."""
        other = copy(self)
        other._part = part
        return other

    def is_whole(self, raw: dict[str, Any]) -> bool:
        """Whether a manifest says all of a Service, so that what it lacks is known to be absent."""
        draft = self._draft(raw, self._part)
        return draft is None or not draft.may_have_any

    def judge(self, text: str, file: str, part: Part = Part.WHOLE, *, comments: bool = True) -> Judged:
        """Judge all Services of a text; never raises. `file` is its name in reports, `part` what kustomizations say.

        `comments` says whether those in the text are heard; of what was built, those in its sources are.
        """
        entries: list[Entry] = []
        unjudged: list[Unjudged] = []
        read, troubles = _read(text, file)
        checked: list[Checked] = []
        notes: list[Note] = []
        told = remarks_in(text, read) if comments else [Remarks(()) for _ in read]
        disregarded = 0 if self._suppressions else sum(map(len, told))
        heard_of = told if self._suppressions else [Remarks(()) for _ in read]
        claimants: list[Claimant] = []
        is_filled_in = drafts.is_filled_in(text)
        for number, (document, remarks) in enumerate(zip(read, heard_of, strict=True)):
            for root, raw in services_in(document.value, ()):
                disregarded += not self._suppressions and suppression.KEY in Service(raw).annotations
                place = self._place(document, root, raw, file, remarks)
                checked.append(Checked(place.resource, place.name))
                draft = self._draft(raw, part, is_filled_in=is_filled_in and not document.address)
                service = draft or self._served(raw, document.old)
                notes += self._notes(place, draft, service)
                if not (draft and draft.partial):
                    claimants += claimant(service, number, document, root, place.name, self._namespace)
                twice = (
                    list(given_twice(document, root, Service(raw), self._guard.policy)) if document.duplicates else []
                )
                review = self._reviewed(draft, service, [finding for finding, _ in twice])
                if draft and document.old:
                    review = self._ratcheted(review, document.old)
                if draft:  # a comment is not unused because what it suppresses is not judged
                    list(place.entries(self._reviewed(None, self._served(raw)).findings, {}))
                entries += place.entries(review.findings, {id(finding): span for finding, span in twice})
                troubles += (place.fault(fault) for fault in review.faults)
                unjudged += (Unjudged(s.rule, s.missing, place.resource, place.name) for s in review.skipped)
            notes += beside(document, file)
            claimants += ingresses(number, document, file_of(document, file), self._namespace)
            entries += self._about(remarks, file)
        objects = sum(isinstance(part, Mapping) and not _MARKS.isdisjoint(part) for part in map(_whole_or_first, read))
        return Judged(
            tuple(entries),
            tuple(unjudged),
            tuple(troubles),
            tuple(checked),
            tuple(notes),
            objects,
            disregarded=disregarded,
            claimants=tuple(claimants),
        )

    def placed(
        self, text: str, file: str, reviews: Mapping[tuple[int, Path], Review], *, comments: bool = True
    ) -> Judged:
        """What is said of some Services of a text, by the numbers of their documents and the paths in them, placed."""
        read, _ = _read(text, file)
        entries: list[Entry] = []
        unjudged: list[Unjudged] = []
        troubles: list[Trouble] = []
        told = self.remarks_in(text, read) if comments else [Remarks(()) for _ in read]
        for number, (document, remarks) in enumerate(zip(read, told, strict=True)):
            for root, raw in services_in(document.value, ()):
                if review := reviews.get((number, root)):
                    place = self._place(document, root, raw, file, remarks)
                    entries += place.entries(review.findings, {})
                    troubles += (place.fault(fault) for fault in review.faults)
                    unjudged += (Unjudged(s.rule, s.missing, place.resource, place.name) for s in review.skipped)
        return Judged(tuple(entries), tuple(unjudged), tuple(troubles))

    def _place(self, document: Manifest, root: Path, raw: dict[str, Any], file: str, remarks: Remarks) -> Whence:
        resource = resource_of(raw, self._namespace, document.address)
        return Whence(document, root, resource, file, origin_of(document, raw), remarks, raw)

    def remarks_in(self, text: str, documents: Sequence[Manifest]) -> list[Remarks]:
        """The comments of each document that may suppress a finding."""
        return remarks_in(text, documents) if self._suppressions else [Remarks(()) for _ in documents]

    def review(self, raw: dict[str, Any], also: Sequence[Finding] = (), part: Part = Part.WHOLE) -> Review:
        """The verdict on a Service, as far as it is known what it will be: `also` are findings about its text."""
        draft = self._draft(raw, part)
        return self._reviewed(draft, draft or self._served(raw), also)

    def _reviewed(self, draft: Draft | None, service: Service, also: Sequence[Finding] = ()) -> Review:
        """The verdict on a draft, on a Service that is created, or on one as it stands in a cluster."""
        if draft is None and service.old is not None:
            return self._guard.review(filled(service, self._guard.fill(service, self._cluster)), self._cluster, also)
        if draft is None:
            judge = self._guard.review_standing if is_live(service.raw) else self._guard.review_created
            return judge(service, self._cluster, also)
        if not draft.is_judgeable:
            return Review()
        review = self._guard.review(draft, self._cluster, also)
        places = draft.unfilled()
        kept = (
            finding
            for finding in review.findings
            if finding.rule.id != drafts.UNUSED
            and not draft.is_at_a_variable(finding)
            and not (drafts.is_about_a_value(finding.rule.id) and draft.concerns(finding, places))
        )
        return replace(review, findings=tuple(kept))

    def _ratcheted(self, review: Review, old: Mapping[str, Any]) -> Review:
        """A review of an update of which not all is known, with what was wrong before as warnings."""
        had = {_sameness(finding) for finding in self._reviewed(None, self._served(dict(old))).findings}
        findings = (
            replace(finding, severity=Severity.WARNING)
            if finding.severity is Severity.ERROR and _sameness(finding) in had
            else finding
            for finding in review.findings
        )
        return replace(review, findings=tuple(findings))

    def _draft(self, raw: dict[str, Any], part: Part, *, is_filled_in: bool = False) -> Draft | None:
        """The Service as a draft; None where it is whole and all its values are there, as one of a cluster's is.

        `is_filled_in`: it is known that no value has a variable in it, and no key a dollar sign.
        """
        if is_live(raw):
            return None
        if part is Part.WHOLE:
            part = self._part
        is_patch = part is Part.WHOLE and plainly_a_patch(raw, may_have_directives=not is_filled_in)
        if is_patch and any(map(is_elb_key, Service(raw).annotations)):
            part = Part.PATCH
        if part is not Part.WHOLE:
            raw = drafts.without_removals(raw) if part is Part.PATCH else raw
            return Draft(raw, self._namespace or "default", partial=True, patch=part is Part.PATCH)
        if is_filled_in:
            return None
        draft = Draft(defaulted(raw), self._namespace or "default")
        return draft if draft.unfilled() else None

    def _notes(self, place: Whence, draft: Draft | None, service: Service) -> Iterator[Note]:
        """What is not judged in a Service, with the reason."""
        if draft and draft.partial:
            part, why = (Part.PATCH, Why.PATCH) if draft.patch else (Part.BASE, Why.BASE)
            yield place.note(why, drafts.PARTS[part])
        if draft and (places := draft.unfilled()):
            yield place.note(Why.UNRENDERED, drafts.unrendered(places), next(iter(places)).steps)
            return
        message = drafts.of_another_type(service) if service.type != "LoadBalancer" else ""
        if message:
            yield place.note(Why.ELSEWHERE, message, ("metadata", "annotations"))

    def _served(self, raw: dict[str, Any], old: Mapping[str, Any] | None = None) -> Service:
        """A Service that is whole, defaulted by Kubernetes, and the one that it replaces."""
        namespace = self._namespace or "default"
        before = Service(defaulted(dict(old)), namespace=namespace) if old else None
        return Service(defaulted(raw), before, namespace)

    def _about(self, remarks: Remarks, file: str) -> Iterator[Entry]:
        """What is wrong with the suppressing comments themselves."""
        for remark in remarks:
            for finding in remark.problems(self._guard.policy):
                yield Entry(finding, file, remark.span, Resource("", "", ""), remark.excerpt, cut=remark.cut)


def _whole_or_first(document: Manifest) -> Any:
    """What tells whether a document holds objects of Kubernetes: itself, or the first that it lists."""
    value = document.value
    return next((item for _, item in listed(value) or ()), None) if isinstance(value, list) else value


def _sameness(finding: Finding) -> tuple[str, str, str]:
    """What makes two findings the same mistake: rule, place and value."""
    return finding.rule.id, finding.field, repr(finding.problem.value)


def _read(text: str, file: str) -> tuple[list[Manifest], list[Trouble]]:
    """The documents of a text up to the first that cannot be read, and what is wrong with that one and with templates.

    A template among them is passed over by itself: what stands in one document does not switch off the check of others.
    """
    read: list[Manifest] = []
    passed: list[TemplateError] = []
    broken: list[Trouble] = []
    try:
        for document in documents(text, json=file.lower().endswith(".json"), passed=passed):
            read.extend(expanded(document))
    except TemplateError as error:
        passed.append(error)
    except SourceError as error:
        broken.append(Trouble(file, error.line, error.column, error.message, fatal=True))
    templates = (_template(file, error) for error in sorted(passed, key=lambda error: (error.line, error.column)))
    return read, [*templates, *broken]


def _template(file: str, error: TemplateError) -> Trouble:
    message = (
        "a Helm template, skipped: render it first"
        " (elbguard check --render CHART, or helm template CHART | elbguard check -)"
    )
    return Trouble(file, error.line, error.column, message, fatal=False, template=True)

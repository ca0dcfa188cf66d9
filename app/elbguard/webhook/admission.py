"""Admission: AdmissionReview in, AdmissionReview out. Pure but for the log; knows nothing of HTTP."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Any, Final, Protocol

from elbguard.languages import finding_in
from elbguard.modes import Outcome
from elbguard.settings import Settings
from elbguard.webhook import envelope, responses
from elbguard.webhook.envelope import AdmissionRequest, NotAReview, TooRich
from elbguard.webhook.phrases import phrases
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.fill import Fill
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

LOG: Final = logging.getLogger("elbguard.admission")
JSON: Final = b"application/json"
TEXT: Final = b"text/plain; charset=utf-8"
_JUDGED: Final = ("CREATE", "UPDATE")
_EDITOR: Final = "kubectl-edit"
BY_HAND: Final = ("kubectl-annotate", _EDITOR, "kubectl-patch")  # managers that a person writes by


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back over HTTP, and what was decided about the review in it."""

    status: int
    content_type: bytes
    body: bytes
    verdict: str = "unread"


def sentence(status: int, text: str) -> Answer:
    """One sentence of plain text: the API server shows no other form to its users."""
    return Answer(status, TEXT, text.encode(errors="replace") + b"\n")


class Observer(Protocol):
    """What is told about every answer; it counts."""

    def answered(self, operation: str, verdict: str, *, dry_run: bool) -> None:
        """A review was answered."""

    def found(self, outcome: Outcome) -> None:
        """Findings were made."""

    def fault(self, rule: str) -> None:
        """A rule broke down."""


class Unobserved:
    """Counts nothing."""

    def answered(self, operation: str, verdict: str, *, dry_run: bool) -> None:
        """Do nothing."""

    def found(self, outcome: Outcome) -> None:
        """Do nothing."""

    def fault(self, rule: str) -> None:
        """Do nothing."""


class Admission:
    """Answers the API server's questions about Services, as one operator wants it.

    `cluster` gives the facts known at the moment of the question, `beside` the other objects of the cluster.
    """

    def __init__(
        self,
        settings: Settings,
        cluster: Callable[[], Cluster] | None = None,
        observer: Observer | None = None,
        beside: Callable[[], Sequence[Neighbours]] = tuple,
    ) -> None:
        self._guard = Guard(settings.policy)
        self._modes = settings.findings_go
        self._language, self._phrases = settings.lang, phrases(settings.lang)
        self._cluster = cluster or (lambda: settings.cluster)
        self._beside = beside
        self._observer = observer or Unobserved()
        self._exempt = re.compile("|".join(map(translate, settings.exempt_user)) or r"(?!)")

    def mutate(self, body: bytes) -> Answer:
        """Answer POST /mutate: the documented defaults as a JSON patch; never a refusal."""
        return self._answer(body, self._fill, judged=False)

    def validate(self, body: bytes) -> Answer:
        """Answer POST /validate: a refusal that names every mistake, or a word of advice, or neither."""
        return self._answer(body, self._judge, judged=True)

    def _answer(
        self, body: bytes, decide: Callable[[AdmissionRequest, Service], tuple[str, bytes]], *, judged: bool
    ) -> Answer:
        try:
            request = envelope.read(body)
        except NotAReview as error:
            self._observer.answered("", "unread", dry_run=False)
            return sentence(400, str(error))
        except TooRich as rich:
            return self._unread(rich, refuses=judged)
        try:
            service = self._service(request, judged=judged)
            verdict, answer = decide(request, service) if service else ("ignored", envelope.write(request))
        except Exception:
            LOG.exception("internal error, the Service is let through", extra={"uid": request.uid})
            self._observer.fault("internal")
            warning = responses.about(responses.named(request.name, request.namespace), self._phrases.not_checked)
            verdict, answer = "failed", envelope.write(request, warnings=[warning])
        self._observer.answered(request.operation, verdict, dry_run=request.dry_run)
        return Answer(200, JSON, answer, verdict)

    def _unread(self, rich: TooRich, *, refuses: bool) -> Answer:
        """Refuse what nobody can look into; not the end of a Service that is being deleted."""
        request = rich.request
        refused = refuses and _is_write(request) and not rich.is_deleted and not self._exempt.match(request.username)
        verdict = "denied" if refused else "ignored"
        self._observer.answered(request.operation, verdict, dry_run=request.dry_run)
        status = responses.too_rich(request, self._phrases) if refused else None
        return Answer(200, JSON, envelope.write(request, status), verdict)

    def _service(self, request: AdmissionRequest, *, judged: bool) -> Service | None:
        """The Service to judge or to fill in; None where nothing is to be said.

        Of a status update, which may write annotations too, only these are judged, and nothing is filled in.
        """
        if not _is_write(request) or (request.sub_resource and not (judged and _annotates(request))):
            return None
        if request.object is None or self._exempt.match(request.username):
            return None
        old = None
        if request.operation == "UPDATE" and request.old_object is not None:
            old = Service(request.old_object, namespace=request.namespace)
        return Service(request.object, old, request.namespace)

    def _judge(self, request: AdmissionRequest, service: Service) -> tuple[str, bytes]:
        review = self._guard.review(service, self._cluster(), beside=self._beside())
        for fault in review.faults:
            LOG.error("rule %s broke down", fault.rule.id, exc_info=fault.error, extra={"uid": request.uid})
            self._observer.fault(fault.rule.id)
        if not review.findings and not review.faults:
            return "allowed", envelope.write(request)
        outcome = self._modes.sort(service.namespace, review.findings)
        self._observer.found(outcome)
        verdict = "denied" if outcome.errors else "allowed"
        _note(request, service, verdict, outcome)
        name = service.name or request.name
        status = None
        if outcome.errors:
            errors = self._told(outcome.errors)
            forbidden = _forbids(request)
            status = responses.status(name, service.namespace, errors, forbidden=forbidden, phrases=self._phrases)
        warned = self._told(outcome.warnings)
        told = responses.warnings(warned, review.faults, name=name, namespace=service.namespace, phrases=self._phrases)
        return verdict, envelope.write(request, status, told)

    def _told(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Findings in the operator's language; logs and metrics have nothing of it but ids."""
        if self._language == "en":
            return findings
        return tuple(finding_in(self._language, finding) for finding in findings)

    def _fill(self, request: AdmissionRequest, service: Service) -> tuple[str, bytes]:
        fills, outdated = self._guard.complete(service, self._cluster())
        if not fills and not outdated:
            return "allowed", envelope.write(request)
        operations = patch(service, fills, outdated)
        undone = [fill.key for fill in fills if _undoes(request, service, fill)]
        gone = outdated if request.manager in BY_HAND else ()
        told = self._told_who_changes(request, service, undone, gone) if undone or gone else []
        answer = envelope.write(request, patch=operations, warnings=told)
        if len(answer) <= responses.LONGEST_ANSWER:
            return "patched", answer
        name = responses.named(service.name or request.name, service.namespace)
        return "allowed", envelope.write(request, warnings=[responses.about(name, self._phrases.not_filled)])

    def _told_who_changes(
        self, request: AdmissionRequest, service: Service, undone: Sequence[str], gone: Sequence[str]
    ) -> list[str]:
        """What whoever changes a Service by hand is told of the keys that are put back, and of those that go."""
        name = responses.named(service.name or request.name, service.namespace)
        back = [responses.put_back(name, key, self._phrases) for key in undone]
        return back + [responses.taken_back(name, key, self._phrases) for key in gone]


def _forbids(request: AdmissionRequest) -> bool:
    """Whether a refusal must be Forbidden, which no client takes for a reason to delete the live Service.

    Invalid is taken for one by `kubectl apply --force` and Flux with `force: true`. `kubectl edit` cannot force, and
    opens the editor again for Invalid alone.
    """
    return request.operation == "UPDATE" and request.manager != _EDITOR


def _is_write(request: AdmissionRequest) -> bool:
    """Whether a Service or its status is created or updated."""
    return request.kind == "Service" and request.operation in _JUDGED and request.sub_resource in ("", "status")


def _annotates(request: AdmissionRequest) -> bool:
    """Whether an update changes annotations."""
    if request.operation != "UPDATE" or request.object is None or request.old_object is None:
        return False
    return Service(request.object).annotations != Service(request.old_object).annotations


def _undoes(request: AdmissionRequest, service: Service, fill: Fill) -> bool:
    """Whether an annotation comes back that somebody took away by hand; who replaces whole manifests is not told."""
    had = service.old.annotations.get(fill.key) if service.old else None
    return request.manager in BY_HAND and fill.before is None and fill.after == had


def _note(request: AdmissionRequest, service: Service, verdict: str, outcome: Outcome) -> None:
    """Log a decision: who, what, which rules, whether it was only tried; never a value."""
    level = logging.INFO if outcome.errors or outcome.would_deny else logging.DEBUG
    if not LOG.isEnabledFor(level):
        return
    found = (*outcome.errors, *outcome.warnings, *outcome.audited)
    extra: dict[str, Any] = {
        "uid": request.uid,
        "service": f"{service.namespace}/{service.name or request.name}",
        "user": request.username,
        "operation": request.operation,
        "verdict": "would deny" if outcome.would_deny and not outcome.errors else verdict,
        "rules": ",".join(dict.fromkeys(finding.rule.id for finding in found)),
    }
    if request.dry_run:
        extra["dry_run"] = True
    LOG.log(level, "judged", extra=extra)


def patch(service: Service, fills: tuple[Fill, ...], outdated: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The JSON patch (RFC 6902) that makes the additions, and removes keys; a missing annotations map is created."""
    if not isinstance(service.metadata.get("annotations"), dict):
        return [{"op": "add", "path": "/metadata/annotations", "value": {fill.key: fill.after for fill in fills}}]
    removals = [{"op": "remove", "path": f"/metadata/annotations/{_pointer(key)}"} for key in outdated]
    return removals + [
        {
            "op": "add" if fill.before is None else "replace",
            "path": f"/metadata/annotations/{_pointer(fill.key)}",
            "value": fill.after,
        }
        for fill in fills
    ]


def _pointer(key: str) -> str:
    """A key as a JSON pointer wants it (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")

"""Admission: AdmissionReview in, AdmissionReview out. Pure but for the log; knows nothing of HTTP."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from typing import Any, Final

from app.settings import Settings
from app.webhook import envelope, wording
from app.webhook.envelope import AdmissionRequest, NotAReview
from rules.core.engine import Review
from rules.core.facts import Cluster
from rules.core.fill import Fill
from rules.core.service import Service
from rules.guard import Guard

LOG: Final = logging.getLogger("elbguard.admission")
JSON: Final = b"application/json"
TEXT: Final = b"text/plain; charset=utf-8"
_JUDGED: Final = ("CREATE", "UPDATE")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back over HTTP."""

    status: int
    content_type: bytes
    body: bytes


def sentence(status: int, text: str) -> Answer:
    """One sentence of plain text: the API server shows no other form to its users."""
    return Answer(status, TEXT, text.encode(errors="replace") + b"\n")


class Admission:
    """Answers the API server's questions about Services, as one operator wants it.

    `cluster` gives the facts known at the moment of the question; `count_fault` is called with the id of a rule that
    broke down.
    """

    def __init__(
        self,
        settings: Settings,
        cluster: Callable[[], Cluster] | None = None,
        count_fault: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._guard = Guard(settings.policy)
        self._cluster = cluster or (lambda: settings.cluster)
        self._count_fault = count_fault
        self._exempt = re.compile("|".join(map(translate, settings.exempt_user)) or r"(?!)")

    def mutate(self, body: bytes) -> Answer:
        """Answer POST /mutate: the documented defaults as a JSON patch; never a refusal."""
        return self._answer(body, self._fill)

    def validate(self, body: bytes) -> Answer:
        """Answer POST /validate: a refusal that names every mistake, or a word of advice, or neither."""
        return self._answer(body, self._judge)

    def _answer(self, body: bytes, decide: Callable[[AdmissionRequest, Service], bytes]) -> Answer:
        try:
            request = envelope.read(body)
        except NotAReview as error:
            return sentence(400, str(error))
        try:
            service = self._service(request)
            return Answer(200, JSON, decide(request, service) if service else envelope.write(request))
        except Exception:
            LOG.exception("uid=%r: internal error, the Service is let through", request.uid)
            self._count_fault("internal")
            warning = f"{wording.PRODUCT} had an internal error: this Service was not checked"
            return Answer(200, JSON, envelope.write(request, warnings=[warning]))

    def _service(self, request: AdmissionRequest) -> Service | None:
        """The Service to judge; None where nothing is to be said."""
        if request.kind != "Service" or request.sub_resource or request.operation not in _JUDGED:
            return None
        if request.object is None or self._exempt.match(request.username):
            return None
        old = None
        if request.operation == "UPDATE" and request.old_object is not None:
            old = Service(request.old_object, namespace=request.namespace)
        return Service(request.object, old, request.namespace)

    def _judge(self, request: AdmissionRequest, service: Service) -> bytes:
        review = self._guard.review(service, self._cluster())
        self._note(request, service, review)
        errors = review.errors
        status = wording.status(service.name or request.name, service.namespace, errors) if errors else None
        return envelope.write(request, status, wording.warnings(review.warnings, review.faults))

    def _fill(self, request: AdmissionRequest, service: Service) -> bytes:
        return envelope.write(request, patch=patch(service, self._guard.fill(service)))

    def _note(self, request: AdmissionRequest, service: Service, review: Review) -> None:
        for fault in review.faults:
            LOG.error("uid=%r: rule %s broke down", request.uid, fault.rule.id, exc_info=fault.error)
            self._count_fault(fault.rule.id)
        if review.errors and LOG.isEnabledFor(logging.INFO):
            rules = ",".join(dict.fromkeys(finding.rule.id for finding in review.errors))
            place = f"{service.namespace}/{service.name or request.name}"
            LOG.info("uid=%r service=%r user=%r refused: %s", request.uid, place, request.username, rules)


def patch(service: Service, fills: tuple[Fill, ...]) -> list[dict[str, Any]]:
    """The JSON patch (RFC 6902) that makes the additions; a missing annotations map is created."""
    if not fills:
        return []
    if not isinstance(service.metadata.get("annotations"), Mapping):
        return [{"op": "add", "path": "/metadata/annotations", "value": {fill.key: fill.after for fill in fills}}]
    return [
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

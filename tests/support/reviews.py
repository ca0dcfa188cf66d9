"""AdmissionReviews as the API server sends them, and its reading of the answers."""

import base64
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jsonpatch

from elbguard.webhook.admission import Admission, Answer

UID: Final = "705ab4f5-6393-11e8-b7cc-42010a800002"
ORDINARY: Final = "alice"
CONTROLLER: Final = "system:serviceaccount:kube-system:cloud-controller-manager"
ELB: Final = "kubernetes.io/elb."
EXISTING: Final = {ELB + "id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"}
CREATED: Final = {ELB + "autocreate": '{"type": "inner"}'}
WRONG: Final = {**EXISTING, ELB + "lb-algorithm": "ROUND_ROBBIN"}  # one mistake
Json = dict[str, Any]


def service(annotations: Any = None, metadata: Mapping[str, Any] | None = None, **spec: Any) -> Json:
    """A Service of type LoadBalancer, as kubectl sends it; what is given wins."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "annotations": annotations, **(metadata or {})},
        "spec": {
            "type": "LoadBalancer",
            "selector": {"app": "web"},
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
            **spec,
        },
    }


def review(new: Any, old: Any = None, *, version: str = "admission.k8s.io/v1", **request: Any) -> Json:
    """The AdmissionReview of a creation, or of an update where there is an old object; `request` wins."""
    return {
        "apiVersion": version,
        "kind": "AdmissionReview",
        "request": {
            "uid": UID,
            "kind": {"group": "", "version": "v1", "kind": "Service"},
            "resource": {"group": "", "version": "v1", "resource": "services"},
            "requestKind": {"group": "", "version": "v1", "kind": "Service"},
            "requestResource": {"group": "", "version": "v1", "resource": "services"},
            "name": "web",
            "namespace": "shop",
            "operation": "CREATE" if old is None else "UPDATE",
            "userInfo": {"username": ORDINARY, "groups": ["system:authenticated"]},
            "object": new,
            "oldObject": old,
            "dryRun": False,
            "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
            **request,
        },
    }


def encoded(body: object) -> bytes:
    """The bytes of a review; a lone surrogate travels as its escape."""
    return json.dumps(body).encode()


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP, read as the API server reads it."""

    status: int
    content_type: str
    body: bytes

    @property
    def review(self) -> Json:
        """The AdmissionReview; demands what the API server demands of it."""
        assert (self.status, self.content_type) == (200, "application/json")
        review: Json = json.loads(self.body)
        assert review["kind"] == "AdmissionReview"
        response = review["response"]
        assert isinstance(response["uid"], str)
        assert isinstance(response["allowed"], bool)
        assert ("patch" in response) == ("patchType" in response)
        assert response.get("patchType", "JSONPatch") == "JSONPatch"
        return review

    @property
    def response(self) -> Json:
        """What it says about the request."""
        response: Json = self.review["response"]
        return response

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return bool(self.response["allowed"])

    @property
    def warnings(self) -> list[str]:
        """What kubectl prints behind `Warning:`."""
        return list(self.response.get("warnings", ()))

    @property
    def message(self) -> str:
        """What Argo CD and Helm show of a refusal."""
        return str(self.response["status"]["message"])

    @property
    def causes(self) -> list[Json]:
        """What kubectl shows of a refusal."""
        return list(self.response["status"]["details"]["causes"])

    @property
    def refused_by(self) -> list[str]:
        """The ids of the rules that refuse."""
        return [cause["message"].removesuffix("] (elbguard)")[-6:] for cause in self.causes]

    @property
    def warned_by(self) -> list[str]:
        """The ids of the rules that warn."""
        return [warning.removesuffix("]")[-6:] for warning in self.warnings]

    @property
    def patch(self) -> list[Json]:
        """The operations of the JSON patch."""
        return list(json.loads(base64.b64decode(self.response["patch"]))) if "patch" in self.response else []

    def applied_to(self, object_: Json) -> Json:
        """The object as it is after the patch."""
        patched: Json = jsonpatch.apply_patch(copy.deepcopy(object_), self.patch)
        return patched

    @property
    def sentence(self) -> str:
        """The text of a refusal of HTTP's own: one line, one sentence."""
        assert self.content_type == "text/plain; charset=utf-8"
        text = self.body.decode()
        assert text.endswith(".\n")
        assert text.count("\n") == 1
        return text.removesuffix("\n")


def reply(answer: Answer) -> Reply:
    """The decision's answer as it would arrive."""
    return Reply(answer.status, answer.content_type.decode(), answer.body)


def validate(admission: Admission, body: object) -> Reply:
    """Ask the decision whether a request may go on; bytes are sent as they are."""
    return reply(admission.validate(body if isinstance(body, bytes) else encoded(body)))


def mutate(admission: Admission, body: object) -> Reply:
    """Ask the decision what to fill in; bytes are sent as they are."""
    return reply(admission.mutate(body if isinstance(body, bytes) else encoded(body)))

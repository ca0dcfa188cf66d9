"""The AdmissionReview around a Service: read from bytes as leniently as can be, written as the API server wants it.

Source of every fact here: Kubernetes, Dynamic Admission Control, "Webhook request and response".
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import from_json

GROUP: Final = "admission.k8s.io/"
DEEPEST: Final = 100  # levels of nesting; a Service needs eight
_LONGEST_INTEGER: Final = 300  # digits; Kubernetes knows 64 bits
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]+|[\]}]|[^"\[\]{}]+', re.DOTALL)


class NotAReview(ValueError):
    """The body is no AdmissionReview; one sentence says why."""


@dataclass(frozen=True, slots=True)
class AdmissionRequest:
    """What the API server asks: the parts of `request` that matter here, whatever else it holds."""

    api_version: str
    uid: str
    operation: str
    kind: str
    sub_resource: str
    namespace: str
    name: str
    username: str
    dry_run: bool
    object: Mapping[str, Any] | None
    old_object: Mapping[str, Any] | None


def read(body: bytes) -> AdmissionRequest:
    """Read an AdmissionReview with a request. Raises NotAReview; of the objects inside nothing is demanded."""
    review = _decode(body)
    if not isinstance(review, Mapping) or review.get("kind") != "AdmissionReview":
        raise NotAReview("The body is not an AdmissionReview: it must be JSON with kind AdmissionReview.")
    version = review.get("apiVersion")
    if not isinstance(version, str) or not version.startswith(GROUP):
        raise NotAReview(f"The body is not an AdmissionReview of {GROUP}v1: its apiVersion says something else.")
    request = review.get("request")
    if not isinstance(request, Mapping):
        raise NotAReview("The AdmissionReview has no request.")
    uid = request.get("uid")
    if not isinstance(uid, str) or not uid:
        raise NotAReview("The AdmissionReview's request has no uid.")
    kind, user = _mapping(request.get("kind")), _mapping(request.get("userInfo"))
    new, old = request.get("object"), request.get("oldObject")
    return AdmissionRequest(
        version,
        uid,
        _text(request.get("operation")),
        _text(kind.get("kind")) if not kind.get("group") else "",
        _text(request.get("subResource")),
        _text(request.get("namespace")),
        _text(request.get("name")),
        _text(user.get("username")),
        request.get("dryRun") is True,
        new if isinstance(new, Mapping) else None,
        old if isinstance(old, Mapping) else None,
    )


def _decode(body: bytes) -> Any:
    """Decode JSON: the fast way, and what that refuses the lenient way, since Go and its users write odd things."""
    try:
        return from_json(body)
    except (ValueError, RecursionError):
        pass
    try:
        return _decode_leniently(body)
    except RecursionError:
        pass
    except ValueError as error:
        raise NotAReview(f"The body is not JSON: {str(error)[:120]}.") from None
    try:
        return _decode_leniently(_pruned(body))
    except (ValueError, RecursionError) as error:
        raise NotAReview(f"The body is not JSON: {str(error)[:120]}.") from None


def _decode_leniently(body: bytes) -> Any:
    return json.loads(body, parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_INTEGER else float(digits))


def _pruned(body: bytes) -> bytes:
    """The JSON text with everything nested deeper than DEEPEST replaced by null."""
    kept: list[bytes] = []
    depth = 0
    for match in _TOKEN.finditer(body):
        token = match.group()
        if token[:1] in b"[{":
            if depth < DEEPEST:
                inside = DEEPEST - depth
                kept.append(token[:inside] + (b"null" if len(token) > inside else b""))
            elif depth == DEEPEST:
                kept.append(b"null")
            depth += len(token)
        elif token in b"]}":
            if depth <= DEEPEST:
                kept.append(token)
            depth -= 1
        elif depth <= DEEPEST:
            kept.append(token)
    return b"".join(kept)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def write(
    request: AdmissionRequest,
    status: Mapping[str, Any] | None = None,
    warnings: list[str] | None = None,
    patch: list[dict[str, Any]] | None = None,
) -> bytes:
    """The AdmissionReview to answer with, in the version that was asked.

    `status` is the metav1.Status of a refusal; without one the request is allowed. `patch` is a list of JSON patch
    operations (RFC 6902); an empty one is left out, since patch and patchType come together or not at all.
    """
    response: dict[str, Any] = {"uid": request.uid, "allowed": status is None}
    if status is not None:
        response["status"] = status
    if warnings:
        response["warnings"] = warnings
    if patch:
        response["patch"] = base64.b64encode(json.dumps(patch).encode()).decode()
        response["patchType"] = "JSONPatch"
    review = {"apiVersion": request.api_version, "kind": "AdmissionReview", "response": response}
    return json.dumps(review, separators=(",", ":")).encode()

"""The AdmissionReview around a Service: read from bytes as leniently as can be, written as the API server wants it.

Source of every fact here: Kubernetes, Dynamic Admission Control, "Webhook request and response".
"""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from pydantic_core import from_json

GROUP: Final = "admission.k8s.io/"
DEEPEST: Final = 100  # levels of nesting; a Service needs eight
_LONGEST_INTEGER: Final = 300  # digits; Kubernetes knows 64 bits
# Text without brackets outside its strings, and the bracket that ends it. It matches everywhere, in linear time.
_TOKEN: Final = re.compile(rb'((?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))*+)([\[\]{}]|\Z)', re.DOTALL)
_OBJECT: Final = re.compile(rb',\s*"object"\s*:')  # the API server writes everything else of interest before it
_DELETED: Final = re.compile(rb'"deletionTimestamp"\s*:\s*"[0-9]')
_GZIP: Final = b"\x1f\x8b"
_LONGEST_HEAD: Final = 64 * 1024  # bytes
_LONGEST_UID: Final = 128  # characters; the API server sends UUIDs
_LONGEST_VERSION: Final = 32  # characters
_UNWEIGHED: Final = 256 * 1024  # bytes of a body that cannot weigh much, whatever is in it
_MOST_WEIGHT: Final = 32 * 1024 * 1024  # bytes that a decoded body takes; ordinary ones take 100 KiB
_COLLECTION, _ELEMENT = 200, 128  # bytes that an object or array takes, and one thing in it


class NotAReview(ValueError):
    """The body is no AdmissionReview; one sentence says why."""


class TooRich(ValueError):
    """The body holds more values than any Service has; `request` is what is said before the object."""

    def __init__(self, request: "AdmissionRequest", *, is_deleted: bool) -> None:
        super().__init__("the body holds more values than any Service has")
        self.request, self.is_deleted = request, is_deleted


class AdmissionRequest(msgspec.Struct):
    """What the API server asks: the parts of `request` that matter here, whatever else it holds."""

    api_version: str
    uid: str
    operation: str
    kind: str
    sub_resource: str
    namespace: str
    name: str
    username: str
    manager: str  # options.fieldManager: by which client; anybody may set it
    dry_run: bool
    object: Mapping[str, Any] | None
    old_object: Mapping[str, Any] | None


class _GroupKind(msgspec.Struct):
    kind: str
    group: str = ""


class _User(msgspec.Struct):
    username: str = ""


class _Options(msgspec.Struct, rename="camel"):
    field_manager: str = ""


class _Request(msgspec.Struct, rename="camel"):
    uid: str
    kind: _GroupKind
    operation: str
    user_info: _User
    options: _Options
    sub_resource: str = ""
    namespace: str = ""
    name: str = ""
    dry_run: bool = False
    object: dict[str, Any] | None = None
    old_object: dict[str, Any] | None = None


class _Review(msgspec.Struct, rename="camel"):
    """An AdmissionReview as the API server writes it; what nobody asks for is passed over."""

    kind: str
    api_version: str
    request: _Request


_REVIEW: Final = msgspec.json.Decoder(_Review)
_ENCODER: Final = msgspec.json.Encoder()


def read(body: bytes) -> AdmissionRequest:
    """Read an AdmissionReview with a request. Raises NotAReview, TooRich; of the objects inside nothing is demanded."""
    if len(body) > _UNWEIGHED and _weight(body) > _MOST_WEIGHT:
        raise TooRich(_request(_head(body)), is_deleted=bool(_DELETED.search(body)))
    return _expected(body) or _request(decode(body))


def _expected(body: bytes) -> AdmissionRequest | None:
    """The request of a review that is as the API server writes them, read in two thirds of the time; else None."""
    try:
        review = _REVIEW.decode(body)
    except (ValueError, RecursionError):
        return None
    request, version = review.request, review.api_version
    if review.kind != "AdmissionReview" or version[: len(GROUP)] != GROUP or len(version) > _LONGEST_VERSION:
        return None
    if not 0 < len(request.uid) <= _LONGEST_UID:
        return None
    kind = request.kind
    return AdmissionRequest(
        version,
        request.uid,
        request.operation,
        "" if kind.group else kind.kind,
        request.sub_resource,
        request.namespace,
        request.name,
        request.user_info.username,
        request.options.field_manager,
        request.dry_run,
        request.object,
        request.old_object,
    )


def _weight(body: bytes) -> int:
    """The memory in bytes that the decoded body takes at most; brackets and commas in strings count as well."""
    return _COLLECTION * (body.count(b"{") + body.count(b"[")) + _ELEMENT * body.count(b",")


def _head(body: bytes) -> Any:
    """The review without the objects. Raises NotAReview where they do not come last, as they do in Go's order."""
    found = _OBJECT.search(body, 0, _LONGEST_HEAD)
    if not found:
        raise NotAReview("The body holds more values than any AdmissionReview of a Service.")
    return decode(body[: found.start()] + b"}}")


def _request(review: Any) -> AdmissionRequest:
    if not isinstance(review, dict) or review.get("kind") != "AdmissionReview":
        raise NotAReview("The body is not an AdmissionReview: it must be JSON with kind AdmissionReview.")
    version = review.get("apiVersion")
    if not isinstance(version, str) or not version.startswith(GROUP) or len(version) > _LONGEST_VERSION:
        raise NotAReview(f"The body is not an AdmissionReview of {GROUP}v1: its apiVersion says something else.")
    request = review.get("request")
    if not isinstance(request, dict):
        raise NotAReview("The AdmissionReview has no request.")
    uid = request.get("uid")
    if not isinstance(uid, str) or not uid:
        raise NotAReview("The AdmissionReview's request has no uid.")
    if len(uid) > _LONGEST_UID:
        raise NotAReview("The uid of the AdmissionReview's request is none: it is too long.")
    kind, user = _mapping(request.get("kind")), _mapping(request.get("userInfo"))
    options = _mapping(request.get("options"))
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
        _text(options.get("fieldManager")),
        request.get("dryRun") is True,
        new if isinstance(new, dict) else None,
        old if isinstance(old, dict) else None,
    )


def decode(body: bytes) -> Any:
    """Decode JSON: the fast way, and what that refuses the lenient way, since Go and its users write odd things.

    Raises NotAReview.
    """
    try:
        return from_json(body, cache_strings="keys")
    except (ValueError, RecursionError):
        pass
    try:
        return _decode_leniently(body)
    except RecursionError:
        pass
    except ValueError as error:
        raise NotAReview(f"The body is not JSON: {_why(body, error)}.") from None
    try:
        return _decode_leniently(_pruned(body))
    except (ValueError, RecursionError) as error:
        raise NotAReview(f"The body is not JSON: {str(error)[:120]}.") from None


def _why(body: bytes, error: ValueError) -> str:
    """Why a body is not JSON, in our words where they say more."""
    if not body.strip():
        return "it is empty"
    if body.startswith(_GZIP):
        return "it is compressed by gzip: send it as it is"
    return "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)[:120]


def _decode_leniently(body: bytes) -> Any:
    return json.loads(body, parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_INTEGER else float(digits))


def _pruned(body: bytes) -> bytes:
    """The JSON text with everything nested deeper than DEEPEST replaced by null."""
    kept: list[bytes] = []
    depth = 0
    for match in _TOKEN.finditer(body):
        text, bracket = match.groups()
        opens = bracket in (b"{", b"[")
        if depth <= DEEPEST:
            kept += (text, b"null" if opens and depth == DEEPEST else bracket)
        depth += 1 if opens else -1
    return b"".join(kept)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


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
        response["patch"] = base64.b64encode(_encode(patch)).decode()
        response["patchType"] = "JSONPatch"
    return _encode({"apiVersion": request.api_version, "kind": "AdmissionReview", "response": response})


def _encode(value: Any) -> bytes:
    """JSON, by the quick encoder; it refuses lone surrogates, which the API server's users can send."""
    try:
        return _ENCODER.encode(value)
    except ValueError:
        return json.dumps(value, separators=(",", ":")).encode()

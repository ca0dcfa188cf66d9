"""An API server's audit log: from each event what elbguard was asked, as far as the event tells.

Sources: Kubernetes, Auditing (audit.k8s.io/v1 Event); Dynamic Admission Control, "Mutating webhook auditing
annotations".
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

import jsonpatch

from elbguard.replay.lastseen import LastSeen
from elbguard.replay.past import Foreign, Json, Past, Path, Untold, Verdict, annotations_of, mapping, of_status, text

GROUP: Final = "audit.k8s.io/"
_PRODUCT: Final = "elbguard"
_OPERATIONS: Final = {"create": "CREATE", "update": "UPDATE", "patch": "UPDATE"}
_DENIED: Final = re.compile(r'admission webhook "[^"]*" denied the request: ')
_MUTATION: Final = re.compile(r"(mutation|patch)\.webhook\.admission\.k8s\.io/round_(\d+)_index_(\d+)")
_OPEN: Final = "failed-open.validating.webhook.admission.k8s.io/"
_CREATED: Final = 201


class Mutation(NamedTuple):
    """A mutating webhook that was asked, and the JSON patch that it answered."""

    webhook: str
    patch: list[Any]


class AuditLog:
    """The events of one audit log, in their order: what is read of one helps to understand those behind it."""

    def __init__(self) -> None:
        self._seen = LastSeen()
        self._after: Json | None = None  # what the event at hand made of its Service, as far as it is known

    def pasts(self, event: Json) -> Iterator[Past]:
        """What was asked because of one event: of /mutate, of /validate, or of neither. Raises Foreign, Untold."""
        if not _is_of_services(event) or event.get("stage") != "ResponseComplete":
            raise Foreign
        self._after = None
        try:
            if text(event.get("verb")) not in _OPERATIONS or not _writes(event):
                raise Foreign
            yield from self._asked(event)
        finally:
            self._look(event)

    def _look(self, event: Json) -> None:
        """See in what state the event left its Service."""
        response, place = mapping(event.get("responseObject")), mapping(event.get("objectRef"))
        if not _is_granted(event) or "dryRun" in _query(event):
            return
        namespace, name = text(place.get("namespace")), text(place.get("name"))
        if event.get("verb") == "delete" or (event.get("verb") in _OPERATIONS and not response):
            self._seen.forget(namespace, name)
        if not response and self._after and name and not place.get("subresource"):
            metadata = {**mapping(self._after.get("metadata")), "namespace": namespace, "name": name}
            metadata.pop("resourceVersion", None)  # that of before
            self._seen.see({**self._after, "metadata": metadata})
        items = response.get("items")
        seen = items if response.get("kind") == "ServiceList" and isinstance(items, list) else [response]
        for service in map(mapping, seen):
            if "metadata" in service and service.get("kind", "Service") == "Service":
                self._seen.see(service)

    def _asked(self, event: Json) -> Iterator[Past]:
        place = mapping(event.get("objectRef"))
        code = mapping(event.get("responseStatus")).get("code")
        creates = event.get("verb") == "create" or (event.get("verb") == "patch" and code == _CREATED)
        old = None
        if not creates:
            version = text(mapping(mapping(event.get("requestObject")).get("metadata")).get("resourceVersion"))
            old = self._seen.get(text(place.get("namespace")), text(place.get("name")), version)
        wanted = _wanted(event, old)
        review = _Question(event, "CREATE" if creates else "UPDATE", old)
        mutations = _mutations(event)
        if old is None and not creates:
            if place.get("subresource") and _is_granted(event):
                raise Foreign  # nothing but a status, as far as anybody can tell
            raise Untold("the log does not show what the Service was like before the update")
        after = mapping(event.get("responseObject"))
        if old is not None and _is_stale(old, event, mutations):
            raise Untold("something has changed the Service before the update, and it is not in the log")
        if wanted is not None:
            self._after = after = _patched(wanted, [mutation.patch for mutation in mutations])
            yield from _mutated(review, _owned(wanted, event), mutations)
        verdict = _verdict(event)
        if not after or after.get("kind", "Service") != "Service":
            raise Untold("the log holds only a patch, and not what it would have made of the Service")
        yield review.past("/validate", after, verdict)


class _Question:
    """The AdmissionReview of an event, but for the object."""

    def __init__(self, event: Json, operation: str, old: Json | None) -> None:
        place, query = mapping(event.get("objectRef")), _query(event)
        user = mapping(event.get("impersonatedUser")) or mapping(event.get("user"))
        self._request = {
            "uid": text(event.get("auditID")) or "unknown",
            "kind": {"group": "", "version": "v1", "kind": "Service"},
            "subResource": text(place.get("subresource")),
            "namespace": text(place.get("namespace")),
            "name": text(place.get("name")),
            "operation": operation,
            "userInfo": user,
            "options": {"fieldManager": query.get("fieldManager", [""])[0]},
            "dryRun": "dryRun" in query,
            "oldObject": old,
        }

    def past(self, path: Path, object_: Json, verdict: Verdict) -> Past:
        """What was asked about an object, and the verdict."""
        request = {**self._request, "object": object_}
        return Past(path, {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}, verdict)


def _is_of_services(event: Json) -> bool:
    place = mapping(event.get("objectRef"))
    plain = place.get("resource") == "services" and not place.get("apiGroup")
    return plain and text(place.get("subresource")) in ("", "status")


def _writes(event: Json) -> bool:
    """Whether the event holds what was to be written. Raises Untold where it should, and does not."""
    if event.get("level") in ("Metadata", "None") or "requestObject" not in event:
        raise Untold("the event holds no Service: have Services logged at level RequestResponse")
    return True


def _is_granted(event: Json) -> bool:
    code = mapping(event.get("responseStatus")).get("code")
    return isinstance(code, int) and 200 <= code < 300


def _query(event: Json) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(text(event.get("requestURI"))).query)
    except ValueError:
        return {}


def _verdict(event: Json) -> Verdict:
    """What elbguard said. Raises Untold."""
    if _is_granted(event):
        annotations = mapping(event.get("annotations"))
        if any(key.startswith(_OPEN) and _PRODUCT in text(value) for key, value in annotations.items()):
            raise Untold("elbguard was not reached, and the API server let the Service through")
        return Verdict(True)
    response = mapping(event.get("responseObject"))
    status = response if response.get("kind") == "Status" else mapping(event.get("responseStatus"))
    message = text(status.get("message"))
    if not message:
        raise Untold("it was refused, and the event does not say why: have Services logged at level RequestResponse")
    denied = _DENIED.match(message)
    if not denied or f"({_PRODUCT})" not in message.partition("\n")[0]:
        raise Untold("something else refused it, so that elbguard's verdict is not in the log")
    return of_status({**status, "message": message[denied.end() :]})


def _wanted(event: Json, old: Json | None) -> Json | None:
    """The Service as its author wanted it, before any webhook; None where a patch does not tell."""
    wanted = event.get("requestObject")
    if event.get("verb") != "patch":
        return mapping(wanted)
    if old is None:
        return None
    if isinstance(wanted, list):
        return _patched(old, [wanted])
    return _merged(old, wanted) if isinstance(wanted, Mapping) and _is_plain(wanted) and "kind" not in wanted else None


def _owned(wanted: Json, event: Json) -> Json:
    """A Service with who owns which field of it, as webhooks were told: that is noted before they are asked."""
    managers = mapping(mapping(event.get("responseObject")).get("metadata")).get("managedFields")
    metadata = mapping(wanted.get("metadata"))
    return {**wanted, "metadata": {**metadata, "managedFields": managers}} if managers and metadata else wanted


def _is_stale(old: Json, event: Json, mutations: list[Mutation]) -> bool:
    """Whether annotations have got other texts that neither the patch nor a webhook wrote, so that `old` is too old."""
    response, patch = mapping(event.get("responseObject")), event.get("requestObject")
    if event.get("verb") != "patch" or not _is_granted(event) or not response or not isinstance(patch, Mapping):
        return False
    before, after, given = (
        mapping(mapping(each.get("metadata")).get("annotations")) for each in (old, response, patch)
    )
    told = given.keys() | {key for mutation in mutations for key in annotations_of(mutation.patch)}
    return any(key not in told and before.get(key) != text for key, text in after.items())


def _is_plain(patch: object) -> bool:
    """Whether a patch means the same as a merge patch and as a strategic one: no lists in it, and no directives."""
    if isinstance(patch, Mapping):
        return all(not str(key).startswith("$") and _is_plain(value) for key, value in patch.items())
    return not isinstance(patch, list)


def _merged(target: Any, patch: Any) -> Any:
    """A value with a merge patch applied (RFC 7386)."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(mapping(target))
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def _mutations(event: Json) -> list[Mutation]:
    """The webhooks that changed the Service or might have, in their order, with what they changed. Raises Untold."""
    found: dict[tuple[int, int], tuple[str, list[Any] | None]] = {}
    for key, value in mapping(event.get("annotations")).items():
        if not (match := _MUTATION.fullmatch(key)):
            continue
        try:
            noted = mapping(json.loads(text(value)))
        except ValueError:
            continue
        place = (int(match[2]), int(match[3]))
        name = f"{noted.get('configuration')} {noted.get('webhook')}"
        if match[1] == "patch":
            found[place] = (name, noted["patch"] if isinstance(noted.get("patch"), list) else [])
        else:
            found.setdefault(place, (name, None if noted.get("mutated") is True else []))
    ordered = [found[place] for place in sorted(found)]
    if any(patch is None for _, patch in ordered):
        raise Untold("a webhook changed the Service, and the event does not say how")
    return [Mutation(name, patch or []) for name, patch in ordered]


def _mutated(review: _Question, wanted: Json, mutations: list[Mutation]) -> Iterator[Past]:
    """What /mutate was asked and answered, where the log says that it was."""
    for number, (name, patch) in enumerate(mutations):
        if _PRODUCT in name:
            before = _patched(wanted, [mutation.patch for mutation in mutations[:number]])
            yield review.past("/mutate", before, Verdict(True, patch=annotations_of(patch)))
            return


def _patched(service: Json, patches: list[list[Any]]) -> Json:
    """A Service with JSON patches applied. Raises Untold."""
    patched: Any = copy.deepcopy(service)
    try:
        for operations in patches:
            patched = jsonpatch.apply_patch(patched, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError, ValueError):
        raise Untold("a patch in the log does not fit the Service") from None
    return mapping(patched)

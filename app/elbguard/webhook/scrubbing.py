"""What of an AdmissionReview is kept in a recording: all that a verdict depends on, and nothing else.

User names, last-applied-configuration and the values of annotations that are not for load balancers go, and of
managedFields all but which annotations for load balancers are somebody's, where that decides.
"""

from collections.abc import Mapping
from typing import Any, Final

from elbguard.webhook.admission import BY_HAND
from elbguard.webhook.envelope import AdmissionRequest
from elbguard_rules.core.limits import MOST_ANNOTATIONS, size_of
from elbguard_rules.core.managed import is_nobodys
from elbguard_rules.guard import FOLLOWING, OWNERS
from elbguard_rules.suppression import KEY as IGNORE

Json = dict[str, Any]

_OURS: Final = "kubernetes.io/elb."
_NAMING: Final = ("name", "namespace", "generateName", "deletionTimestamp")
_NEARLY: Final = MOST_ANNOTATIONS // 2  # bytes, from which on how many there are decides


def scrubbed(request: AdmissionRequest) -> Json:
    """The request of an AdmissionReview as it is recorded."""
    options = {"fieldManager": request.manager} if request.manager in BY_HAND else {}
    return {
        "uid": request.uid,
        "kind": {"group": "", "version": "v1", "kind": request.kind},
        "subResource": request.sub_resource,
        "name": request.name,
        "namespace": request.namespace,
        "operation": request.operation,
        "dryRun": request.dry_run,
        "options": options,
        "object": _object(request.object, _mapping(request.old_object)),
        "oldObject": _object(request.old_object, {}),
    }


def _object(raw: Mapping[str, Any] | None, old: Mapping[str, Any]) -> Json | None:
    """A Service without what no rule reads."""
    if raw is None:
        return None
    kept = {key: value for key, value in raw.items() if _is_meant(key)}
    if "metadata" in raw:
        kept["metadata"] = _metadata(raw["metadata"], _mapping(old.get("metadata")))
    if "spec" in raw:
        kept["spec"] = _spec(raw["spec"], _mapping(old.get("spec")))
    balancer = _mapping(raw.get("status")).get("loadBalancer")
    if balancer:
        kept["status"] = {"loadBalancer": balancer}
    return kept | _texts_of(raw, old)


def _metadata(metadata: Any, old: Mapping[str, Any]) -> Any:
    if not isinstance(metadata, Mapping):
        return _hollow(metadata)
    kept = {key: value for key, value in metadata.items() if key in _NAMING or _is_meant(key)}
    texts, before = _mapping(metadata.get("annotations")), _mapping(old.get("annotations"))
    nobodys = [key for key in FOLLOWING if key in texts and key in before and is_nobodys(metadata, key)]
    if nobodys:
        owned: Json = {f"f:{key}": {} for key in texts if key in OWNERS and key not in nobodys}
        kept["managedFields"] = [{"fieldsV1": {"f:metadata": {"f:annotations": owned}}}]
    return kept | _texts_of(metadata, old)


def _spec(spec: Any, old: Mapping[str, Any]) -> Any:
    """The spec; keys are looked for in it that belong into the annotations."""
    if not isinstance(spec, Mapping):
        return _hollow(spec)
    inner = {"metadata": _metadata(spec["metadata"], _mapping(old.get("metadata")))} if "metadata" in spec else {}
    return {**spec, **_texts_of(spec, old), **inner}


def _texts_of(parent: Mapping[str, Any], old: Mapping[str, Any]) -> Json:
    """Its annotations and its labels, if it has some."""
    return {name: _texts(parent[name], old.get(name)) for name in ("annotations", "labels") if name in parent}


def _texts(texts: Any, old: Any) -> Any:
    """Annotations or labels: all keys, and the texts of those that are for load balancers.

    Of the others it stays whether they changed, and how long they are where their size decides.
    """
    if not isinstance(texts, Mapping):
        return _hollow(texts)
    before = _mapping(old)
    whole = size_of(texts) > _NEARLY

    def emptied(key: str, value: Any) -> Any:
        changed = key in before and before[key] != value
        if isinstance(value, str):
            return (("y" if changed else "x") * len(value)) if whole else ("changed" if changed else "")
        return [None] * len(value) if isinstance(value, list | dict) else _hollow(value)

    return {key: value if _is_judged(key) else emptied(key, value) for key, value in texts.items()}


def _is_judged(key: str) -> bool:
    """Whether the text of an annotation is looked at."""
    return key in OWNERS or key == IGNORE or key.casefold().startswith(_OURS)


def _is_meant(key: object) -> bool:
    """Whether a field's name is the key of an annotation that went astray."""
    return isinstance(key, str) and (_is_judged(key) or "elb." in key.casefold())


def _hollow(value: Any) -> Any:
    """Something of the same kind with nothing in it."""
    if isinstance(value, list | str):
        return type(value)()
    return None if value is None or isinstance(value, Mapping) else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

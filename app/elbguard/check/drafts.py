"""What is said of manifests that are not yet what will be applied, and of annotations where nobody reads them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from elbguard.check.kustomize import Part
from elbguard.check.nodes import listed
from elbguard_rules.core.problem import Where
from elbguard_rules.core.service import Service
from elbguard_rules.core.unfilled import variable
from elbguard_rules.relations.keys import is_elb_key

_MOST_NAMED: Final = 5
_LONGEST: Final = 80
_KEPT: Final = frozenset({"ELB901", "ELB902", "ELB903", "ELB909", "ELB951", "ELB952"})  # about keys, not about values
METADATA: Final = (
    ("metadata",),
    ("spec", "template", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)
_TWO_WORDS: Final = re.compile(r"to(?:[-_]|\s+)?do|fix(?:[-_]|\s+)?me")
UNUSED: Final = "ELB992"
_READ_THERE: Final = ("Service", "ServiceList", "List")

PARTS: Final = {
    Part.PATCH: "a patch, not a whole Service: the values in it are judged, not what it lacks",
    Part.BASE: "a base that an overlay changes: what it lacks is not judged; --render judges what its overlays build",
}
JSON_PATCH: Final = "a JSON patch, not judged: --render judges what the kustomization builds that has it"


def without_removals(patch: dict[str, Any]) -> dict[str, Any]:
    """A patch without the annotations that it removes: those that are null in it (RFC 7386)."""
    metadata = patch.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if not isinstance(metadata, Mapping) or not isinstance(notes, Mapping) or None not in notes.values():
        return patch
    kept = {key: text for key, text in notes.items() if text is not None}
    return {**patch, "metadata": {**metadata, "annotations": kept}}


def unrendered(places: Mapping[Where, str]) -> str:
    """What is said of the unfilled values of a Service."""
    named = [f"{where} {_short(what)}" for where, what in places.items()]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    what = "a value is" if len(named) == 1 else f"{len(named)} values are"
    return f"{what} unrendered and not judged: {', '.join(named[:_MOST_NAMED])}{more}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def is_filled_in(text: str) -> bool:
    """Whether nothing in a file can be a variable or a placeholder, as `unfilled` knows them, so that nobody need look.

    A value is a part of the file's text, but for escapes, for which there is a backslash, and for lines that are folded
    into one. Asked of every file, so spelt out: a single character is found forty times as fast as two.
    """
    if not text.isascii() or "$" in text or "%" in text or "@" in text or "<" in text or "*" in text or "\\" in text:
        return False
    if "{{" in text or "__" in text or ("#" in text and "#{" in text):
        return False
    return not _may_have_words(text.lower())


def _may_have_words(text: str) -> bool:
    """Whether a text in small letters may have the words of placeholders for people in it; spelt out, as above."""
    if "change" in text or "replace" in text or "fill" in text or "tbd" in text or "xxx" in text or "your" in text:
        return True
    if "put" in text or "insert" in text or "paste" in text or "enter" in text:
        return True
    return _TWO_WORDS.search(text) is not None


def is_about_a_value(rule: str) -> bool:
    """Whether a rule stands down where the value is unfilled."""
    return rule not in _KEPT


def is_plainly_a_service(value: Any) -> bool:
    """Whether a document is one Service, so that there is nothing beside it to say anything of."""
    if not isinstance(value, Mapping) or value.get("kind") != "Service" or value.get("apiVersion", "v1") != "v1":
        return False
    return "items" not in value and "format_version" not in value


def is_json_patch(value: Any) -> bool:
    """Whether a document is a JSON patch (RFC 6902) of annotations of a load balancer, or of a Service's type."""
    if not isinstance(value, list) or not value:
        return False
    if not all(isinstance(each, Mapping) and "op" in each and "path" in each for each in value):
        return False
    return any("kubernetes.io" in str(each) and "elb" in str(each) for each in value)


def of_unknown_kind(value: Any) -> Iterator[tuple[str, str, tuple[str | int, ...], str]]:
    """Objects with our annotations of which a variable says what they are: kind, name, where it is, what to say."""
    for path, item in _listed(value):
        for found in of_unknown_kind(item):
            yield (*found[:2], (*path, *found[2]), found[3])
    if not isinstance(value, Mapping):
        return
    notes = _at(value, ("metadata", "annotations"))
    step = _unknown(value)
    if step and isinstance(notes, Mapping) and any(map(is_elb_key, notes)):
        kind, name = str(value.get("kind") or ""), str(_at(value, ("metadata", "name")) or "")
        yield (
            kind,
            name,
            (step,),
            f"a value is unrendered, so that nothing is judged: {step} {_short(str(value[step]))}",
        )


def _unknown(value: Mapping[str, Any]) -> str:
    """The field with a variable that would say what kind of object it is; nothing where that is known."""
    kind, version = value.get("kind"), value.get("apiVersion")
    if isinstance(kind, str) and variable(kind):
        return "kind"
    return "apiVersion" if kind == "Service" and isinstance(version, str) and variable(version) else ""


def elsewhere(value: Any) -> Iterator[tuple[str, str, tuple[str | int, ...], str]]:
    """Objects that are no Services and have our annotations: kind, name, where the first is, what to say."""
    for path, item in _listed(value):
        for found in elsewhere(item):
            yield (*found[:2], (*path, *found[2]), found[3])
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or _unknown(value) or (kind in _READ_THERE and value.get("apiVersion", "v1") == "v1"):
        return
    for path in METADATA:
        notes = _at(value, (*path, "annotations"))
        keys = [key for key in notes if is_elb_key(key)] if isinstance(notes, Mapping) else []
        if keys:
            name = str(_at(value, ("metadata", "name")) or "")
            yield kind, name, (*path, "annotations", keys[0]), _said(kind, str(value.get("apiVersion", "v1")), keys)
            return


def _listed(value: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    """The objects that a list holds which says no kind for all of them."""
    is_typed = isinstance(value, Mapping) and value.get("kind") == "ServiceList"
    return [] if is_typed else listed(value) or []


def _said(kind: str, version: str, keys: list[str]) -> str:
    named = _named(keys)
    if kind in ("Ingress", "IngressClass"):
        return f"{named} on an {kind}: not judged, elbguard judges Services"
    if kind == "Service" and "." in version:  # of another group, such as Knative's
        kind = f"Service of {_short(version)}"
    elif kind.lower() in ("service", "services", "svc"):
        found = f"kind: {_short(kind)}, apiVersion: {_short(version)}"
        return f"{named} on what is no Service of Kubernetes ({found}): not judged: write kind: Service, apiVersion: v1"
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    return f"{named} on {article} {_short(kind)}: without effect there, it belongs to a Service of type LoadBalancer"


def of_another_type(service: Service) -> str:
    """What is said of a Service of another type, with annotations that have their effect behind an ingress only."""
    keys = [key for key in service.annotations if is_elb_key(key)]
    if not keys or service.spec.get("loadBalancerClass"):
        return ""
    return f"{_named(keys)} on a Service of type {service.type[:20]}: not judged; at most an ELB ingress reads it there"


def _named(keys: list[str]) -> str:
    names = [key.removeprefix("kubernetes.io/") for key in keys[:_MOST_NAMED]]
    more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return ", ".join(names) + more


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value

"""Keys that CCE does not know, and keys on Services that have no load balancer."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_id import ELB_ID
from elbguard_rules.annotations.natgateway_id import NATGATEWAY_ID
from elbguard_rules.annotations.security_policy_id import SECURITY_POLICY_ID
from elbguard_rules.core.check import LOAD_BALANCERS, Scope, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import ABSENT, MOST_TOLD, Kind, Problem, Severity, Where, annotation, field, forbidden
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, CONTROLLER, KUBERNETES, NOTES
from elbguard_rules.owners import OWNERS
from elbguard_rules.vocabulary.foreign import (
    FOREIGN,
    FOREIGN_FAMILIES,
    INGRESS,
    INGRESS_FAMILIES,
    PREFIX,
    TRANSLATIONS,
)

_CORE: Final = "kubernetes.io/"
_MISPLACED: Final = ("elb", "hws", "session-affinity")
_OUTER: Final = ("annotations", "labels", "metadata", "spec")  # of a Service, where keys go astray
_INNER: Final = ("annotations", "labels")
_RARE: Final = frozenset({"annotations", "labels"})  # outside of metadata
_READ_THERE: Final = ("metadata", "annotations")
_OTHER_PREFIX: Final = re.compile(
    r"(?:[a-z0-9.-]*kubernetes\.io/elb[./]|elb\.kubernetes\.io/(?:elb\.)?|k8s\.io/elb\.|elb[./])", re.IGNORECASE
)
_FEW: Final = 3  # letters
_LONGEST_NAMED: Final = 60  # characters
_MOST_HARMLESS: Final = 1000  # keys
_SUGGESTED_FOR: Final = 20  # keys; nobody misspells more of them
_FIELD: Final = "externalTrafficPolicy"


KNOWN: Final = frozenset(INGRESS | OWNERS.keys())  # all keys of CCE: those judged, those of Ingresses
_SUGGESTED: Final = tuple(sorted(KNOWN - INGRESS - {SECURITY_POLICY_ID.key}))  # which has a spelling for Services

NOT_TEXT: Final = Rule(
    "ELB901",
    "annotation-not-text",
    "The value of an annotation is a string.",
    KUBERNETES.quote("annotations: map of string keys to string values"),
    'Write the value in quotes: "true", "80".',
)
TOO_LARGE: Final = Rule(
    "ELB920",
    "too-large",
    "A Service has at most 256 KiB of annotations, and at most 1000 ports and external addresses.",
    KUBERNETES.quote(
        "annotations may not be more than 262144 bytes",
        "No load balancer has 1000 listeners. What is larger is not looked into.",
    ),
    "Make the annotations smaller, or spread the ports over several Services.",
)
UNKNOWN_MEMBER: Final = Rule(
    "ELB902",
    "unknown-member",
    "A member of a JSON annotation is one that CCE knows.",
    CONTROLLER.quote("encoding/json", "Unknown members are ignored in silence."),
    "Correct the member's name, or remove it.",
    Severity.WARNING,
)


OTHER_CAPITALS: Final = Rule(
    "ELB909",
    "member-in-other-capitals",
    "The name of a member is written in the capitals that documents give it.",
    CONTROLLER.quote(
        "encoding/json",
        "Go's decoder takes a name in other capitals for the member, and of several the last one.",
    ),
    "Write the name as the message says.",
    Severity.WARNING,
    why="CCE takes it for the member all the same, and so do all rules; but other readers of JSON do not.",
)


def is_elb_key(key: object) -> bool:
    """Whether the annotation belongs to CCE's load balancers; what makes a Service ours to judge."""
    return isinstance(key, str) and key.startswith(PREFIX)  # YAML reads a bare 8080 as a number


@rule(
    "ELB903",
    "unknown-annotation",
    "An annotation of the load balancer is one that CCE knows.",
    ADVANCED.quote("annotations of a LoadBalancer Service"),
    fix="Correct the annotation's name, or remove it.",
    why="CCE ignores the others in silence. Its list grows with each release, so this refuses nothing.",
    severity=Severity.WARNING,
    always=True,
    scopes=(*LOAD_BALANCERS, Scope.DNAT),
)
def an_annotation_is_known(service: Service, cluster: Cluster) -> Iterator[Problem]:
    told = 0
    for key in map(str, service.annotations):
        if key in KNOWN or key in _HARMLESS:
            continue
        detail, meant = _unknown(key, suggest=told < _SUGGESTED_FOR)
        if not detail:
            _note_harmless(key)
        else:
            told += 1
            yield Problem(annotation(key), Kind.INVALID, ABSENT, detail, meant)
    for where, meant in _elsewhere(service):
        yield Problem(where, Kind.INVALID, ABSENT, f"has no effect here: write {meant} under metadata.annotations")


_HARMLESS: Final[set[str]] = set()  # keys of others that were seen before, such as kubectl's


def _note_harmless(key: str) -> None:
    """Remember a key of which there is nothing to say; a bounded number, and short ones."""
    if len(_HARMLESS) < _MOST_HARMLESS and len(key) <= _LONGEST_NAMED:
        _HARMLESS.add(key)


def _elsewhere(service: Service) -> Iterable[tuple[Where, str]]:
    """The keys of CCE that stand where it does not read them, each with the key that was meant."""
    return _astray(service) if _may_go_astray(service) else ()


def _astray(service: Service) -> Iterator[tuple[Where, str]]:
    for place, found in _beside(service):
        if _has_keys(found):
            for key in islice(found, MOST_TOLD):
                if isinstance(key, str) and (meant := key if key in KNOWN else _bare(key)):
                    yield field(*place, key), meant


def _may_go_astray(service: Service) -> bool:
    """Whether anything but fields stands in a Service, its metadata, labels and spec; asked of each, so in one go."""
    raw, metadata, spec = service.raw, service.metadata, service.spec
    if "metadata" in spec or not (_RARE.isdisjoint(raw) and _RARE.isdisjoint(spec)):
        return True
    return _has_keys((*raw, *metadata, *spec)) or _has_keys(metadata.get("labels") or ())


def _beside(service: Service) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The objects of a Service in which keys go astray, with their places; each Service has three or four of them."""
    raw = service.raw
    yield (), raw
    for outer in _OUTER:
        found = raw.get(outer)
        if isinstance(found, dict):
            yield (outer,), found
            for inner in _INNER:
                if inner in found and isinstance(found[inner], dict) and (outer, inner) != _READ_THERE:
                    yield (outer, inner), found[inner]
    template = service.spec.get("metadata")  # as in a Deployment, one level up
    if isinstance(template, dict) and isinstance(template.get("annotations"), dict):
        yield ("spec", "metadata", "annotations"), template["annotations"]


def _has_keys(found: Iterable[str]) -> bool:
    """Whether there is anything but fields of Kubernetes, which have neither slash nor period."""
    try:
        names = "".join(found)
    except TypeError:  # YAML may have numbers for keys
        return True
    return "/" in names or "." in names


def misplaced_source(service: Service) -> str:
    """Words about a key that was meant to name the load balancer and does not, such as one among the labels."""
    wanted = (ELB_ID.key, AUTOCREATE.key)
    for key in islice(map(str, service.annotations), _SUGGESTED_FOR):
        if (meant := _unknown(key, suggest=True)[1]) in wanted:
            return f"; {_named(key)} is not read: write {meant}"
    for where, meant in _elsewhere(service):
        if meant in wanted:
            key, place = str(where.steps[-1]), str(field(*where.steps[:-1])) or "the top level"
            cure = "move it" if key == meant else f"write {meant}"
            return f"; {_named(key)} in {place} is not read: {cure} under metadata.annotations"
    return ""


def _named(key: str) -> str:
    return key if len(key) <= _LONGEST_NAMED else key[: _LONGEST_NAMED - 3] + "..."


def _bare(key: str) -> str:
    """The key of CCE that a key with another prefix, or without one, was meant for; else nothing."""
    match = _OTHER_PREFIX.match(key) if "elb" in key or "ELB" in key else None
    meant = PREFIX + key[match.end() :] if match else ""
    return meant if meant in KNOWN and meant != key else ""


def _unknown(key: str, *, suggest: bool) -> tuple[str, str]:
    """What to say about a key that CCE does not know, and the key that was meant.

    Nothing about one that it knows or that is not for it.
    """
    if key in KNOWN or key.startswith(INGRESS_FAMILIES):
        return "", ""
    if right := _bare(key):
        return f"unknown annotation: write {right}", right
    if _is_field(key):
        return f"this annotation has no effect: {_FIELD} is a field of spec, write it there", ""
    whose = FOREIGN.get(key) or next((FOREIGN_FAMILIES[name] for name in FOREIGN_FAMILIES if key.startswith(name)), "")
    if whose:
        return f"unknown annotation: it belongs to {whose}, and CCE ignores it", ""
    if not key.startswith(_CORE) or not _misplaced(key):
        return "", ""
    if meant := TRANSLATIONS.get(key) or (_meant(key) if suggest else None):
        return f"unknown annotation: did you mean {meant}?", meant
    return ("unknown annotation: CCE ignores it", "") if is_elb_key(key) else ("", "")


def _meant(key: str) -> str | None:
    """The nearest known key; of a name with few letters two edits would make any other."""
    name = key.removeprefix(PREFIX)
    if len(name) > _FEW:
        return nearest(key, _SUGGESTED)
    near = nearest(name, tuple(known.removeprefix(PREFIX) for known in _SUGGESTED))
    return PREFIX + near if near else None


def _is_field(key: str) -> bool:
    """Whether a key names the field of spec that a table of the first document lists among the annotations."""
    name = key.removeprefix(_CORE).removeprefix("elb.")
    return name.replace("-", "").casefold() == _FIELD.casefold()


def _misplaced(key: str) -> bool:
    """Whether a key of Kubernetes' own prefix was probably meant for CCE."""
    return key[len(_CORE) :].lower().startswith(_MISPLACED)


@rule(
    "ELB904",
    "load-balancer-of-another-type",
    "The annotations that choose a load balancer belong to Services of type LoadBalancer.",
    NOTES.quote("LoadBalancer Services"),
    fix="Write type: LoadBalancer, or remove the annotation.",
    why="on other types CCE creates no load balancer; the annotations about algorithm, sticky sessions and health"
    " checks mean something there behind an ELB ingress, and are not judged.",
    severity=Severity.WARNING,
    always=True,
    scopes=(Scope.OTHER_TYPE,),
)
def keys_without_effect(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for owner in (ELB_ID, AUTOCREATE):
        if owner in service:
            yield forbidden(owner.where, f"has no effect on a Service of type {service.type[:20]}")


@rule(
    "ELB905",
    "no-annotation",
    "A Service of type LoadBalancer names its load balancer by an annotation kubernetes.io/elb.*.",
    NOTES.quote("LoadBalancer Services"),
    fix="Add kubernetes.io/elb.id or kubernetes.io/elb.autocreate.",
    why="without one it stays at EXTERNAL-IP <pending>, unless another controller takes care of it.",
    severity=Severity.WARNING,
    always=True,
    scopes=(Scope.PLAIN,),
)
def nothing_for_cce(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not service.spec.get("loadBalancerIP") and ELB_ID not in service and NATGATEWAY_ID not in service:
        detail = (
            "no annotation says which load balancer: add kubernetes.io/elb.id or kubernetes.io/elb.autocreate"
            f"{misplaced_source(service)}"
        )
        yield Problem(field("metadata", "annotations"), Kind.REQUIRED, ABSENT, detail)

"""Variables and placeholders that should have been filled in before the Service was applied."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from elbguard_rules import annotations
from elbguard_rules.annotations.elb_class import is_dnat
from elbguard_rules.annotations.natgateway_id import NATGATEWAY_ID
from elbguard_rules.core import unfilled
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import SERVED, rule
from elbguard_rules.core.commas import Commas
from elbguard_rules.core.discover import declared_in
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, annotation, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Length, Text
from elbguard_rules.documents import CONCLUSION
from elbguard_rules.relations.keys import is_elb_key
from elbguard_rules.vocabulary.foreign import INGRESS, INGRESS_FAMILIES

# Texts of which nothing is documented that a placeholder would break by itself.
_FREE: Final = tuple(
    owner
    for owner in declared_in(annotations, Annotation)
    if isinstance(owner.reader, Text | Length | Commas) and owner.tier is not Tier.PLATFORM
)
_FREE_KEYS: Final = frozenset(owner.key for owner in _FREE)
_KEYS: Final = frozenset(owner.key for owner in declared_in(annotations, Annotation))


@rule(
    "ELB921",
    "left-unfilled",
    "What names or configures a load balancer is a value: no variable or template stands in its place.",
    CONCLUSION.quote("No ID, name or number has a variable in it."),
    fix="Set the variable for the tool that fills it in (envsubst, kustomize, Helm, Flux), and apply what that prints.",
    why="neither Kubernetes nor CCE fills in ${ID}, $(ID) or {{ id }}; CCE would look for a load balancer, a"
    " certificate or a group of just that name. Of a path only what has braces is taken for a variable.",
    always=True,
    scopes=SERVED,
)
def nothing_is_left_unfilled(service: Service, cluster: Cluster) -> Iterator[Problem]:
    texts = {key: text for key, text in service.annotations.items() if key in _KEYS or _is_read(key)}
    if _may_vary(texts.values()):
        only = NATGATEWAY_ID.key if is_dnat(service) else ""
        for key, text in texts.items():
            if (only and key != only) or not isinstance(text, str) or not unfilled.may_vary(text):
                continue
            for inner, found in unfilled.places(text, unfilled.variable):
                yield invalid(annotation(key, *inner), found if inner else text, unfilled.said(found))
    address = service.spec.get("loadBalancerIP")
    if isinstance(address, str) and (found := unfilled.variable(address)):
        yield invalid(field("spec", "loadBalancerIP"), address, unfilled.said(found))


@rule(
    "ELB922",
    "placeholder-for-a-name-or-id",
    "What a document leaves to its reader, such as <your_id>, is replaced by a name or an ID.",
    CONCLUSION.quote("No ID and no name is a placeholder."),
    *_FREE,
    fix="Write the name or the ID.",
    why="CCE would look for something of just that name. Whether it refuses the Service is not documented.",
    severity=Severity.WARNING,
    scopes=SERVED,
)
def no_placeholder_names_anything(service: Service, cluster: Cluster) -> Iterator[Problem]:
    only = NATGATEWAY_ID.key if is_dnat(service) else ""
    for key, text in service.annotations.items():
        if not isinstance(text, str) or not (key == only if only else key in _FREE_KEYS):
            continue
        if (found := unfilled.unfilled(text)) and not unfilled.variable(text):
            yield invalid(annotation(key), text, unfilled.said(found))


def _may_vary(texts: Iterable[Any]) -> bool:
    """Whether any of the texts may have a variable in it; asked of each Service, so of all in one go."""
    try:
        return unfilled.may_vary("\n".join(texts))
    except TypeError:  # one is no text
        return True


def _is_read(key: object) -> bool:
    """Whether a text of an unknown key is for a load balancer; those for ingresses may well have ${path} in them."""
    return is_elb_key(key) and key not in INGRESS and not str(key).startswith(INGRESS_FAMILIES)

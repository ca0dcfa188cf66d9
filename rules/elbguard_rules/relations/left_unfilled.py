"""Variables that a tool should have filled in before the Service was applied."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules import annotations
from elbguard_rules.core import unfilled
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.discover import declared_in
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, annotation, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONCLUSION
from elbguard_rules.relations.keys import is_elb_key
from elbguard_rules.vocabulary.foreign import INGRESS, INGRESS_FAMILIES

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
)
def nothing_is_left_unfilled(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for key, text in service.annotations.items():
        if isinstance(text, str) and _is_read(key):
            for inner, found in unfilled.places(text, unfilled.variable):
                yield invalid(annotation(key, *inner), found if inner else text, unfilled.said(found))
    address = service.spec.get("loadBalancerIP")
    if isinstance(address, str) and (found := unfilled.variable(address)):
        yield invalid(field("spec", "loadBalancerIP"), address, unfilled.said(found))


def _is_read(key: object) -> bool:
    """Whether a text is for a load balancer; those for ingresses may well have ${path} in them."""
    if key in INGRESS or not isinstance(key, str) or key.startswith(INGRESS_FAMILIES):
        return False
    return is_elb_key(key) or key in _KEYS

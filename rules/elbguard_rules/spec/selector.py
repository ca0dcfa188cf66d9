"""spec.selector: which pods are behind the load balancer."""

from collections.abc import Iterator

from elbguard_rules.annotations.endpointslice_user_managed import ENDPOINTSLICE_USER_MANAGED
from elbguard_rules.core.check import SERVED, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONTROLLER


@rule(
    "ELB655",
    "no-selector",
    "A Service selects the pods that are behind its load balancer.",
    CONTROLLER.quote("service has no selector"),
    fix="Add the labels of the pods to spec.selector.",
    why="CCE's ancestor fails on a Service without a selector, even where somebody else writes its endpoints.",
    always=True,
    scopes=SERVED,
    severity=Severity.WARNING,
)
def a_service_selects_its_pods(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not service.spec.get("selector") and service[ENDPOINTSLICE_USER_MANAGED] != "true":
        yield required(field("spec", "selector"), "CCE finds no backends without one")

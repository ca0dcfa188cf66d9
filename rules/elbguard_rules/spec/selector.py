"""spec.selector: which pods are behind the load balancer."""

from collections.abc import Iterator

from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.finding import Problem, Severity, field, required
from elbguard_rules.core.rule import rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONTROLLER


@rule("ELB655", "no-selector", CONTROLLER.quote("service has no selector"), always=True, severity=Severity.WARNING)
def a_service_selects_its_pods(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A Service selects the pods that are behind its load balancer.

    Why: CCE's ancestor fails on a Service without a selector, even where somebody else writes its endpoints.
    Fix: add the labels of the pods to spec.selector.
    """
    if not service.spec.get("selector"):
        yield required(field("spec", "selector"), "CCE finds no backends without one")

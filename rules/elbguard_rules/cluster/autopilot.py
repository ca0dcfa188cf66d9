"""What CCE Autopilot clusters rule out, as far as documents go."""

from collections.abc import Iterator

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_class import ELB_CLASS, class_of
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import AUTOPILOT


@rule(
    "ELB632",
    "shared-in-autopilot",
    "A Service of an Autopilot cluster uses a dedicated load balancer.",
    AUTOPILOT.quote("Dedicated load balancers with private IP addresses bound ... should be selected"),
    ELB_CLASS,
    AUTOCREATE,
    fix="Use class performance.",
    severity=Severity.WARNING,
    silent_in=lambda cluster: not cluster.is_autopilot,
)
def autopilot_uses_dedicated_load_balancers(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if class_of(service) == "union":
        yield forbidden(ELB_CLASS.where, "an Autopilot cluster uses dedicated load balancers: write performance")

"""spec.sessionAffinity: the affinity of Kubernetes, which is not that of the load balancer."""

from collections.abc import Iterator

from elbguard_rules.annotations.session_affinity import SESSION_AFFINITY_MODE
from elbguard_rules.core.check import rule, spec
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONSOLE


@rule(
    "ELB326",
    "client-ip-affinity",
    "Sessions stick at the load balancer by its annotation; sessionAffinity ClientIP is a feature of Kubernetes alone.",
    CONSOLE.quote("sessionAffinity: None", "All examples write None."),
    spec("sessionAffinity", "ClientIP"),
    fix="Add kubernetes.io/elb.session-affinity-mode with SOURCE_IP, or leave sessionAffinity at None.",
    severity=Severity.WARNING,
)
def the_load_balancer_is_sticky_by_annotation(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if SESSION_AFFINITY_MODE not in service:
        yield invalid(
            field("spec", "sessionAffinity"),
            "ClientIP",
            "the load balancer ignores it: use kubernetes.io/elb.session-affinity-mode",
        )

"""EndpointSlices that the user keeps: what they exclude."""

from collections.abc import Iterator

from elbguard_rules.annotations.adaptive_weight import ADAPTIVE_WEIGHT
from elbguard_rules.annotations.custom_backend_weights import CUSTOM_BACKEND_WEIGHTS
from elbguard_rules.annotations.endpointslice_user_managed import ENDPOINTSLICE_USER_MANAGED
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ENDPOINTS


@rule(
    "ELB367",
    "endpoints-of-users-beside-adaptive-weight",
    "Weights follow the number of pods, or the user keeps the EndpointSlices, not both.",
    ENDPOINTS.quote("excludes adaptive weight"),
    ENDPOINTSLICE_USER_MANAGED,
    fix="Remove kubernetes.io/elb.adaptive-weight or cce.io/elb.endpointslice-user-managed.",
)
def endpoints_exclude_adaptive_weight(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ENDPOINTSLICE_USER_MANAGED] == "true" and service[ADAPTIVE_WEIGHT] == "true":
        yield forbidden(ENDPOINTSLICE_USER_MANAGED.where, f"not together with {ADAPTIVE_WEIGHT.key}")


@rule(
    "ELB368",
    "endpoints-of-users-beside-weights",
    "Backends have weights of their own, or the user keeps the EndpointSlices, not both.",
    ENDPOINTS.quote("excludes custom weights of backends"),
    ENDPOINTSLICE_USER_MANAGED,
    fix="Remove kubernetes.io/elb.custom-backend-weights or cce.io/elb.endpointslice-user-managed.",
)
def endpoints_exclude_weights(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ENDPOINTSLICE_USER_MANAGED] == "true" and CUSTOM_BACKEND_WEIGHTS in service:
        yield forbidden(ENDPOINTSLICE_USER_MANAGED.where, f"not together with {CUSTOM_BACKEND_WEIGHTS.key}")


@rule(
    "ELB369",
    "endpoints-of-users-beside-selector",
    "A Service whose EndpointSlices the user keeps has no selector.",
    ENDPOINTS.quote("a Service without selector"),
    ENDPOINTSLICE_USER_MANAGED,
    fix="Remove spec.selector, or cce.io/elb.endpointslice-user-managed.",
    why="with a selector Kubernetes makes EndpointSlices of its own beside yours.",
    severity=Severity.WARNING,
)
def endpoints_have_no_selector(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ENDPOINTSLICE_USER_MANAGED] == "true" and service.spec.get("selector"):
        detail = f"with {ENDPOINTSLICE_USER_MANAGED.key} you keep the EndpointSlices: leave it out"
        yield forbidden(field("spec", "selector"), detail)

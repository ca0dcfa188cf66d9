"""Weights of backends, given or by the number of pods: where they have no effect, and what they exclude."""

from collections.abc import Iterator

from elbguard_rules.annotations.adaptive_weight import ADAPTIVE_WEIGHT
from elbguard_rules.annotations.custom_backend_weights import CUSTOM_BACKEND_WEIGHTS
from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.annotations.multicluster_loadbalancer_weight import MULTICLUSTER_WEIGHT
from elbguard_rules.annotations.port_ranges import PORT_RANGES
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, WEIGHTS


@rule(
    "ELB332",
    "adaptive-weight-without-nodes",
    "Weights follow the number of pods where the backends are nodes, so not in Turbo with a dedicated load balancer.",
    ADVANCED.quote("CCE Turbo cluster, dedicated load balancer"),
    ADAPTIVE_WEIGHT,
    fix="Leave the annotation out.",
    why="there the load balancer reaches the pods directly, so no node has a weight.",
    severity=Severity.WARNING,
)
def weights_are_those_of_nodes(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ADAPTIVE_WEIGHT] != "true" or (cluster.knows("type") and cluster.type == "standard"):
        return
    if class_of(service) == "performance" and cluster.type == "turbo":
        detail = "has no effect in a Turbo cluster with a dedicated load balancer, which reaches the pods directly"
        yield forbidden(ADAPTIVE_WEIGHT.where, detail)


@rule(
    "ELB333",
    "adaptive-weight-beside-custom-weights",
    "The weights of backends follow the number of pods, or are given, not both.",
    WEIGHTS.quote("elb.custom-backend-weights cannot be used together with elb.adaptive-weight"),
    ADAPTIVE_WEIGHT,
    fix="Remove kubernetes.io/elb.adaptive-weight or kubernetes.io/elb.custom-backend-weights.",
)
def weights_have_one_origin(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ADAPTIVE_WEIGHT] == "true" and CUSTOM_BACKEND_WEIGHTS in service:
        yield forbidden(ADAPTIVE_WEIGHT.where, "not together with kubernetes.io/elb.custom-backend-weights")


@rule(
    "ELB346",
    "backend-weights-beside-port-ranges",
    "Listeners with weights of backends have no ranges of ports.",
    WEIGHTS.quote("elb.custom-backend-weights cannot be used together with elb.port-ranges"),
    CUSTOM_BACKEND_WEIGHTS,
    fix="Remove kubernetes.io/elb.custom-backend-weights or kubernetes.io/elb.port-ranges.",
)
def weights_exclude_port_ranges(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if CUSTOM_BACKEND_WEIGHTS in service and PORT_RANGES in service:
        yield forbidden(CUSTOM_BACKEND_WEIGHTS.where, "not together with kubernetes.io/elb.port-ranges")


@rule(
    "ELB347",
    "backend-weights-beside-cluster-weight",
    "Weights are those of backends or that of the cluster, not both.",
    WEIGHTS.quote("elb.custom-backend-weights cannot be used together with elb.multicluster-loadbalancer-weight"),
    CUSTOM_BACKEND_WEIGHTS,
    fix="Remove kubernetes.io/elb.custom-backend-weights or kubernetes.io/elb.multicluster-loadbalancer-weight.",
)
def weights_exclude_a_weight_of_the_cluster(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if CUSTOM_BACKEND_WEIGHTS in service and MULTICLUSTER_WEIGHT in service:
        yield forbidden(
            CUSTOM_BACKEND_WEIGHTS.where, "not together with kubernetes.io/elb.multicluster-loadbalancer-weight"
        )

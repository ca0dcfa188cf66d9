"""One load balancer for several clusters."""

from collections.abc import Iterator

from elbguard_rules.annotations.elb_id import ELB_ID
from elbguard_rules.annotations.multicluster import MULTICLUSTER
from elbguard_rules.annotations.multicluster_loadbalancer_weight import MULTICLUSTER_WEIGHT
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CLUSTERS


@rule(
    "ELB884",
    "multicluster-without-id",
    "Several clusters share an existing load balancer, which elb.id names.",
    CLUSTERS.quote("An existing load balancer is needed: kubernetes.io/elb.id"),
    MULTICLUSTER,
    fix="Create the load balancer first, and name it by kubernetes.io/elb.id in the Services of all clusters.",
)
def several_clusters_share_an_existing_one(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[MULTICLUSTER] == "true" and ELB_ID not in service:
        yield forbidden(MULTICLUSTER.where, "needs an existing load balancer, named by kubernetes.io/elb.id")


@rule(
    "ELB885",
    "cluster-weight-without-multicluster",
    "A cluster has a weight where the load balancer serves several clusters.",
    CLUSTERS.quote('kubernetes.io/elb.multicluster: "true"'),
    MULTICLUSTER_WEIGHT,
    fix='Add kubernetes.io/elb.multicluster "true", or leave the weight out.',
    severity=Severity.WARNING,
)
def a_weight_is_one_among_several(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if MULTICLUSTER_WEIGHT in service and service[MULTICLUSTER] != "true":
        yield forbidden(MULTICLUSTER_WEIGHT.where, 'has no effect without kubernetes.io/elb.multicluster "true"')

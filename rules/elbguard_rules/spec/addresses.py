"""The addresses in spec: which load balancer, and who may reach it."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_id import ELB_ID
from elbguard_rules.annotations.elb_ip import ELB_IP
from elbguard_rules.core.check import LOAD_BALANCERS, rule
from elbguard_rules.core.facts import Cluster, Version
from elbguard_rules.core.problem import Problem, Severity, field, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CREATING, OBSERVED

_LAST_BY_IP: Final = Version(1, 23)


@rule(
    "ELB113",
    "load-balancer-ip-on-new-cluster",
    "spec.loadBalancerIP is documented to choose a load balancer in clusters of v1.23 and earlier.",
    CREATING.quote("loadBalancerIP: clusters of v1.23 and earlier"),
    "loadBalancerIP",
    fix="Name the load balancer by kubernetes.io/elb.id.",
    why="Kubernetes deprecates the field, and no document says what newer clusters do. One of v1.35.3 was seen to take"
    " the load balancer with that address.",
    severity=Severity.WARNING,
    scopes=LOAD_BALANCERS,
)
def by_address_on_older_clusters(service: Service, cluster: Cluster) -> Iterator[Problem]:
    named = ELB_ID in service or AUTOCREATE in service or ELB_IP in service
    if named or not service.is_new or not service.spec.get("loadBalancerIP"):
        return
    if cluster.version.line > _LAST_BY_IP.line:
        detail = f"deprecated, and documented up to v1.23 only, not for {cluster.version}: use {ELB_ID.key}"
        yield forbidden(field("spec", "loadBalancerIP"), detail)


@rule(
    "ELB656",
    "source-ranges",
    "Who may reach the load balancer is said by annotations; spec.loadBalancerSourceRanges is ignored in silence.",
    OBSERVED.quote("loadBalancerSourceRanges", "Seen without any effect in a cluster of v1.35.3."),
    "loadBalancerSourceRanges",
    fix="Put the addresses into an IP address group, and name it by kubernetes.io/elb.acl-id, -status and -type.",
    severity=Severity.WARNING,
)
def access_is_restricted_by_annotation(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.texts("loadBalancerSourceRanges"):
        yield forbidden(
            field("spec", "loadBalancerSourceRanges"), "the load balancer ignores it: use kubernetes.io/elb.acl-id"
        )

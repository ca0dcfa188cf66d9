"""What CCE Turbo clusters (Cloud Native Network 2.0) rule out."""

from collections.abc import Iterator

from elbguard_rules.annotations.host_network import HOST_NETWORK
from elbguard_rules.core.check import rule, spec
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CREATING, NOTES

_WHERE = field("spec", "externalTrafficPolicy")


@rule(
    "ELB630",
    "local-in-turbo",
    "A Service of a Turbo cluster has externalTrafficPolicy Cluster.",
    NOTES.quote("CCE Turbo clusters support only cluster-level service affinity."),
    spec("externalTrafficPolicy", "Local"),
    fix="Write externalTrafficPolicy: Cluster.",
    covers=("S007",),
)
def turbo_knows_cluster_only(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[HOST_NETWORK] != "true" and cluster.type == "turbo":
        yield invalid(_WHERE, "Local", "a Turbo cluster supports only Cluster")


@rule(
    "ELB631",
    "local-with-host-network-in-turbo",
    "A Service of a Turbo cluster has externalTrafficPolicy Local only if its pods use the host network.",
    CREATING.quote("node-level affinity in Turbo: only when the backend pods use hostNetwork"),
    spec("externalTrafficPolicy", "Local"),
    fix="Make sure that the pods have hostNetwork: true, or write externalTrafficPolicy: Cluster.",
    severity=Severity.WARNING,
    covers=("S007",),
)
def turbo_allows_local_with_host_network(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[HOST_NETWORK] == "true" and cluster.type == "turbo":
        yield invalid(_WHERE, "Local", "a Turbo cluster supports it only for pods with hostNetwork")

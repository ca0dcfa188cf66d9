"""externalTrafficPolicy: which nodes answer, and who can still reach the load balancer's address."""

from collections.abc import Iterator

from elbguard_rules.annotations.pass_through import PASS_THROUGH
from elbguard_rules.annotations.session_affinity import SESSION_AFFINITY_MODE
from elbguard_rules.annotations.transparent_client_ip import TRANSPARENT_CLIENT_IP
from elbguard_rules.core.check import rule, spec
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import NOTES, UNREACHABLE

_WHERE = field("spec", "externalTrafficPolicy")
_OLD_MODE = "kubernetes.io/session-affinity-mode"


@rule(
    "ELB620",
    "unreachable-from-within",
    "With externalTrafficPolicy Local the load balancer's address may not be reachable from within the cluster.",
    UNREACHABLE.quote("when the value of externalTrafficPolicy is Local, the ELB address may fail to be accessed"),
    spec("externalTrafficPolicy", "Local"),
    fix='Reach the Service by its cluster IP or name, or use Cluster, or add kubernetes.io/elb.pass-through "true".',
    why="kube-proxy answers for the address and forwards to pods of the same node only. Nothing is said where the"
    " document itself asks for Local: sticky sessions and the client's address.",
    severity=Severity.WARNING,
    covers=("S006", "S078"),
)
def local_may_be_unreachable_from_within(service: Service, cluster: Cluster) -> Iterator[Problem]:
    sticky = SESSION_AFFINITY_MODE in service or _OLD_MODE in service.annotations
    wanted = sticky or service[TRANSPARENT_CLIENT_IP] == "true"
    passed = service[PASS_THROUGH] not in (None, "false")
    if not passed and not wanted:
        yield invalid(_WHERE, "Local", "pods may not reach the load balancer: see kubernetes.io/elb.pass-through")


@rule(
    "ELB621",
    "affinity-switched",
    "The affinity of a Service is not switched from Cluster to Local while it lives.",
    NOTES.quote(
        "if the affinity setting is switched from the cluster level to the node level, the connection tracing table"
        " will not be cleared"
    ),
    "externalTrafficPolicy",
    fix="Create the Service again.",
    why="the nodes keep tracking the old connections.",
    severity=Severity.WARNING,
    covers=("S005",),
    updates=True,
)
def a_switch_leaves_connections_behind(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.old and (service.old.traffic_policy, service.traffic_policy) == ("Cluster", "Local"):
        yield invalid(_WHERE, "Local", "nodes keep the connections of before: recreate the Service")

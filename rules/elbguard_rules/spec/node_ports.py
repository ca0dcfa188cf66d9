"""spec.allocateLoadBalancerNodePorts: whether the load balancer can do without node ports."""

from collections.abc import Iterator

from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONSOLE


@rule(
    "ELB657",
    "no-node-ports",
    "A Service has node ports, unless a dedicated load balancer of a Turbo cluster reaches its pods directly.",
    CONSOLE.quote(
        "backends: node address and node port; pod address and container port in Turbo with a dedicated load balancer",
        "So only the latter does without node ports.",
    ),
    "allocateLoadBalancerNodePorts",
    fix="Remove allocateLoadBalancerNodePorts, or write true.",
    severity=Severity.WARNING,
)
def backends_are_reached_by_node_port(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.spec.get("allocateLoadBalancerNodePorts") is not False or _has_node_ports(service):
        return
    where = field("spec", "allocateLoadBalancerNodePorts")
    if cluster.knows("type") and cluster.type == "standard":
        yield invalid(where, False, "this cluster reaches its pods by node ports")
    elif class_of(service) == "union":
        yield invalid(where, False, "a shared load balancer reaches the pods by node ports")
    elif cluster.type == "standard":
        yield invalid(where, False, "this cluster reaches its pods by node ports")


def _has_node_ports(service: Service) -> bool:
    """Whether the author gave all ports a node port; those are kept whatever the switch says."""
    ports = service.spec.get("ports")
    return isinstance(ports, list) and all(isinstance(port, dict) and port.get("nodePort") for port in ports)

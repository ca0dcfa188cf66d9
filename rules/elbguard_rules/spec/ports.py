"""spec.ports: what can have a listener, and the name that CCE keeps for itself."""

from collections.abc import Iterator

from elbguard_rules.annotations.health_check import HEALTH_CHECK_FLAG, HEALTH_CHECK_OPTION
from elbguard_rules.annotations.health_check_options import HEALTH_CHECK_OPTIONS
from elbguard_rules.annotations.port_ranges import PORT_RANGES
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from elbguard_rules.core.check import SERVED, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.limits import some
from elbguard_rules.core.problem import Problem, Severity, field, forbidden, invalid, required, unsupported
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONSOLE, CREATING, KUBERNETES
from elbguard_rules.vocabulary.checks import HEALTH_PORT


@rule(
    "ELB651",
    "sctp-port",
    "A port of a LoadBalancer Service speaks TCP or UDP.",
    CONSOLE.quote("Protocol: TCP or UDP"),
    "ports",
    fix="Write TCP or UDP, or move the port to a Service of another type.",
    why="a load balancer has no listener for SCTP.",
)
def a_listener_speaks_tcp_or_udp(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for port in service.ports:
        if port.protocol == "SCTP":
            yield unsupported(port.at("protocol"), port.protocol, ("TCP", "UDP"))


@rule(
    "ELB652",
    "no-port",
    "A Service has at least one port.",
    KUBERNETES.quote("ports: required"),
    fix="Add the port on which the load balancer listens.",
    always=True,
    scopes=SERVED,
    severity=Severity.WARNING,
)
def there_is_a_port(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not service.spec.get("ports"):
        yield required(field("spec", "ports"), "the load balancer listens on no port")


@rule(
    "ELB653",
    "one-check-for-two-protocols",
    "A health check that is described once checks ports of one protocol.",
    CREATING.quote("Global health check: ports of a single protocol", "CCE's ancestor looks at the first port."),
    HEALTH_CHECK_FLAG,
    HEALTH_CHECK_OPTION,
    fix="Describe the checks port by port in kubernetes.io/elb.health-check-options.",
    severity=Severity.WARNING,
)
def one_check_is_for_one_protocol(service: Service, cluster: Cluster) -> Iterator[Problem]:
    protocols = {port.protocol for port in service.ports if port.name != HEALTH_PORT}
    if len(protocols) > 1 and _is_checked_once(service):
        listed = some(sorted(protocols), " and ")
        yield forbidden(
            HEALTH_CHECK_OPTION.where,
            f"one check cannot cover {listed} ports: use kubernetes.io/elb.health-check-options",
        )


def _is_checked_once(service: Service) -> bool:
    """Whether one check is switched on, or described, for all ports."""
    if service[HEALTH_CHECK_FLAG] == "off" or HEALTH_CHECK_OPTIONS.key in service.annotations:
        return False
    return HEALTH_CHECK_OPTION in service or HEALTH_CHECK_FLAG.key in service.annotations


@rule(
    "ELB654",
    "reserved-port-name",
    "The port named cce-healthz is the one for health checks: it gets no listener.",
    CONSOLE.quote("After the port is specified, a service port named cce-healthz will be added for the Service."),
    "ports",
    fix="Give another name to a port that clients use.",
    why="CCE adds it when another port is to be checked than the one that serves.",
    severity=Severity.WARNING,
)
def the_reserved_name_is_for_health_checks(service: Service, cluster: Cluster) -> Iterator[Problem]:
    reserved = [port for port in service.ports if port.name == HEALTH_PORT]
    if not reserved:
        return
    listed = {entry.served for entry in service[PROTOCOL_PORT] or Listeners()}
    ranges = service[PORT_RANGES] or {}
    for port in reserved:
        if len(service.ports) == 1:
            yield invalid(port.at("name"), port.name, "reserved for health checks: this Service gets no listener")
        elif (port.protocol, port.number) in listed or port.name in ranges:
            wanted = "kubernetes.io/elb.port-ranges" if port.name in ranges else "kubernetes.io/elb.protocol-port"
            yield invalid(port.at("name"), port.name, f"reserved for health checks, yet {wanted} gives it a listener")

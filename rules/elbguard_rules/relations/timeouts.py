"""Timeouts, and the listeners that they are for."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.annotations.keepalive_timeout import KEEPALIVE_TIMEOUT
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED
from elbguard_rules.relations.layers import plain_ports

_LEAST: Final = 10  # seconds, of TCP and UDP listeners


@rule(
    "ELB804",
    "keepalive-timeout-below-ten-seconds",
    "An idle connection to a TCP or UDP listener is kept for at least 10 seconds.",
    ADVANCED.quote("TCP and UDP: 10 to 4000"),
    KEEPALIVE_TIMEOUT,
    fix='Write at least "10", or give each port an http or https entry in kubernetes.io/elb.protocol-port.',
    why="less is for HTTP and HTTPS listeners, and the one value serves all listeners of the Service.",
)
def layer_4_keeps_connections_for_ten_seconds(service: Service, cluster: Cluster) -> Iterator[Problem]:
    seconds = service[KEEPALIVE_TIMEOUT]
    if seconds is None or int(seconds) >= _LEAST:
        return
    for port in plain_ports(service)[:1]:
        detail = f"must be between 10 and 4000 seconds, for the {port.protocol} listener of port {port.number}"
        yield invalid(KEEPALIVE_TIMEOUT.where, seconds, detail)


@rule(
    "ELB805",
    "keepalive-timeout-over-shared-udp",
    "A UDP listener of a shared load balancer has no timeout of idle connections.",
    ADVANCED.quote("UDP: 10 to 4000, dedicated load balancers only"),
    KEEPALIVE_TIMEOUT,
    fix="Use class performance, or leave the annotation out.",
    severity=Severity.WARNING,
)
def shared_udp_listeners_have_no_keepalive(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[KEEPALIVE_TIMEOUT] is None:
        return
    udp = [port for port in plain_ports(service) if port.protocol == "UDP"]
    if udp and class_of(service) == "union":
        yield forbidden(
            KEEPALIVE_TIMEOUT.where, f"a shared load balancer does not support it for UDP port {udp[0].number}"
        )

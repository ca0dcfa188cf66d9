"""Layers: which ports of a Service get a listener of layer 4, which one of HTTP or HTTPS."""

from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, ListedPort, Listeners
from elbguard_rules.core.service import Port, Service
from elbguard_rules.vocabulary.checks import HEALTH_PORT


def plain_ports(service: Service) -> tuple[Port, ...]:
    """The ports with a listener of plain TCP or UDP: those that elb.protocol-port does not name."""
    return others(service, "http", "https", "tls", "quic")


def only_http(service: Service) -> bool:
    """Whether all ports have an HTTP or HTTPS listener; not so where there are no ports."""
    return bool(with_listener(service)) and not others(service, "http", "https")


def with_listener(service: Service) -> tuple[Port, ...]:
    """The ports that get a listener: all but the one for health checks alone."""
    return tuple(port for port in service.ports if port.name != HEALTH_PORT)


def others(service: Service, *protocols: str) -> tuple[Port, ...]:
    """The ports with a listener that speaks none of these protocols of elb.protocol-port."""
    listeners = service[PROTOCOL_PORT] or Listeners()
    served = {(port.protocol, port.number) for port in service.ports}
    named = {(_transport(e, served), e.port) for e in listeners.speak(*protocols)}
    return tuple(port for port in with_listener(service) if (port.protocol, port.number) not in named)


def _transport(listener: ListedPort, served: set[tuple[str, int | None]]) -> str:
    """The protocol of the Service's port that a listener stands on: QUIC on one of UDP, or else of TCP."""
    return "UDP" if listener.protocol == "quic" and ("UDP", listener.port) in served else "TCP"

"""Ranges of ports, and the ports of the Service that they extend."""

from dataclasses import dataclass

from elbguard_rules.annotations.port_ranges import PORT_RANGES, PortRange
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from elbguard_rules.core.check import Problems, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.limits import some
from elbguard_rules.core.problem import Where, forbidden, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import PORT_RANGES as PAGE


@rule(
    "ELB583",
    "port-ranges-of-an-unknown-port",
    "Ranges of ports stand under the name of a port of the Service.",
    PAGE.quote("the name of a port of spec.ports"),
    PORT_RANGES,
    fix="Write the name of an entry of spec.ports, or give the entry that name.",
)
def ranges_belong_to_a_port(service: Service, cluster: Cluster) -> Problems:
    names = dict.fromkeys(port.name for port in service.ports if port.name)
    listed = f"which has {some(names)}" if names else "which has no names"
    for name in service[PORT_RANGES] or {}:
        if service.ports and name not in names:
            yield forbidden(PORT_RANGES.at(name), f"no such port name in spec.ports, {listed}")


@rule(
    "ELB584",
    "overlapping-port-ranges",
    "A port is in one range only, of all listeners with the same protocol.",
    PAGE.quote(
        "non-overlapping ranges; neither port names nor ports repeated",
        "A UDP listener may have the numbers of a TCP listener.",
    ),
    PORT_RANGES,
    fix="Let one of the two ranges end before the other starts.",
)
def a_port_is_in_one_range(service: Service, cluster: Cluster) -> Problems:
    for group in _by_protocol(service).values():
        widest = group[0]
        for entry in group[1:]:
            if entry.ports.start <= widest.ports.end:
                first, second = sorted((widest, entry), key=lambda each: each.number)
                yield invalid(second.where, second.ports.written, f"overlaps {first.ports} of {first.name}")
            if entry.ports.end > widest.ports.end:
                widest = entry


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """A range, how many stand before it in the text, and where."""

    ports: PortRange
    number: int
    name: str
    index: int

    @property
    def where(self) -> Where:
        return PORT_RANGES.at(self.name, self.index)


def _by_protocol(service: Service) -> dict[str, list[_Entry]]:
    """The ranges of all listeners with the same protocol, by their first port."""
    protocols = {port.name: port.protocol for port in service.ports}
    written = ((name, *each) for name, ranges in (service[PORT_RANGES] or {}).items() for each in enumerate(ranges))
    found: dict[str, list[_Entry]] = {}
    for number, (name, index, ports) in enumerate(written):
        found.setdefault(protocols.get(name, name), []).append(_Entry(ports, number, name, index))
    return {protocol: sorted(entries) for protocol, entries in found.items()}


@rule(
    "ELB585",
    "port-ranges-of-http",
    "A port with an HTTP or HTTPS listener has no ranges.",
    PAGE.quote("listeners of TCP, UDP and TLS"),
    PORT_RANGES,
    fix="Remove the port from kubernetes.io/elb.protocol-port, or its ranges.",
)
def http_listeners_have_one_port(service: Service, cluster: Cluster) -> Problems:
    ranges = service[PORT_RANGES]
    if not ranges:
        return
    spoken = {entry.port: entry.protocol for entry in (service[PROTOCOL_PORT] or Listeners()).speak("http", "https")}
    for port in service.ports:
        if port.name in ranges and port.number in spoken and port.protocol == "TCP":
            yield forbidden(
                PORT_RANGES.at(port.name),
                f"port {port.number} has an {spoken[port.number]} listener, which has no ranges",
            )

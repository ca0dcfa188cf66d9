"""What an update of the listeners' settings leaves as it is, or does at a price."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.acl_id import ACL_ID
from elbguard_rules.annotations.keepalive_timeout import KEEPALIVE_TIMEOUT
from elbguard_rules.annotations.pools_options import POOLS_OPTIONS
from elbguard_rules.annotations.port_ranges import PORT_RANGES, PortRange
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from elbguard_rules.annotations.security_pool_protocol import SECURITY_POOL_PROTOCOL
from elbguard_rules.annotations.transparent_client_ip import TRANSPARENT_CLIENT_IP
from elbguard_rules.core.check import LOAD_BALANCERS, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden, required, shown
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, ALL_PORTS, BACKEND_SECURITY, CONTROLLER
from elbguard_rules.documents import PORT_RANGES as RANGES
from elbguard_rules.owners import ANNOTATIONS
from elbguard_rules.relations.layers import only_http, with_listener


@rule(
    "ELB708",
    "listener-protocol-changed",
    "The listener of a port keeps its protocol.",
    CONTROLLER.quote("protocol of listener cannot be modified"),
    PROTOCOL_PORT,
    fix="Use another port, or create the Service again.",
    why="a load balancer cannot change the protocol of a listener that is there.",
    severity=Severity.WARNING,
    updates=True,
)
def a_listener_keeps_its_protocol(service: Service, cluster: Cluster) -> Iterator[Problem]:
    before, after = _listeners(service.before), _listeners(service)
    entries = {
        (entry.protocol, entry.port): entry for entry in reversed((service[PROTOCOL_PORT] or Listeners()).entries)
    }
    for key, protocol in after.items():
        old = before.get(key, protocol)
        if old == protocol:
            continue
        entry = entries.get((protocol, key[1]))
        where = PROTOCOL_PORT.at(entry.position) if entry else PROTOCOL_PORT.where
        yield forbidden(where, f"the listener of port {key[1]} cannot change from {old} to {protocol}")


def _listeners(service: Service) -> dict[tuple[str, int], str]:
    """What the listener of each port speaks. Raises Malformed."""
    found = {(p.protocol, p.number): p.protocol.lower() for p in with_listener(service) if p.number is not None}
    for entry in service[PROTOCOL_PORT] or ():
        if entry.served in found:
            found[entry.served] = entry.protocol
    return found


@rule(
    "ELB709",
    "port-ranges-changed",
    "The ranges of a listener's ports are changed at the price of a short outage.",
    RANGES.quote("When the ranges change, the listener is created anew", "Seconds without service."),
    PORT_RANGES,
    fix="Make the change when an outage of some seconds does no harm.",
    why="CCE deletes the listener and creates it anew.",
    severity=Severity.WARNING,
    updates=True,
)
def ranges_are_changed_with_an_outage(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = service.before[PORT_RANGES], service[PORT_RANGES]
    if old and _sorted(old) != _sorted(new or {}):
        yield forbidden(PORT_RANGES.where, "changed: the listener is created anew, and serves nobody for some seconds")


def _sorted(ranges: dict[str, list[PortRange]]) -> dict[str, list[PortRange]]:
    return {name: sorted(listed) for name, listed in ranges.items()}


@rule(
    "ELB710",
    "pools-options-changed",
    "Whether all ports are forwarded is said when the Service is created.",
    ALL_PORTS.quote("can be set on creation only"),
    POOLS_OPTIONS,
    fix="Create another Service.",
    severity=Severity.WARNING,
    updates=True,
)
def all_ports_are_forwarded_from_the_start(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not isinstance(service.annotations.get(POOLS_OPTIONS.key, ""), str):
        return  # which is said already
    before, after = (each.reading(POOLS_OPTIONS) for each in (service.before, service))
    old, new = before.raw if before else {}, after.raw if after else {}
    if old is not None and new is not None and old != new:
        yield forbidden(POOLS_OPTIONS.where, "has an effect on creation only: create another Service")


@rule(
    "ELB715",
    "backend-protocol-changed",
    "A change of the backends' protocol takes effect on listeners that are created later.",
    BACKEND_SECURITY.quote("takes effect on newly created listeners only"),
    SECURITY_POOL_PROTOCOL,
    fix="Create the Service again, or leave the annotation as it was.",
    severity=Severity.WARNING,
    updates=True,
)
def old_listeners_keep_their_backends(service: Service, cluster: Cluster) -> Iterator[Problem]:
    old, new = ((each[SECURITY_POOL_PROTOCOL] or "") in ("on", "true") for each in (service.before, service))
    if old != new:
        yield forbidden(SECURITY_POOL_PROTOCOL.where, "changed: listeners that are there already stay as they are")


# The settings that outlive their annotation, and the text that puts them back; None: it depends, or there is none.
_LASTING: Final = tuple(owner for owner in ANNOTATIONS if owner.after_create == "lasting")
_OF_HTTP: Final = set(_LASTING) - {ACL_ID, KEEPALIVE_TIMEOUT, TRANSPARENT_CLIENT_IP}


@rule(
    "ELB711",
    "setting-removed",
    "A setting is put back by writing its default, not by removing the annotation.",
    ADVANCED.quote("If the annotation is removed, the setting of the load balancer is left as it is"),
    *_LASTING,
    fix='Write the default instead, such as "false" or "60"; for an access list write the empty text.',
    why="CCE leaves the load balancer as it is when an annotation about access lists, SNI certificates, HTTP/2,"
    " timeouts, compression, X-Forwarded headers or the client's address goes.",
    severity=Severity.WARNING,
    updates=True,
    scopes=LOAD_BALANCERS,
)
def a_setting_outlives_its_annotation(service: Service, cluster: Cluster) -> Iterator[Problem]:
    before = service.before.annotations
    idle = "60" if only_http(service) else "300"
    for owner in _LASTING:
        if owner in _OF_HTTP and service[PROTOCOL_PORT] is None:
            continue  # the listener goes, and its settings with it
        old, default = before.get(owner.key), idle if owner is KEEPALIVE_TIMEOUT else owner.reset
        gone = owner.key not in service.annotations if owner is ACL_ID else owner not in service
        if gone and isinstance(old, str) and old.strip() and old != default:
            instead = "" if default is None else f": write {shown(default)} instead"
            yield required(owner.where, f"removed, but the load balancer keeps it{instead}")

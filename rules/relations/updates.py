"""What an update may not change, and what it changes without effect."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import MISSING

from rules.annotations.acl_id import ACL_ID
from rules.annotations.autocreate import AUTOCREATE, Autocreate
from rules.annotations.client_timeout import CLIENT_TIMEOUT
from rules.annotations.custom_eip_id import CUSTOM_EIP_ID
from rules.annotations.custom_eip_status import CUSTOM_EIP_STATUS
from rules.annotations.eip_id import EIP_ID
from rules.annotations.elb_class import ELB_CLASS
from rules.annotations.elb_id import ELB_ID
from rules.annotations.elb_ip import ELB_IP
from rules.annotations.gzip_enabled import GZIP_ENABLED
from rules.annotations.http2_enable import HTTP2_ENABLE
from rules.annotations.keepalive_timeout import KEEPALIVE_TIMEOUT
from rules.annotations.listener_port import LISTENER_PORT
from rules.annotations.listener_port_ranges_auto_generated import LISTENER_PORT_RANGES
from rules.annotations.mark import MARK
from rules.annotations.member_timeout import MEMBER_TIMEOUT
from rules.annotations.names import is_placeholder
from rules.annotations.pools_options import POOLS_OPTIONS
from rules.annotations.port_ranges import PORT_RANGES, PortRange
from rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from rules.annotations.tls_certificate_ids import TLS_CERTIFICATE_IDS
from rules.annotations.transparent_client_ip import TRANSPARENT_CLIENT_IP
from rules.annotations.x_forwarded_for_port import X_FORWARDED_FOR_PORT
from rules.annotations.x_forwarded_host import X_FORWARDED_HOST
from rules.annotations.x_forwarded_port import X_FORWARDED_PORT
from rules.core.annotation import Annotation
from rules.core.facts import Cluster
from rules.core.finding import Problem, Severity, forbidden, invalid, required, shown
from rules.core.reading import Malformed
from rules.core.rule import Scope, rule
from rules.core.service import Service
from rules.documents import ADVANCED, ALL_PORTS, CLUSTERS, CONTROLLER, EIP
from rules.documents import PORT_RANGES as RANGES
from rules.relations.layers import only_http, with_listener

_ANY: Final = (Scope.OURS, Scope.PLAIN)  # an update may drop all annotations


def _before(service: Service) -> Service:
    """The Service that is replaced; these rules are asked only where there is one."""
    return service.old or service


def _changed(owner: Annotation[Any], old: str, new: str | None, instead: str) -> Problem:
    """The problem of a text that an update changes or removes; `instead` is what can be done."""
    if new is None:
        return required(owner.where, f"was {shown(old)} and cannot be removed: put it back")
    return invalid(owner.where, new, f"was {shown(old)} and cannot be changed: {instead}")


@rule(
    "ELB701",
    "class-changed",
    ADVANCED.quote(
        "elb.class: cannot be changed after creation",
        "CCE's own webhook: can't modify service elb [kubernetes.io/elb.class] annotation.",
    ),
    ELB_CLASS,
    updates=True,
    scopes=_ANY,
)
def the_class_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The class of a load balancer stays what it was when its Service was created.

    Fix: write the class that it had; for a load balancer of another class create another Service.
    """
    old, new = _before(service)[ELB_CLASS], service[ELB_CLASS]
    if old and new != old:
        yield _changed(ELB_CLASS, old, new, "create another Service")


@rule(
    "ELB702",
    "id-changed",
    ADVANCED.quote(
        "elb.id: cannot be changed after creation",
        "CCE's own webhook: can't modify service elb [kubernetes.io/elb.id] annotation. It may be added.",
    ),
    ELB_ID,
    updates=True,
    scopes=_ANY,
)
def the_load_balancer_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A Service stays with the load balancer that it has.

    Fix: write the ID that it had; to use another load balancer create another Service.
    """
    old, new = _before(service)[ELB_ID], service[ELB_ID]
    if old and new != old and not is_placeholder(old):  # a placeholder never was a load balancer
        yield _changed(ELB_ID, old, new, "create another Service")


@rule(
    "ELB703",
    "autocreate-changed",
    ADVANCED.quote("elb.autocreate: cannot be changed", "The console's reference calls it modifiable: a warning."),
    AUTOCREATE,
    severity=Severity.WARNING,
    updates=True,
)
def a_load_balancer_is_created_once(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The description of a load balancer stays what it was when the load balancer was created.

    Why: CCE does not rebuild a load balancer that is there.
    Fix: write the description as it was, or create another Service.
    """
    old, new = _before(service)[AUTOCREATE], service[AUTOCREATE]
    if new is None:
        return
    if old is None:
        if ELB_ID in _before(service):
            yield forbidden(AUTOCREATE.where, "added beside elb.id: that one may be deleted with the Service")
        return
    changed = [name for name in AUTOCREATE.members if _given(old, name) != _given(new, name)]
    if len(changed) == 1:
        yield forbidden(AUTOCREATE.at(changed[0]), "changed, but the load balancer is not rebuilt")
    elif changed:
        yield forbidden(AUTOCREATE.where, f"{_listed(changed)} changed, but the load balancer is not rebuilt")


def _given(lb: Autocreate, name: str) -> object:
    """What a member says, None where it says nothing; the order of a list says nothing. Raises Malformed."""
    value = getattr(lb, name)
    if value is MISSING:
        return "inner" if name == "type" else None
    return (sorted(filter(None, value)) or None) if isinstance(value, list) else value


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]])


@rule(
    "ELB704",
    "autocreate-removed",
    ADVANCED.quote("elb.autocreate: cannot be changed"),
    AUTOCREATE,
    severity=Severity.WARNING,
    updates=True,
    scopes=_ANY,
)
def the_description_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The description of a load balancer stays where it is, beside the ID that CCE writes.

    Why: CCE reads it to decide whether the load balancer goes when the Service does.
    Fix: put the annotation back.
    """
    old, new = _before(service)[AUTOCREATE], service[AUTOCREATE]
    if old is not None and new is None:
        yield required(AUTOCREATE.where, "removed: CCE may leave the load balancer behind when the Service goes")


@rule(
    "ELB705",
    "eip-id-changed",
    EIP.quote("kubernetes.io/elb.eip-id cannot be changed: add kubernetes.io/elb.custom-eip-id"),
    EIP_ID,
    updates=True,
    scopes=_ANY,
)
def the_created_eip_stays(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The EIP that CCE created is noted by CCE alone.

    Fix: write the ID that stood there; to use another EIP add kubernetes.io/elb.custom-eip-id.
    """
    old, new = _before(service)[EIP_ID], service[EIP_ID]
    if old and new != old:
        yield _changed(EIP_ID, old, new, "add elb.custom-eip-id")


@rule(
    "ELB706",
    "custom-eip-without-eip",
    EIP.quote("kubernetes.io/elb.eip-id must be there before the EIP is changed"),
    CUSTOM_EIP_ID,
    EIP_ID,
    severity=Severity.WARNING,
    updates=True,
)
def a_custom_eip_replaces_a_created_one(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A custom EIP takes the place of an EIP that CCE created and noted in kubernetes.io/elb.eip-id.

    Fix: remove the annotation; it works on Services whose EIP CCE created.
    """
    old = _before(service)
    if CUSTOM_EIP_ID in service and CUSTOM_EIP_ID not in old and EIP_ID not in service and EIP_ID not in old:
        yield forbidden(CUSTOM_EIP_ID.where, "has no effect without elb.eip-id, the EIP that CCE created")


@rule(
    "ELB708",
    "listener-protocol-changed",
    CONTROLLER.quote("protocol of listener cannot be modified"),
    PROTOCOL_PORT,
    severity=Severity.WARNING,
    updates=True,
)
def a_listener_keeps_its_protocol(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The listener of a port keeps its protocol.

    Why: a load balancer cannot change the protocol of a listener that is there.
    Fix: use another port, or create the Service again.
    """
    before, after = _listeners(_before(service)), _listeners(service)
    for key, protocol in after.items():
        old = before.get(key, protocol)
        if old == protocol:
            continue
        entries = service[PROTOCOL_PORT] or Listeners()
        entry = next((e for e in entries if (e.protocol, e.port) == (protocol, key[1])), None)
        where = PROTOCOL_PORT.at(entry.position) if entry else PROTOCOL_PORT.where
        yield forbidden(where, f"the listener of port {key[1]} cannot change from {old} to {protocol}")


def _listeners(service: Service) -> dict[tuple[str, int], str]:
    """What the listener of each port speaks. Raises Malformed."""
    found = {(p.protocol, p.number): p.protocol.lower() for p in with_listener(service) if p.number is not None}
    for entry in service[PROTOCOL_PORT] or ():
        key = ("UDP" if entry.protocol == "quic" else "TCP", entry.port)
        if key in found:
            found[key] = entry.protocol
    return found


@rule(
    "ELB709",
    "port-ranges-changed",
    RANGES.quote("When the ranges change, the listener is created anew", "Seconds without service."),
    PORT_RANGES,
    severity=Severity.WARNING,
    updates=True,
)
def ranges_are_changed_with_an_outage(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The ranges of a listener's ports are changed at the price of a short outage.

    Why: CCE deletes the listener and creates it anew.
    Fix: make the change when an outage of some seconds does no harm.
    """
    old, new = _before(service)[PORT_RANGES], service[PORT_RANGES]
    if old and _sorted(old) != _sorted(new or {}):
        yield forbidden(PORT_RANGES.where, "changed: the listener is created anew, for seconds nobody is served")


def _sorted(ranges: dict[str, list[PortRange]]) -> dict[str, list[PortRange]]:
    return {name: sorted(listed) for name, listed in ranges.items()}


@rule(
    "ELB710",
    "pools-options-changed",
    ALL_PORTS.quote("can be set on creation only"),
    POOLS_OPTIONS,
    severity=Severity.WARNING,
    updates=True,
)
def all_ports_are_forwarded_from_the_start(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """Whether all ports are forwarded is said when the Service is created.

    Fix: create another Service.
    """
    before, after = (each.reading(POOLS_OPTIONS) for each in (_before(service), service))
    old, new = before.raw if before else {}, after.raw if after else {}
    if old is not None and new is not None and old != new:
        yield forbidden(POOLS_OPTIONS.where, "has an effect on creation only: create another Service")


# The settings that outlive their annotation, and the text that puts them back; None: it depends, or there is none.
_LASTING: Final[dict[Annotation[Any], str | None]] = {
    ACL_ID: "",
    KEEPALIVE_TIMEOUT: None,
    TRANSPARENT_CLIENT_IP: "false",
    TLS_CERTIFICATE_IDS: None,
    HTTP2_ENABLE: "false",
    CLIENT_TIMEOUT: "60",
    MEMBER_TIMEOUT: "60",
    GZIP_ENABLED: "false",
    X_FORWARDED_PORT: "false",
    X_FORWARDED_FOR_PORT: "false",
    X_FORWARDED_HOST: "false",
}
_OF_HTTP: Final = _LASTING.keys() - {ACL_ID, KEEPALIVE_TIMEOUT, TRANSPARENT_CLIENT_IP}


@rule(
    "ELB711",
    "setting-removed",
    ADVANCED.quote("If the annotation is removed, the setting of the load balancer is left as it is"),
    *_LASTING,
    severity=Severity.WARNING,
    updates=True,
    scopes=_ANY,
)
def a_setting_outlives_its_annotation(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A setting is put back by writing its default, not by removing the annotation.

    Why: CCE leaves the load balancer as it is when an annotation about access lists, SNI certificates, HTTP/2,
    timeouts, compression, X-Forwarded headers or the client's address goes.
    Fix: write the default instead, such as "false" or "60"; for an access list write the empty text.
    """
    before = _before(service).annotations
    idle = "60" if only_http(service) else "300"
    for owner, reset in _LASTING.items():
        if owner in _OF_HTTP and service[PROTOCOL_PORT] is None:
            continue  # the listener goes, and its settings with it
        old, default = before.get(owner.key), idle if owner is KEEPALIVE_TIMEOUT else reset
        gone = owner.key not in service.annotations if owner is ACL_ID else owner not in service
        if gone and isinstance(old, str) and old.strip() and old != default:
            instead = "" if default is None else f": write {shown(default)} instead"
            yield required(owner.where, f"removed, but the load balancer keeps it{instead}")


def _noted(service: Service, owner: Annotation[Any]) -> object:
    """What an annotation says, or its text where that cannot be read."""
    try:
        return service[owner]
    except Malformed:
        return service.annotations[owner.key]


_PLATFORM: Final[tuple[Annotation[Any], ...]] = (MARK, LISTENER_PORT, LISTENER_PORT_RANGES, CUSTOM_EIP_STATUS)


@rule(
    "ELB712",
    "platform-annotation-changed",
    CLUSTERS.quote("elb.listener-port and elb.mark are written by CCE", "So are the others listed."),
    *_PLATFORM,
    severity=Severity.WARNING,
    updates=True,
    scopes=_ANY,
)
def the_platform_writes_its_own(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """An annotation in which CCE keeps its own notes is left alone.

    Fix: leave the annotation as CCE wrote it.
    """
    for owner in _PLATFORM:
        if owner not in _before(service):
            continue
        if owner not in service:
            yield required(owner.where, "removed: CCE keeps its own notes there")
        elif _noted(service, owner) != _noted(_before(service), owner):
            yield forbidden(owner.where, "changed: CCE keeps its own notes there")


@rule(
    "ELB719",
    "class-added",
    ADVANCED.quote("elb.class: default union", "What CCE's own webhook says to an added class is not documented."),
    ELB_CLASS,
    severity=Severity.WARNING,
    updates=True,
)
def the_class_is_written_from_the_start(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A class that is added to a Service with a load balancer is union, which it had before.

    Why: CCE reads the missing annotation as union, and a class cannot be changed.
    Fix: write union, or leave the annotation out; for a dedicated load balancer create another Service.
    """
    old, new = _before(service)[ELB_CLASS], service[ELB_CLASS]
    named = any(owner in _before(service) for owner in (ELB_ID, ELB_IP, AUTOCREATE))
    if named and old is None and new == "performance":
        yield invalid(ELB_CLASS.where, new, "was not written, which counts as union: a class cannot be changed")

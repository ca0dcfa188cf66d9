"""Listeners, the Service's ports and the certificate."""

from collections.abc import Iterator

from elbguard_rules.annotations.cert_id import CERT_ID
from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.annotations.lb_algorithm import LB_ALGORITHM, QUIC_CID
from elbguard_rules.annotations.pools_options import POOLS_OPTIONS, forwards_all
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from elbguard_rules.annotations.session_affinity import SESSION_AFFINITY_MODE
from elbguard_rules.annotations.tls_certificate_ids import TLS_CERTIFICATE_IDS
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.limits import some
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, ALL_PORTS, HTTP, QUIC, QUIC_BACKENDS, TLS
from elbguard_rules.relations.layers import plain_ports


@rule(
    "ELB520",
    "listener-without-port",
    "Each port of elb.protocol-port is a port of the Service.",
    HTTP.quote("The port matches the one in the service.spec.ports field"),
    PROTOCOL_PORT,
    fix="Add the port to spec.ports, or remove the entry.",
    covers=("S075",),
)
def a_listener_has_a_port(service: Service, cluster: Cluster) -> Iterator[Problem]:
    ports = {port.number for port in service.ports}
    lost = [entry for entry in service[PROTOCOL_PORT] or () if ports and entry.port not in ports]
    listed = some(dict.fromkeys(port.number for port in service.ports if port.number is not None)) if lost else ""
    for entry in lost:
        text = f"{entry.written}:{entry.port}"
        yield invalid(PROTOCOL_PORT.at(entry.position), text, f"no such port in spec.ports, which has {listed}")


@rule(
    "ELB521",
    "http-over-udp",
    "An HTTP, HTTPS or TLS listener stands on a TCP port of the Service.",
    HTTP.quote("The two ports in spec.ports correspond to those in protocol-port", "Both are TCP ports."),
    PROTOCOL_PORT.having("http", "https", "tls"),
    fix="Write protocol TCP at the port, or remove the entry.",
    covers=("S075",),
)
def http_goes_over_tcp(service: Service, cluster: Cluster) -> Iterator[Problem]:
    over_tcp = {port.number for port in service.ports if port.protocol == "TCP"}
    others = [
        entry for entry in service[PROTOCOL_PORT] or () if entry.port not in over_tcp and entry.protocol != "quic"
    ]
    spoken = {port.number: port.protocol for port in reversed(service.ports)} if others else {}
    for entry in others:
        if entry.port in spoken:
            text = f"{entry.written}:{entry.port}"
            detail = f"port {entry.port} of spec.ports is {spoken[entry.port]}, and must be TCP"
            yield invalid(PROTOCOL_PORT.at(entry.position), text, detail)


@rule(
    "ELB522",
    "https-without-certificate",
    "An HTTPS or TLS listener has a certificate.",
    HTTP.quote(
        "When https is configured for protocol-port, the certificate of the ELB listener will be set to cert-id"
    ),
    PROTOCOL_PORT.having("https", "tls"),
    fix="Add kubernetes.io/elb.cert-id with the certificate's ID from ELB certificate management.",
    covers=("S041", "S076"),
)
def https_needs_a_certificate(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = None if CERT_ID in service else service[PROTOCOL_PORT]
    encrypted = listeners.speak("https", "tls") if listeners else ()
    if encrypted:
        hint = (
            "; kubernetes.io/elb.tls-certificate-ids lists SNI certificates only"
            if TLS_CERTIFICATE_IDS in service
            else ""
        )
        first = encrypted[0]
        yield required(CERT_ID.where, f"the {first.protocol} listener of port {first.port} needs it{hint}")


@rule(
    "ELB526",
    "quic-without-certificate",
    "A QUIC listener has a certificate.",
    QUIC.quote("A certificate is available", "A prerequisite; which annotation names it no page says: so a warning."),
    PROTOCOL_PORT.having("quic"),
    fix="Add kubernetes.io/elb.cert-id with the certificate's ID from ELB certificate management.",
    why="beside an https or tls listener ELB522 says it.",
    severity=Severity.WARNING,
    unless=(PROTOCOL_PORT.having("https", "tls"),),
)
def quic_needs_a_certificate(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = service[PROTOCOL_PORT]
    for entry in listeners.speak("quic")[:1] if listeners and CERT_ID not in service else ():
        yield required(CERT_ID.where, f"the quic listener of port {entry.port} needs it")


@rule(
    "ELB523",
    "certificate-without-https",
    "A certificate is used by HTTPS and TLS listeners only.",
    HTTP.quote("cert-id indicates the certificate ID"),
    CERT_ID,
    fix="Add an entry such as https:443 to kubernetes.io/elb.protocol-port, or remove the certificate.",
    severity=Severity.WARNING,
    covers=("S076",),
    unless=(PROTOCOL_PORT.having("https", "tls", "quic"),),
)
def a_certificate_needs_https(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if CERT_ID in service:
        yield forbidden(CERT_ID.where, "has no effect without an https or tls entry in kubernetes.io/elb.protocol-port")


@rule(
    "ELB524",
    "tls-on-a-shared-load-balancer",
    "A TLS listener needs a dedicated load balancer.",
    TLS.quote("Only dedicated load balancers support TLS listeners."),
    PROTOCOL_PORT.having("tls"),
    fix="Use class performance, or https.",
)
def tls_needs_a_dedicated_load_balancer(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for entry in (service[PROTOCOL_PORT] or Listeners()).speak("tls"):
        if class_of(service) == "union":
            yield forbidden(PROTOCOL_PORT.at(entry.position), "a tls listener needs class performance")


@rule(
    "ELB525",
    "quic-on-a-shared-load-balancer",
    "A QUIC listener needs a dedicated load balancer.",
    QUIC.quote("Only dedicated load balancers support QUIC listeners."),
    PROTOCOL_PORT.having("quic"),
    fix="Use class performance, or https on a TCP port.",
)
def quic_needs_a_dedicated_load_balancer(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for entry in (service[PROTOCOL_PORT] or Listeners()).speak("quic"):
        if class_of(service) == "union":
            yield forbidden(PROTOCOL_PORT.at(entry.position), "a quic listener needs class performance")


@rule(
    "ELB304",
    "connection-id-without-udp",
    "Backends are chosen by connection ID behind a UDP listener.",
    QUIC_BACKENDS.quote("UDP listener"),
    LB_ALGORITHM.having(QUIC_CID),
    fix="Use one of the other algorithms, or a UDP port.",
)
def connection_ids_come_over_udp(service: Service, cluster: Cluster) -> Iterator[Problem]:
    served = {port.protocol for port in service.ports}
    if served and "UDP" not in served:
        yield forbidden(LB_ALGORITHM.where, "QUIC_CID needs a UDP port in spec.ports")


@rule(
    "ELB305",
    "connection-id-unconfirmed",
    "How the annotation spells the choice by connection ID is documented.",
    QUIC_BACKENDS.quote("connection ID", "QUIC_CID is the word of the ELB API; no page shows the annotation's."),
    LB_ALGORITHM.having(QUIC_CID),
    fix="See in the ELB console that the backend server group has the algorithm.",
    severity=Severity.WARNING,
)
def the_spelling_is_not_known(service: Service, cluster: Cluster) -> Iterator[Problem]:
    yield invalid(LB_ALGORITHM.where, QUIC_CID, "is the ELB API's word: whether CCE takes it is not documented")


@rule(
    "ELB355",
    "all-ports-of-http",
    "Listeners of HTTP, HTTPS and TLS do not forward all ports.",
    ALL_PORTS.quote("backend server groups that use TCP, UDP, or QUIC"),
    POOLS_OPTIONS,
    fix="Take the ports out of kubernetes.io/elb.protocol-port, or remove kubernetes.io/elb.pools-options.",
    severity=Severity.WARNING,
)
def http_does_not_forward_all_ports(service: Service, cluster: Cluster) -> Iterator[Problem]:
    options, listeners = service[POOLS_OPTIONS], service[PROTOCOL_PORT]
    if options and listeners and forwards_all(options):
        for entry in listeners.speak("http", "https", "tls")[:1]:
            detail = f"has no effect on the {entry.protocol} listener of port {entry.port}: TCP, UDP and QUIC only"
            yield forbidden(POOLS_OPTIONS.where, detail)


@rule(
    "ELB560",
    "source-hash-with-quic",
    "The backends of a QUIC listener are not chosen by the algorithm SOURCE_IP.",
    QUIC.quote(
        "The backend server group of a QUIC listener does not support the source IP algorithm.",
        "CCE leaves out, for each listener, what its protocol cannot do: so a warning.",
    ),
    LB_ALGORITHM.having("SOURCE_IP"),
    fix="Use ROUND_ROBIN or LEAST_CONNECTIONS.",
    severity=Severity.WARNING,
)
def quic_has_no_source_hash(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = service[PROTOCOL_PORT]
    for entry in listeners.speak("quic")[:1] if listeners else ():
        yield forbidden(LB_ALGORITHM.where, f"the quic listener of port {entry.port} cannot use SOURCE_IP")


@rule(
    "ELB561",
    "sticky-with-tls",
    "A TLS listener has no sticky sessions.",
    TLS.quote("Sticky sessions are not supported for TLS listeners."),
    SESSION_AFFINITY_MODE,
    fix="Remove kubernetes.io/elb.session-affinity-mode, or end TLS in the pods, behind a TCP port.",
    severity=Severity.WARNING,
)
def tls_has_no_sticky_sessions(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = service[PROTOCOL_PORT]
    if listeners and service[SESSION_AFFINITY_MODE]:
        for entry in listeners.speak("tls")[:1]:
            detail = f"the tls listener of port {entry.port} has no sticky sessions"
            yield forbidden(SESSION_AFFINITY_MODE.where, detail)


@rule(
    "ELB562",
    "sticky-without-layer-4",
    "A sticky session by source address needs a TCP or UDP listener, a port that is not in elb.protocol-port.",
    ADVANCED.quote("SOURCE_IP: frontend protocol TCP or UDP"),
    SESSION_AFFINITY_MODE,
    fix="Remove kubernetes.io/elb.session-affinity-mode, or take the port out of kubernetes.io/elb.protocol-port.",
    severity=Severity.WARNING,
)
def sticky_sessions_want_layer_4(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = service[PROTOCOL_PORT]
    if not listeners or not service[SESSION_AFFINITY_MODE] or listeners.speak("tls"):
        return
    if listeners.speak("http", "https") and not plain_ports(service):
        spoken = " and ".join(dict.fromkeys(entry.protocol for entry in listeners))
        yield forbidden(
            SESSION_AFFINITY_MODE.where, f"sticky sessions need a TCP or UDP listener, but all are {spoken}"
        )

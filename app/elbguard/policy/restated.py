"""Relations that CEL can see: rules about two things at once, said again for the API server, by rule id.

What is derived from the declared data is not here (validations.py): shapes, gates, `needs.dedicated`. A
test asks both, these expressions and the rules themselves, about all case files and expects one answer.
"""

from collections.abc import Callable
from typing import Final

from elbguard.policy.code import Code
from elbguard.policy.relation import Broken, Relation, forbidden, kept, listed, required, together
from elbguard.policy.view import BEFORE, LISTENER, NOW, View, number, pair, speaks
from elbguard.settings import Settings
from elbguard_rules.annotations.acl_id import ACL_ID, MOST
from elbguard_rules.annotations.acl_status import ACL_STATUS
from elbguard_rules.annotations.acl_type import ACL_TYPE
from elbguard_rules.annotations.adaptive_weight import ADAPTIVE_WEIGHT
from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.bookkeeping import EIP_ID
from elbguard_rules.annotations.cert_id import CERT_ID
from elbguard_rules.annotations.custom_backend_weights import CUSTOM_BACKEND_WEIGHTS
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.annotations.elb_id import ELB_ID, UUID
from elbguard_rules.annotations.elb_ip import ELB_IP
from elbguard_rules.annotations.endpointslice_user_managed import ENDPOINTSLICE_USER_MANAGED
from elbguard_rules.annotations.health_check import HEALTH_CHECK_OPTION
from elbguard_rules.annotations.health_check_options import HEALTH_CHECK_OPTIONS
from elbguard_rules.annotations.host_network import HOST_NETWORK
from elbguard_rules.annotations.keepalive_timeout import KEEPALIVE_TIMEOUT
from elbguard_rules.annotations.lb_algorithm import LB_ALGORITHM, QUIC_CID
from elbguard_rules.annotations.multicluster import MULTICLUSTER
from elbguard_rules.annotations.multicluster_loadbalancer_weight import MULTICLUSTER_WEIGHT
from elbguard_rules.annotations.natgateway_id import NATGATEWAY_ID
from elbguard_rules.annotations.port_ranges import PORT_RANGES
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.annotations.session_affinity import SESSION_AFFINITY_MODE
from elbguard_rules.annotations.tags import TAGS
from elbguard_rules.annotations.tls_certificate_ids import TLS_CERTIFICATE_IDS
from elbguard_rules.core.cel import text, texts
from elbguard_rules.core.problem import MOST_NAMED, Kind, field
from elbguard_rules.relations.source import WRITTEN_BY_CCE


def _begins_with_both(service: View) -> list[str]:
    """Names an existing load balancer and one to create, and did not before, unless CCE has written into it."""
    alive = (f"!({moment.gives(owner)})" for owner in WRITTEN_BY_CCE for moment in (NOW, BEFORE))
    return [service.gives(ELB_ID), service.gives(AUTOCREATE), f"!({BEFORE.gives(AUTOCREATE)})", *alive]


def _no_such_port(service: View, entry: str) -> str:
    return f"{service.ports}.size() > 0 && !({number(entry)} in {service.numbers})"


def _some_ports(ports: str) -> tuple[Code, ...]:
    """The numbers of the first ports, and how many more there are: an author's list may be long."""
    first = ", ".join(map(str, range(MOST_NAMED)))
    few = f"{ports}.map(port, string(port.port))"
    many = f"[{first}].map(i, string({ports}[i].port))"
    more = f"' and ' + string({ports}.size() - {MOST_NAMED}) + ' more'"
    return (Code(f"({ports}.size() <= {MOST_NAMED} ? {few}.join(', ') : {many}.join(', ') + {more})"),)


def _other_protocol(service: View, entry: str) -> str:
    tcp = f"('TCP:' + string({number(entry)}))"
    return f"!{speaks(entry, 'quic')} && {number(entry)} in {service.numbers} && !({tcp} in {service.served})"


def _twice(service: View, entry: str) -> str:
    return f"{service.named_text}.split(',' + {pair(entry)} + ',').size() > 2"


def _plain_id(value: str) -> str:
    """An ID without capitals and blanks."""
    return f"{value}.split(' ').join('').trim().lowerAscii()"


def _no_source(service: View) -> list[str]:
    spec, sources = service.spec, (ELB_ID, AUTOCREATE, ELB_IP)
    named = f"has({spec}.loadBalancerIP) && {spec}.loadBalancerIP != ''"
    return [service.ours, *(f"!({service.gives(owner)})" for owner in sources), f"!({named})"]


_NAME_ONE: Final = "name an existing load balancer here, or describe one to create in kubernetes.io/elb.autocreate"
_EMPTY: Final = f"is empty, but must be 1 to 100 characters: {_NAME_ONE}"
_WITHOUT_A_NEW_ONE: Final = (
    f"({NOW.gives(AUTOCREATE)} && !({BEFORE.gives(AUTOCREATE)}) ? {text(f', without {AUTOCREATE.key}')} : '')"
)
_NOT_WRITTEN: Final = " (it is not written, so a shared one is created)"
NEEDS_DEDICATED: Final = (
    "needs a dedicated load balancer: kubernetes.io/elb.class performance",
    Code(f"({NOW.gives(ELB_CLASS)} ? '' : {text(_NOT_WRITTEN)})"),
)


def _listener_of(*protocols: str) -> tuple[str | Code, ...]:
    """The words `https listener of port 443` about the first of them."""
    first = f"{NOW.listeners}.filter(entry, {speaks('entry', *protocols)})[0]"
    return Code(f"{first}.split(':')[0].lowerAscii()"), " listener of port ", Code(f"string({number(first)})")


def _layer_4(service: View) -> str:
    """A port has a listener of plain TCP or UDP."""
    named = f"(port.protocol + ':' + string(port.port)) in {service.named}"
    return f"!(has(port.name) && port.name == 'cce-healthz') && !({named})"


_FIRST_LAYER_4: Final = f"{NOW.ports}.filter(port, {_layer_4(NOW)})[0]"


def _below_ten(service: View) -> list[str]:
    seconds = service.text(KEEPALIVE_TIMEOUT)
    right = KEEPALIVE_TIMEOUT.reader.cel(seconds) or ()
    plain = f"{service.ports}.exists(port,\n    {_layer_4(service)})"
    return [service.gives(KEEPALIVE_TIMEOUT), *right, f"int({seconds}) < 10", service.understood, plain]


def _groups(service: View) -> list[str]:
    """The access list names something, and no entry is empty."""
    return [f"{service.entries(ACL_ID)}.size() > 0", f"{service.entries(ACL_ID)}.all(entry, entry.trim() != '')"]


_COUNT: Final = Code(f"string({NOW.entries(ACL_ID)}.size())")
_SNI_ONLY: Final = text("; kubernetes.io/elb.tls-certificate-ids lists SNI certificates only")
_RELATIONS: Final[dict[str, Relation]] = {
    "ELB110": required(
        _no_source, ELB_ID, Code(f"({text(ELB_ID.key)} in variables.annotations ? {text(_EMPTY)} : {text(_NAME_ONE)})")
    ),
    "ELB111": Relation(
        _begins_with_both,
        ELB_ID.where,
        Kind.FORBIDDEN,
        ("not together with kubernetes.io/elb.autocreate: that load balancer may be deleted with the Service",),
        updated=True,
    ),
    "ELB132": required(
        lambda s: [s.is_dnat, f"!({s.gives(NATGATEWAY_ID)})"],
        NATGATEWAY_ID,
        "class dnat needs the ID of the NAT gateway here",
    ),
    "ELB133": Relation(
        lambda s: [s.is_dnat, f"!(has({s.spec}.loadBalancerIP) && {s.spec}.loadBalancerIP != '')"],
        field("spec", "loadBalancerIP"),
        Kind.REQUIRED,
        ("class dnat needs the elastic IP here",),
    ),
    "ELB304": forbidden(
        lambda s: [
            s.equals(LB_ALGORITHM, QUIC_CID),
            f"{s.ports}.size() > 0 && !{s.ports}.exists(port, port.protocol == 'UDP')",
        ],
        LB_ALGORITHM,
        "QUIC_CID needs a UDP port in spec.ports",
    ),
    "ELB323": forbidden(
        lambda s: [s.equals(SESSION_AFFINITY_MODE, "SOURCE_IP"), s.equals(LB_ALGORITHM, "SOURCE_IP")],
        SESSION_AFFINITY_MODE,
        "not together with kubernetes.io/elb.lb-algorithm SOURCE_IP",
    ),
    "ELB333": forbidden(
        lambda s: [s.equals(ADAPTIVE_WEIGHT, "true"), s.gives(CUSTOM_BACKEND_WEIGHTS)],
        ADAPTIVE_WEIGHT,
        "not together with kubernetes.io/elb.custom-backend-weights",
    ),
    "ELB346": together(CUSTOM_BACKEND_WEIGHTS, PORT_RANGES),
    "ELB347": together(CUSTOM_BACKEND_WEIGHTS, MULTICLUSTER_WEIGHT),
    "ELB367": forbidden(
        lambda s: [s.equals(ENDPOINTSLICE_USER_MANAGED, "true"), s.equals(ADAPTIVE_WEIGHT, "true")],
        ENDPOINTSLICE_USER_MANAGED,
        "not together with kubernetes.io/elb.adaptive-weight",
    ),
    "ELB368": forbidden(
        lambda s: [s.equals(ENDPOINTSLICE_USER_MANAGED, "true"), s.gives(CUSTOM_BACKEND_WEIGHTS)],
        ENDPOINTSLICE_USER_MANAGED,
        "not together with kubernetes.io/elb.custom-backend-weights",
    ),
    "ELB450": together(HEALTH_CHECK_OPTIONS, HEALTH_CHECK_OPTION),
    **listed("ELB506", _twice, Kind.DUPLICATE, "a port is listed once", position=1),
    **listed(
        "ELB520",
        _no_such_port,
        Kind.INVALID,
        "no such port in spec.ports, which has ",
        *_some_ports(NOW.ports),
    ),
    **listed(
        "ELB521",
        _other_protocol,
        Kind.INVALID,
        "port ",
        Code(f"string({number('{entry}')})"),
        " of spec.ports is ",
        Code(f"{NOW.ports}.filter(port, port.port == {number('{entry}')})[0].protocol"),
        ", and must be TCP",
    ),
    "ELB522": required(
        lambda s: [s.speaks("https", "tls"), f"!({s.gives(CERT_ID)})"],
        CERT_ID,
        "the ",
        *_listener_of("https", "tls"),
        " needs it",
        Code(f"({NOW.gives(TLS_CERTIFICATE_IDS)} ? {_SNI_ONLY} : '')"),
    ),
    "ELB524": forbidden(lambda s: [s.speaks("tls"), s.shared], PROTOCOL_PORT, "a tls listener needs class performance"),
    "ELB525": forbidden(
        lambda s: [s.speaks("quic"), s.shared], PROTOCOL_PORT, "a quic listener needs class performance"
    ),
    "ELB651": Relation(
        lambda s: [s.ours, f"{s.ports}.exists(port, port.protocol == 'SCTP')"],
        field("spec", "ports"),
        Kind.NOT_SUPPORTED,
        ('supported values: "TCP", "UDP"',),
        Code("'SCTP'"),
    ),
    "ELB701": kept(ELB_CLASS, "create another Service"),
    "ELB702": kept(
        ELB_ID,
        "create another Service",
        real=lambda old: [f"{_plain_id(old)}.matches({text(f'^{UUID.pattern}$')})"],
        same=_plain_id,
        beside=_WITHOUT_A_NEW_ONE,
    ),
    "ELB705": kept(EIP_ID, "add kubernetes.io/elb.custom-eip-id"),
    "ELB804": Relation(
        _below_ten,
        KEEPALIVE_TIMEOUT.where,
        Kind.INVALID,
        (
            "must be between 10 and 4000 seconds, for the ",
            Code(f"{_FIRST_LAYER_4}.protocol"),
            " listener of port ",
            Code(f"string({_FIRST_LAYER_4}.port)"),
        ),
        Code(NOW.text(KEEPALIVE_TIMEOUT)),
    ),
    "ELB863": forbidden(
        lambda s: [*_groups(s), f"{s.entries(ACL_ID)}.size() > {MOST}"],
        ACL_ID,
        _COUNT,
        f" IP address groups are listed, and at most {MOST} may be",
    ),
    "ELB866": forbidden(
        lambda s: [*_groups(s), f"{s.entries(ACL_ID)}.size() > 1", s.shared],
        ACL_ID,
        "more than one IP address group ",
        *NEEDS_DEDICATED,
    ),
    "ELB874": required(
        lambda s: [*_groups(s), f"!({s.gives(ACL_STATUS)})"],
        ACL_STATUS,
        'kubernetes.io/elb.acl-id needs it: "on" or "off"',
    ),
    "ELB875": required(
        lambda s: [*_groups(s), f"!({s.gives(ACL_TYPE)})"],
        ACL_TYPE,
        "kubernetes.io/elb.acl-id needs it: white or black",
    ),
    "ELB884": forbidden(
        lambda s: [s.equals(MULTICLUSTER, "true"), f"!({s.gives(ELB_ID)})"],
        MULTICLUSTER,
        "needs an existing load balancer, named by kubernetes.io/elb.id",
    ),
}
_TURBO: Final[dict[str, Relation]] = {
    "ELB324": forbidden(
        lambda s: [s.equals(SESSION_AFFINITY_MODE, "SOURCE_IP"), s.shared],
        SESSION_AFFINITY_MODE,
        "a Turbo cluster has sticky sessions with class performance only",
    ),
    "ELB630": Relation(
        lambda s: [
            s.ours,
            f"has({s.spec}.externalTrafficPolicy) && {s.spec}.externalTrafficPolicy == 'Local'",
            f"!({s.gives(HOST_NETWORK)} && {s.text(HOST_NETWORK)} != 'false')",
        ],
        field("spec", "externalTrafficPolicy"),
        Kind.INVALID,
        ("a Turbo cluster supports only Cluster",),
        Code("'Local'"),
    ),
}


def _nodes(addresses: tuple[str, ...]) -> Relation:
    """An external IP that is one of the nodes' addresses; they are compared as they are written."""

    def broken(service: View) -> list[str]:
        return [
            f"({service.ours} || {service.is_dnat})",
            f"{service.external_ips}.exists(ip, ip in {texts(addresses)})",
        ]

    first = Code(f"{NOW.external_ips}.filter(ip, ip in {texts(addresses)})[0]")
    where = field("spec", "externalIPs")
    return Relation(broken, where, Kind.INVALID, ("is a node's address: under IPVS the node is lost",), first)


def relations(settings: Settings) -> dict[str, Relation]:
    """The relations to judge in the cluster that the settings describe, by rule id."""
    found = dict(_RELATIONS)
    if settings.cluster_type == "turbo":
        found |= _TURBO
    if settings.proxy_mode == "ipvs" and settings.node_ip:
        found["ELB640"] = _nodes(tuple(map(str, settings.node_ip)))
    return found


_TAG: Final = text(r"^[^=]*[^=\s][^=]*=")  # something that is not blank, and the equals sign
# An entry of a list that only code reads, by the key of its annotation.
ENTRIES: Final[dict[str, Callable[[str], str]]] = {
    PROTOCOL_PORT.key: lambda entry: LISTENER.format(entry=entry),
    TAGS.key: lambda entry: f"{entry}.matches({_TAG})",
}
# What a gate is about where that is a function of the value or of the Service, by its rule's id.
USED: Final[dict[str, Broken]] = {
    "ELB504": lambda s: [s.speaks("tls")],
    "ELB505": lambda s: [s.speaks("quic")],
    "ELB803": lambda s: [s.shared],
    "ELB861": lambda s: [f"{s.entries(ACL_ID)}.size() > 1"],
}
# Errors that CEL could see, and why it does not.
LEFT_OUT: Final[dict[str, str]] = {
    "ELB106": "its clusters, v1.11 and earlier, know no policies",
    "ELB901": "the API server says so by itself",
    "ELB920": "it protects the webhook; the policy passes over what is large",
    "ELB921": "variables are written in many ways and stand in JSON too; what no shape allows is refused all the same",
    "ELB951": "parsers keep the last of keys given twice, and the API server sees no other",
}

"""What a load balancer to create must have, by its network and by its class."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from pydantic import MISSING

from rules.annotations.autocreate import AUTOCREATE, Autocreate
from rules.annotations.elb_class import ELB_CLASS, class_of
from rules.annotations.names import SEED_NAME, is_placeholder
from rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from rules.core.facts import Cluster, since
from rules.core.finding import Problem, Severity, forbidden, invalid, required, unsupported
from rules.core.rule import rule
from rules.core.service import Service
from rules.documents import CREATING, HTTP, HTTPS, TABLE_5

_PUBLIC_ONLY: Final = ("bandwidth_name", "bandwidth_chargemode", "bandwidth_size", "bandwidth_sharetype", "eip_type")
_EIP_TYPES: Final = ("5_telcom", "5_union", "5_bgp", "5_sbgp")
_MANDATORY: Final = TABLE_5.quote("Yes for public network load balancers")


def _public(service: Service) -> Autocreate | None:
    lb = service[AUTOCREATE]
    return lb if lb is not None and lb.type == "public" else None


@rule("ELB220", "public-without-bandwidth", _MANDATORY, AUTOCREATE, covers=("S062",))
def public_needs_bandwidth(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A public load balancer says how much bandwidth it buys.

    Fix: add bandwidth_size in Mbit/s, or use type inner.
    """
    lb = _public(service)
    if lb and lb.bandwidth_size is MISSING:
        yield required(AUTOCREATE.at("bandwidth_size"), "a public load balancer needs its bandwidth, 1 to 2000 Mbit/s")


@rule("ELB221", "public-without-share-type", _MANDATORY, AUTOCREATE, covers=("S063",))
def public_needs_a_share_type(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A public load balancer says how its bandwidth is shared.

    Fix: add "bandwidth_sharetype": "PER", or use type inner.
    """
    lb = _public(service)
    if lb and lb.bandwidth_sharetype is MISSING:
        yield required(AUTOCREATE.at("bandwidth_sharetype"), 'a public load balancer needs it: "PER"')


@rule("ELB222", "public-without-eip-type", _MANDATORY, AUTOCREATE, covers=("S064",))
def public_needs_an_eip_type(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A public load balancer says which type of EIP it gets.

    Fix: add eip_type, such as 5_bgp, or use type inner.
    """
    lb = _public(service)
    if lb and lb.eip_type is MISSING:
        yield required(AUTOCREATE.at("eip_type"), 'a public load balancer needs the type of its EIP, such as "5_bgp"')


@rule("ELB223", "public-without-bandwidth-name", _MANDATORY, AUTOCREATE, severity=Severity.WARNING, covers=("S060",))
def public_names_its_bandwidth(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A public load balancer names its bandwidth.

    Why: the table calls the name mandatory and gives a default, cce-bandwidth-******; elbguard fills one in.
    Fix: add bandwidth_name.
    """
    lb = _public(service)
    if lb and lb.bandwidth_name is MISSING and service.name:
        yield required(AUTOCREATE.at("bandwidth_name"), "a public load balancer names its bandwidth")


@rule(
    "ELB224",
    "eip-type-of-another-region",
    TABLE_5.quote("5_telcom, 5_union, 5_bgp, 5_sbgp", "Types vary by region."),
    AUTOCREATE,
    severity=Severity.WARNING,
    covers=("S064",),
)
def eip_types_vary_by_region(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The EIP type is one of those documented.

    Why: types vary by region, and examples show others, so this refuses nothing.
    Fix: use a type that your region offers.
    """
    lb = _public(service)
    if lb and lb.eip_type is not MISSING and lb.eip_type not in _EIP_TYPES:
        yield unsupported(AUTOCREATE.at("eip_type"), lb.eip_type, _EIP_TYPES)


@rule(
    "ELB225",
    "bandwidth-of-a-private-network",
    TABLE_5.quote("inner: private network load balancer; Default value: inner"),
    AUTOCREATE,
    severity=Severity.WARNING,
    covers=("S059",),
)
def private_networks_buy_no_bandwidth(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A private load balancer buys no bandwidth and has no EIP.

    Fix: write "type": "public", or leave the members about bandwidth and EIP out.
    """
    lb = service[AUTOCREATE]
    if lb is None or lb.type == "public":
        return
    for name in _PUBLIC_ONLY:
        if name in lb.model_fields_set:
            yield forbidden(AUTOCREATE.at(name), "ignored unless type is public")


@rule("ELB226", "shared-bandwidth", TABLE_5.quote("PER: dedicated bandwidth"), AUTOCREATE, severity=Severity.WARNING)
def bandwidth_is_not_shared(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """Bandwidth is dedicated: PER.

    Why: WHOLE stands in one edition of 2022 only.
    Fix: write PER.
    """
    lb = service[AUTOCREATE]
    if lb and lb.bandwidth_sharetype == "WHOLE":
        yield unsupported(AUTOCREATE.at("bandwidth_sharetype"), "WHOLE", ("PER",))


@rule(
    "ELB227",
    "name-outside-the-first-edition",
    TABLE_5.quote(
        "must start with a lowercase letter and end with a lowercase letter or digit",
        "That document's own examples break it: off unless --strict-names.",
    ),
    AUTOCREATE,
    severity=Severity.OFF,
    covers=("S058", "S060"),
)
def names_as_the_first_edition_wants(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A name has 1 to 64 lowercase letters, digits and underscores, a letter first and no underscore last.

    Fix: use such a name, or do without --strict-names.
    """
    lb = service[AUTOCREATE]
    for name in ("name", "bandwidth_name"):
        value = getattr(lb, name) if lb else MISSING
        if value is not MISSING and not SEED_NAME.fullmatch(value):
            yield invalid(AUTOCREATE.at(name), value, "must be 1 to 64 of a-z, 0-9 and _, a letter first, no _ last")


@rule(
    "ELB228",
    "name-over-64",
    TABLE_5.quote("1 to 64 characters", "66 were seen to work."),
    AUTOCREATE,
    severity=Severity.WARNING,
    covers=("S058",),
)
def a_name_has_64_characters(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A load balancer's name has at most 64 characters.

    Fix: use a shorter name.
    """
    lb = service[AUTOCREATE]
    if lb and lb.name is not MISSING and len(lb.name) > 64:
        yield invalid(AUTOCREATE.at("name"), f"{lb.name[:20]}...", f"has {len(lb.name)} characters, 64 are documented")


@rule(
    "ELB229",
    "placeholder",
    TABLE_5.quote("Name of the load balancer that is automatically created."),
    AUTOCREATE,
    severity=Severity.WARNING,
)
def placeholders_are_replaced(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A placeholder of the documents, such as ***** or <your_name>, is replaced by a value.

    Fix: write the value.
    """
    lb = service[AUTOCREATE]
    for name in ("name", "bandwidth_name", "vip_subnet_cidr_id", "vip_address"):
        value = getattr(lb, name) if lb else MISSING
        if value is not MISSING and is_placeholder(value):
            yield invalid(AUTOCREATE.at(name), value, "is a placeholder: write the value")


@rule("ELB230", "vip-address-not-ipv4", CREATING.quote("vip_address: only IPv4 addresses"), AUTOCREATE)
def the_private_address_is_ipv4(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The private address of a load balancer is an IPv4 address.

    Fix: write an address of the load balancer's subnet, such as 10.0.0.10.
    """
    lb = service[AUTOCREATE]
    if lb is None or lb.vip_address is MISSING or is_placeholder(lb.vip_address) or "*" in lb.vip_address:
        return
    try:
        IPv4Address(lb.vip_address)
    except AddressValueError:
        yield invalid(AUTOCREATE.at("vip_address"), lb.vip_address, "must be an IPv4 address, such as 10.0.0.10")


def _dedicated(service: Service) -> Autocreate | None:
    lb = service[AUTOCREATE]
    return lb if lb is not None and class_of(service) == "performance" else None


@rule(
    "ELB231",
    "dedicated-without-zone",
    TABLE_5.quote("available_zone: Yes. AZ where the load balancer is located."),
    AUTOCREATE,
    covers=("S066",),
)
def dedicated_needs_a_zone(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A dedicated load balancer says in which availability zones it is created.

    Fix: add available_zone, such as ["cn-south-2b"].
    """
    lb = _dedicated(service)
    if lb and (lb.available_zone is MISSING or not lb.available_zone):
        yield required(AUTOCREATE.at("available_zone"), 'class performance needs its zones, such as ["cn-south-2b"]')


@rule(
    "ELB232",
    "empty-zone",
    TABLE_5.quote("AZ where the load balancer is located."),
    AUTOCREATE,
    severity=Severity.WARNING,
    covers=("S066",),
)
def a_zone_has_a_code(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """An availability zone is named by its code.

    Why: documents print [""] where they leave the zone to the reader.
    Fix: write the zone's code.
    """
    lb = service[AUTOCREATE]
    if lb and lb.available_zone is not MISSING and not all(lb.available_zone) and lb.available_zone:
        yield required(AUTOCREATE.at("available_zone", lb.available_zone.index("")), "is empty: write the zone's code")


_L7_ALONE: Final = since("v1.19.16-r50", "v1.21.11-r10", "v1.23.9-r10", "v1.25.4-r10", "v1.27.1-r10")


def _only_http(service: Service, listeners: Listeners | None) -> bool:
    """Whether every port has an HTTP, HTTPS or QUIC listener, so that no flavor of layer 4 is used."""
    if not listeners:
        return False
    http = {entry.port for entry in listeners.speak("http", "https", "quic")}
    return all(port.number in http for port in service.ports if port.name != "cce-healthz")


@rule(
    "ELB233",
    "dedicated-without-l4-flavor",
    TABLE_5.quote(
        "l4_flavor_name: Yes. Flavor name of the layer-4 load balancer.",
        "Newer editions ask for it only where a TCP or UDP listener is used.",
    ),
    AUTOCREATE,
    covers=("S009", "S067"),
)
def dedicated_needs_an_l4_flavor(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A dedicated load balancer with a TCP, UDP or TLS listener has a flavor of layer 4.

    Fix: add l4_flavor_name, such as L4_flavor.elb.s1.small.
    """
    lb = _dedicated(service)
    if lb and not _given(lb, "l4_flavor_name", "l4_flavor_id") and not _only_http(service, service[PROTOCOL_PORT]):
        yield required(AUTOCREATE.at("l4_flavor_name"), "class performance with a TCP, UDP or TLS listener needs it")


@rule(
    "ELB234",
    "http-without-l4-flavor-on-old-cluster",
    HTTP.quote("you need to specify the load balancer flavor that supports both the layer-4 and layer-7 routing"),
    AUTOCREATE,
    covers=("S009", "S074"),
)
def older_clusters_need_both_flavors(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A dedicated load balancer with HTTP listeners has flavors of both layers in older clusters.

    Why: one of layer 7 is enough from v1.19.16-r50, v1.21.11-r10, v1.23.9-r10, v1.25.4-r10 and v1.27.1-r10 on.
    Fix: add l4_flavor_name, such as L4_flavor.elb.s1.small.
    """
    lb = _dedicated(service)
    if not lb or _given(lb, "l4_flavor_name", "l4_flavor_id") or not _only_http(service, service[PROTOCOL_PORT]):
        return
    if not _L7_ALONE.met(cluster.version):
        yield required(AUTOCREATE.at("l4_flavor_name"), f"{cluster.version} needs flavors of layer 4 and 7 for HTTP")


@rule(
    "ELB235",
    "http-without-l7-flavor",
    HTTP.quote("specify the load balancer flavor that supports both the layer-4 and layer-7 routing"),
    AUTOCREATE,
    covers=("S010", "S068", "S074"),
)
def http_needs_an_l7_flavor(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A dedicated load balancer with an HTTP or HTTPS listener has a flavor of layer 7.

    Fix: add l7_flavor_name, such as L7_flavor.elb.s2.small.
    """
    lb, listeners = _dedicated(service), service[PROTOCOL_PORT]
    if (
        lb
        and listeners
        and listeners.speak("http", "https", "quic")
        and not _given(lb, "l7_flavor_name", "l7_flavor_id")
    ):
        yield required(AUTOCREATE.at("l7_flavor_name"), "class performance with an HTTP listener needs it")


def _given(lb: Autocreate, *names: str) -> bool:
    return any(name in lb.model_fields_set for name in names)


@rule(
    "ELB236",
    "dedicated-member-of-a-shared-load-balancer",
    TABLE_5.quote("This parameter is available only for dedicated load balancers."),
    AUTOCREATE,
    severity=Severity.WARNING,
    covers=("S066", "S067", "S068", "S069"),
)
def shared_has_no_zones_or_flavors(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A shared load balancer has no zones, flavors, backend subnets or IPv6 subnet.

    Fix: write kubernetes.io/elb.class performance, or leave the member out.
    """
    lb = service[AUTOCREATE]
    if lb is None or class_of(service) != "union":
        return
    hint = "" if ELB_CLASS in service else " (elb.class is not written)"
    for name in lb.dedicated_members:
        yield forbidden(AUTOCREATE.at(name), f"ignored unless elb.class is performance{hint}")


@rule(
    "ELB237",
    "http-with-l7-flavor-alone",
    HTTPS.quote("l4_flavor_name: mandatory when TCP or UDP is used"),
    AUTOCREATE,
    severity=Severity.WARNING,
    covers=("S074",),
)
def the_first_edition_wants_both_flavors(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A dedicated load balancer with HTTP listeners has flavors of both layers, says the older document.

    Why: newer clusters do without one of layer 4; this is said only where the cluster's version is not known.
    Fix: add l4_flavor_name, or tell elbguard the cluster's version.
    """
    lb = _dedicated(service)
    if not lb or _given(lb, "l4_flavor_name", "l4_flavor_id") or not _only_http(service, service[PROTOCOL_PORT]):
        return
    if not cluster.knows("version"):
        yield required(AUTOCREATE.at("l4_flavor_name"), "older clusters need flavors of layer 4 and 7 for HTTP")

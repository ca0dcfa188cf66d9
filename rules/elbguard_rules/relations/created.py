"""What a load balancer to create must have, by its network: public or private."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from pydantic import MISSING

from elbguard_rules.annotations.autocreate import AUTOCREATE, Autocreate
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster, in_otc, outside_otc
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid, required, unsupported
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, CREATING, TABLE_5
from elbguard_rules.vocabulary.made_names import is_placeholder

_PUBLIC_ONLY: Final = ("bandwidth_name", "bandwidth_chargemode", "bandwidth_size", "bandwidth_sharetype", "eip_type")
_EIP_TYPES: Final = ("5_telcom", "5_union", "5_bgp", "5_sbgp")
_EIP_TYPES_OF_OTC: Final = ("5_bgp", "5_mailbgp", "5_gray")
_MANDATORY: Final = TABLE_5.quote("Yes for public network load balancers")


def _public(service: Service) -> Autocreate | None:
    lb = service[AUTOCREATE]
    return lb if lb is not None and lb.type == "public" else None


@rule(
    "ELB220",
    "public-without-bandwidth",
    "A public load balancer says how much bandwidth it buys.",
    _MANDATORY,
    AUTOCREATE.having("type"),
    fix="Add bandwidth_size in Mbit/s, or use type inner.",
    covers=("S062",),
    unless=(AUTOCREATE.having("bandwidth_size"),),
)
def public_needs_bandwidth(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _public(service)
    if lb and lb.bandwidth_size is MISSING:
        yield required(AUTOCREATE.at("bandwidth_size"), "a public load balancer needs its bandwidth, 1 to 2000 Mbit/s")


@rule(
    "ELB221",
    "public-without-share-type",
    "A public load balancer says how its bandwidth is shared.",
    _MANDATORY,
    AUTOCREATE.having("type"),
    fix='Add "bandwidth_sharetype": "PER", or use type inner.',
    covers=("S063",),
    unless=(AUTOCREATE.having("bandwidth_sharetype"),),
)
def public_needs_a_share_type(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _public(service)
    if lb and lb.bandwidth_sharetype is MISSING:
        yield required(AUTOCREATE.at("bandwidth_sharetype"), 'a public load balancer needs it: "PER"')


@rule(
    "ELB222",
    "public-without-eip-type",
    "A public load balancer says which type of EIP it gets.",
    _MANDATORY,
    AUTOCREATE.having("type"),
    fix="Add eip_type, such as 5_bgp, or use type inner.",
    covers=("S064",),
    unless=(AUTOCREATE.having("eip_type"),),
)
def public_needs_an_eip_type(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _public(service)
    if lb and lb.eip_type is MISSING:
        yield required(AUTOCREATE.at("eip_type"), 'a public load balancer needs the type of its EIP, such as "5_bgp"')


@rule(
    "ELB224",
    "eip-type-of-another-region",
    "The EIP type is a documented one; with profile otc, one of Open Telekom Cloud's.",
    TABLE_5.quote(
        "5_telcom, 5_union, 5_bgp, 5_sbgp",
        "Types vary by region. Open Telekom Cloud's table has 5_bgp only, its EIP API 5_mailbgp and 5_gray too.",
    ),
    AUTOCREATE.having("eip_type"),
    fix="Use a type that your region offers.",
    why="types vary by region, and examples show others, so this refuses nothing.",
    severity=Severity.WARNING,
    covers=("S064",),
)
def eip_types_vary_by_region(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _public(service)
    if lb is None or lb.eip_type is MISSING:
        return
    known, hint = (_EIP_TYPES_OF_OTC, "Open Telekom Cloud has no others") if in_otc(cluster) else (_EIP_TYPES, "")
    if lb.eip_type not in known:
        yield unsupported(AUTOCREATE.at("eip_type"), lb.eip_type, known, hint, meant=nearest(lb.eip_type, known) or "")


@rule(
    "ELB225",
    "bandwidth-of-a-private-network",
    "A private load balancer buys no bandwidth and has no EIP.",
    TABLE_5.quote("inner: private network load balancer; Default value: inner"),
    AUTOCREATE.having(*_PUBLIC_ONLY),
    fix='Write "type": "public", or leave the members about bandwidth and EIP out.',
    severity=Severity.WARNING,
    covers=("S059",),
)
def private_networks_buy_no_bandwidth(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if lb is None or lb.type == "public":
        return
    for name in _PUBLIC_ONLY:
        if name in lb.model_fields_set:
            yield forbidden(AUTOCREATE.at(name), "ignored unless type is public")


@rule(
    "ELB226",
    "shared-bandwidth",
    "Bandwidth is dedicated: PER.",
    TABLE_5.quote("PER: dedicated bandwidth"),
    AUTOCREATE.having("bandwidth_sharetype"),
    fix="Write PER.",
    why="WHOLE stands in one edition of 2022 only.",
    severity=Severity.WARNING,
)
def bandwidth_is_not_shared(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if lb and lb.bandwidth_sharetype == "WHOLE":
        yield unsupported(AUTOCREATE.at("bandwidth_sharetype"), "WHOLE", ("PER",))


@rule(
    "ELB230",
    "vip-address-not-ipv4",
    "The private address of a load balancer is an IPv4 address.",
    CREATING.quote("vip_address: only IPv4 addresses"),
    AUTOCREATE.having("vip_address"),
    fix="Write an address of the load balancer's subnet, such as 10.0.0.10.",
)
def the_private_address_is_ipv4(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if lb is None or lb.vip_address is MISSING or is_placeholder(lb.vip_address) or "*" in lb.vip_address:
        return
    try:
        IPv4Address(lb.vip_address)
    except AddressValueError:
        yield invalid(AUTOCREATE.at("vip_address"), lb.vip_address, "must be an IPv4 address, such as 10.0.0.10")


@rule(
    "ELB244",
    "bandwidth-between-steps",
    "Bandwidth over 300 Mbit/s is a multiple of 50, over 1000 Mbit/s a multiple of 500.",
    ADVANCED.quote("1 Mbit/s up to 300, 50 Mbit/s up to 1000, 500 Mbit/s above", "Other documents have no steps."),
    AUTOCREATE.having("bandwidth_size"),
    fix="Write one of the two values named.",
    severity=Severity.WARNING,
)
def bandwidth_goes_in_steps(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _public(service)
    size = lb.bandwidth_size if lb else MISSING
    if size is MISSING or size <= 300:
        return
    step = 50 if size <= 1000 else 500
    if below := size % step:
        detail = f"goes in steps of {step} Mbit/s here: {size - below} or {size - below + step}"
        yield invalid(AUTOCREATE.at("bandwidth_size"), size, detail)


@rule(
    "ELB245",
    "billed-by-bandwidth-in-otc",
    "Bandwidth is billed by traffic in Open Telekom Cloud.",
    ADVANCED.quote(
        "bandwidth_chargemode: traffic: billed by traffic", "An example of the same cloud has bandwidth (cce_10_0924)."
    ),
    AUTOCREATE.having("bandwidth_chargemode"),
    fix='Write "bandwidth_chargemode": "traffic".',
    why="its table has no other value. One of its examples has, so this refuses nothing.",
    severity=Severity.WARNING,
    silent_in=outside_otc,
)
def otc_bills_by_traffic(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _public(service)
    if lb and lb.bandwidth_chargemode == "bandwidth":
        hint = "Open Telekom Cloud has no other"
        yield unsupported(AUTOCREATE.at("bandwidth_chargemode"), "bandwidth", ("traffic",), hint)

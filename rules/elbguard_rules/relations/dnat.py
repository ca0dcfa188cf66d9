"""Class dnat: what a Service needs that a NAT gateway serves, and what belongs to load balancers only."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from elbguard_rules import annotations
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.annotations.natgateway_id import NATGATEWAY_ID
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import LOAD_BALANCERS, Scope, rule
from elbguard_rules.core.discover import declared_in
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, forbidden, invalid, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import DNAT
from elbguard_rules.vocabulary.made_names import is_placeholder

_FEATURE: Final = "elb."  # in the name of a key behind its prefix: of load balancers
_OF_LOAD_BALANCERS: Final = tuple(
    owner
    for owner in declared_in(annotations, Annotation)
    if owner.key.partition("/")[2].startswith(_FEATURE) and owner is not ELB_CLASS and owner.tier is not Tier.PLATFORM
)


@rule(
    "ELB131",
    "nat-gateway-without-dnat",
    "A NAT gateway serves a Service of class dnat.",
    DNAT.quote("kubernetes.io/elb.class: dnat, kubernetes.io/natgateway.id"),
    fix="Write kubernetes.io/elb.class dnat, or remove the annotation.",
    severity=Severity.WARNING,
    always=True,  # where nothing else is ours no annotation is read
    scopes=LOAD_BALANCERS,
)
def a_nat_gateway_wants_its_class(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if NATGATEWAY_ID in service:
        yield forbidden(NATGATEWAY_ID.where, "has no effect without kubernetes.io/elb.class dnat")


@rule(
    "ELB132",
    "dnat-without-nat-gateway",
    "A Service of class dnat names the NAT gateway.",
    DNAT.quote("kubernetes.io/natgateway.id: the ID of the NAT gateway"),
    fix="Add kubernetes.io/natgateway.id with the ID of the NAT gateway, from its page in the NAT Gateway console.",
    always=True,
    scopes=(Scope.DNAT,),
)
def a_nat_gateway_is_named(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if NATGATEWAY_ID not in service:
        yield required(NATGATEWAY_ID.where, "class dnat needs the ID of the NAT gateway here")


@rule(
    "ELB133",
    "dnat-without-address",
    "A Service of class dnat names the elastic IP that it is reached at.",
    DNAT.quote("loadBalancerIP: the elastic IP address"),
    fix="Add spec.loadBalancerIP with the elastic IP.",
    always=True,
    scopes=(Scope.DNAT,),
)
def an_elastic_ip_is_named(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not service.spec.get("loadBalancerIP"):
        yield required(field("spec", "loadBalancerIP"), "class dnat needs the elastic IP here")


@rule(
    "ELB134",
    "load-balancer-key-beside-dnat",
    "Beside class dnat stands nothing that belongs to load balancers.",
    DNAT.quote("kubernetes.io/elb.class: dnat", "A DNAT rule has neither a load balancer nor a listener."),
    fix="Remove the annotation, or write class union or performance for a load balancer.",
    severity=Severity.WARNING,
    always=True,
    scopes=(Scope.DNAT,),
)
def a_nat_gateway_is_no_load_balancer(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for owner in _OF_LOAD_BALANCERS:
        if owner in service:
            yield forbidden(owner.where, "has no effect with class dnat, which makes no load balancer")


@rule(
    "ELB135",
    "dnat-address-not-an-address",
    "The elastic IP of a Service of class dnat is an IP address.",
    DNAT.quote("loadBalancerIP: the elastic IP address"),
    "loadBalancerIP",
    fix="Write the address of the elastic IP, such as 203.0.113.10.",
    severity=Severity.WARNING,
    scopes=(Scope.DNAT,),
)
def the_elastic_ip_is_an_address(service: Service, cluster: Cluster) -> Iterator[Problem]:
    text = service.spec.get("loadBalancerIP")
    if not isinstance(text, str) or not text:
        return
    try:
        ip_address(text)
    except ValueError:
        detail = "is a placeholder: write the" if is_placeholder(text) else "must be the"
        yield invalid(field("spec", "loadBalancerIP"), text, f"{detail} elastic IP, such as 203.0.113.10")

"""kubernetes.io/elb.ip: an existing load balancer by its address."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import CLOUD_FILLS_IN, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import REFERENCE
from elbguard_rules.vocabulary.made_names import is_placeholder

ELB_IP: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.ip",
    Text(),
    purpose="an existing load balancer by its address",
    about=Subject.WHICH,
    tier=Tier.DOCUMENTED,
    after_create="fixed",
    facts=(
        fact("It is the private IPv4 address or the EIP of an existing load balancer.", REFERENCE, "ELB114"),
        fact("CCE finds the load balancer and writes its elb.id.", REFERENCE, because=CLOUD_FILLS_IN),
    ),
)


@rule(
    "ELB114",
    "load-balancer-ip-not-an-address",
    "An existing load balancer is found by an IP address: its private one or its EIP.",
    REFERENCE.quote("the private IP address or the EIP of an existing load balancer", "CCE looks its ID up."),
    ELB_IP,
    fix="Write the address, such as 192.168.0.15, or name the load balancer by kubernetes.io/elb.id.",
    severity=Severity.WARNING,
)
def the_address_is_one(service: Service, cluster: Cluster) -> Iterator[Problem]:
    text = service[ELB_IP]
    if not text:
        return
    try:
        ip_address(text)
    except ValueError:
        detail = "is a placeholder: write the address" if is_placeholder(text) else "must be the address"
        yield invalid(ELB_IP.where, text, f"{detail} of the load balancer, such as 192.168.0.15")

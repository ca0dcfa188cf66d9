"""kubernetes.io/elb.id: an existing load balancer."""

import re
from collections.abc import Iterator
from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import ALLOWS, CLOUD_ONLY, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, invalid
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Length
from elbguard_rules.documents import ADVANCED, CREATED, CREATING, HTTPS, NOTES, OBSERVED, TABLE_1

UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def is_uuid(text: str) -> bool:
    """Whether the text has the form of the IDs of load balancers, EIPs and IP address groups."""
    return UUID.fullmatch(text) is not None


def same_id(one: str, other: str) -> bool:
    """Whether two texts are the same ID, however they are written: capitals and blanks do not count."""
    return _plain(one) == _plain(other)


def was_never_an_id(text: str) -> bool:
    """Whether a text is neither an ID nor one in capitals or with blanks: a name, an address, a placeholder."""
    return not is_uuid(_plain(text))


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _may_be_an_id(text: str) -> bool:
    return not was_never_an_id(text)


ELB_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.id",
    Length(1, 100),
    Rule(
        "ELB103",
        "id-too-long",
        "The ID of a load balancer has 1 to 100 characters.",
        TABLE_1.quote("This parameter indicates the ID of a load balancer. The value can contain 1 to 100 characters."),
        "Copy the ID from the load balancer's Summary tab on the ELB console.",
        covers=("S034",),
    ),
    purpose="an existing load balancer",
    about=Subject.WHICH,
    tier=Tier.CORE,
    after_create="kept",
    keeps=_may_be_an_id,
    facts=(
        fact("All real IDs are UUIDs, and CCE's own webhook refuses others.", OBSERVED, "ELB104"),
        fact("A Service names an existing load balancer, or one to create.", CREATED, "ELB110", "ELB112"),
        fact("Once given it stays; a Service without one may get it.", ADVANCED, "ELB702"),
        fact("What never was an ID may become one: there is no load balancer to lose.", OBSERVED, "ELB714"),
        fact("The load balancer is in the VPC of the cluster.", NOTES, because=CLOUD_ONLY),
        fact("Each of its ports is the listener of one Service.", OBSERVED, "ELB930"),
        fact("A listener serves a Service or an Ingress, not both.", HTTPS, "ELB933"),
        fact("It outranks elb.ip and spec.loadBalancerIP.", CREATING, because=ALLOWS),
    ),
)


@rule(
    "ELB104",
    "id-not-uuid",
    "The ID of a load balancer is a UUID.",
    OBSERVED.quote("loadBalancerID[elb-306e] is invalid"),
    ELB_ID,
    fix="Copy the ID from the load balancer's Summary tab on the ELB console.",
    why="CCE's own webhook was seen to refuse other texts; the documents do not say so.",
    severity=Severity.WARNING,
)
def id_is_uuid(service: Service, cluster: Cluster) -> Iterator[Problem]:
    elb_id = service[ELB_ID]
    if elb_id and not is_uuid(elb_id):
        is_like = (
            "a load balancer's ID is a UUID" if was_never_an_id(elb_id) else "must be in small letters without blanks"
        )
        yield invalid(ELB_ID.where, elb_id, f"{is_like}, such as 5083f225-9bf8-48fa-9c8b-67bd9693c4c0")

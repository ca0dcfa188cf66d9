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
from elbguard_rules.documents import ADVANCED, CREATED, CREATING, NOTES, OBSERVED, TABLE_1

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

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
    facts=(
        fact("All real IDs are UUIDs, and CCE's own webhook refuses others.", OBSERVED, "ELB104"),
        fact("A Service names an existing load balancer, or one to create.", CREATED, "ELB110", "ELB112"),
        fact("Once given it stays; a Service without one may get it.", ADVANCED, "ELB702"),
        fact("The load balancer is in the VPC of the cluster.", NOTES, because=CLOUD_ONLY),
        fact("It outranks elb.ip and spec.loadBalancerIP.", CREATING, because=ALLOWS),
    ),
)


def is_uuid(text: str) -> bool:
    """Whether the text has the form of the IDs of load balancers, EIPs and IP address groups."""
    return _UUID.fullmatch(text) is not None


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
        yield invalid(
            ELB_ID.where, elb_id, "a load balancer's ID is a UUID, such as 5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
        )

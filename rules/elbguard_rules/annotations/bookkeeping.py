"""What CCE itself notes on a Service: elb.eip-id, elb.custom-eip-status, elb.listener-port and others.

People leave it alone; an update that merely omits it gets it back.
"""

from typing import Annotated, ClassVar, Final

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import CLUSTERS, EIP, OBSERVED

EIP_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.eip-id",
    Text(),
    purpose="the EIP that CCE created, as CCE notes it",
    about=Subject.ADDRESS,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(
        fact("CCE writes it, and a user neither changes nor removes it.", EIP, "ELB705"),
        fact(
            "Printed manifests of live Services contain it.",
            EIP,
            because="A Service created from such a manifest is not blamed.",
        ),
    ),
)

_NOTED: Final = Rule(
    "ELB130",
    "malformed-custom-eip-status",
    "CCE notes ID and address of a custom EIP as texts in a JSON object.",
    EIP.quote(
        'kubernetes.io/elb.custom-eip-status: {"id": "...", "public_ip_address": "..."}',
        "Nobody else writes it, so nobody is blamed for it unless an operator wants to know.",
    ),
    "Leave the annotation to CCE.",
    Severity.OFF,
)


class CustomEipStatus(JsonValue):
    """The members of the JSON object."""

    is_complete: ClassVar[bool] = False

    id: Annotated[str | MISSING, _NOTED] = MISSING
    public_ip_address: Annotated[str | MISSING, _NOTED] = MISSING


CUSTOM_EIP_STATUS: Final[Annotation[CustomEipStatus]] = Annotation(
    "kubernetes.io/elb.custom-eip-status",
    Object(CustomEipStatus),
    _NOTED,
    purpose="ID and address of a custom EIP in use, as CCE notes them",
    about=Subject.ADDRESS,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(fact("CCE writes it after the EIP was replaced.", EIP, "ELB712"),),
)

LISTENER_PORT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.listener-port",
    Text(),
    purpose="listeners that several clusters share, as CCE notes them",
    about=Subject.SEVERAL,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(fact("CCE writes it, and users leave it alone.", CLUSTERS, "ELB136", "ELB712"),),
)

LISTENER_PORT_RANGES: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.listener-port-ranges-auto-generated",
    Text(),
    purpose="shared port ranges, as CCE notes them",
    about=Subject.SEVERAL,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(fact("CCE writes it, and users leave it alone.", CLUSTERS, "ELB136", "ELB712"),),
)

MARK: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.mark",
    Text(),
    purpose="how often the controller tried again, as CCE counts it",
    about=Subject.BOOKKEEPING,
    tier=Tier.PLATFORM,
    after_create="kept",
    facts=(fact("CCE counts its retries in it, and users leave it alone.", OBSERVED, "ELB136", "ELB712"),),
)

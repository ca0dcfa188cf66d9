"""kubernetes.io/elb.custom-eip-status: ID and address of a custom EIP in use, as CCE notes them.

CCE writes it; an update that merely omits it gets it back.
"""

from typing import Annotated, ClassVar, Final

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import EIP

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

"""kubernetes.io/elb.acl-status: whether access control is on."""

from typing import Final

from elbguard_rules.annotations.acl_id import ACCESS_LISTS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.fact import ALLOWS, Subject, Tier, fact
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ACCESS

ACL_STATUS: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.acl-status",
    Choice(
        "on",
        "true",
        "off",
        "false",
        hints={
            "yes": "on",
            "enable": "on",
            "enabled": "on",
            "no": "off",
            "disable": "off",
            "disabled": "off",
        },
    ),
    Rule(
        "ELB870",
        "unknown-access-control-status",
        "Access control is on or off.",
        ACCESS.quote("on or true: access control is enabled; off or false: it is disabled"),
        'Write "on" or "off", in quotes and lower case.',
    ),
    purpose="whether access control is on",
    about=Subject.LISTS,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB871",
            "access-control-status-on-old-cluster",
            ACCESS.quote("v1.23.12-r0, v1.25.7-r0, v1.27.4-r0, v1.28.2-r0, or later"),
            ACCESS_LISTS,
            what="Access control can be switched",
            fix="Set access control on the ELB console, or upgrade the cluster.",
        ),
    ),
    facts=(
        fact("Without elb.acl-id it has no effect.", ACCESS, "ELB876"),
        fact("It goes when elb.acl-id goes, which is warned about.", ACCESS, because=ALLOWS),
    ),
)

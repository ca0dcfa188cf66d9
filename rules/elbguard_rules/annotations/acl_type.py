"""kubernetes.io/elb.acl-type: whether the IP address groups are trusted or blocked."""

from typing import Final

from elbguard_rules.annotations.acl_id import ACCESS_LISTS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.fact import ALLOWS, Subject, Tier, fact
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ACCESS

ACL_TYPE: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.acl-type",
    Choice(
        "black",
        "white",
        hints={
            "blacklist": "black",
            "blocklist": "black",
            "block": "black",
            "deny": "black",
            "whitelist": "white",
            "trustlist": "white",
            "trust": "white",
            "allow": "white",
        },
    ),
    Rule(
        "ELB872",
        "unknown-access-list-type",
        "An access list blocks its addresses, black, or lets nobody else in, white.",
        ACCESS.quote("black: blocklist; white: trustlist"),
        "Write black to block the addresses of the IP address groups, white to let only them in.",
    ),
    purpose="whether the IP address groups are trusted or blocked",
    about=Subject.LISTS,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB873",
            "access-list-type-on-old-cluster",
            ACCESS.quote("v1.23.12-r0, v1.25.7-r0, v1.27.4-r0, v1.28.2-r0, or later"),
            ACCESS_LISTS,
            what="The type of access lists can be chosen",
            fix="Set access control on the ELB console, or upgrade the cluster.",
        ),
    ),
    facts=(
        fact("Without elb.acl-id it has no effect.", ACCESS, "ELB876"),
        fact("It goes when elb.acl-id goes, which is warned about.", ACCESS, because=ALLOWS),
    ),
)

"""kubernetes.io/elb.member_timeout: how long the load balancer waits for a backend's response."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import HOW_IT_WORKS, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import listener
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Whole
from elbguard_rules.documents import ADVANCED, TIMEOUTS

MEMBER_TIMEOUT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.member_timeout",
    Whole(1, 300, "seconds"),
    Rule(
        "ELB809",
        "member-timeout-out-of-range",
        "The load balancer waits 1 to 300 seconds for a backend's response.",
        ADVANCED.quote("Value range: 1 to 300. Default value: 60"),
        'Write the seconds in digits and quotes, such as "60".',
    ),
    purpose="how long the load balancer waits for a backend's response",
    about=Subject.TRAFFIC,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    reset="60",
    gates=(
        introduced(
            "ELB810",
            "member-timeout-on-old-cluster",
            TIMEOUTS,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="The timeout of backends' responses can be set",
        ),
    ),
    needs=(
        listener(
            "ELB811",
            "member-timeout-without-http",
            TIMEOUTS.quote("member_timeout: HTTP and HTTPS listeners"),
            "http",
            "https",
            says="The timeout of backends' responses is for HTTP and HTTPS listeners.",
        ),
    ),
    facts=(
        fact("It is 1 to 300 seconds.", TIMEOUTS, "ELB809"),
        fact("A backend that takes longer is answered for with 504.", TIMEOUTS, because=HOW_IT_WORKS),
    ),
)

"""kubernetes.io/elb.member_timeout: how long the load balancer waits for a backend's response."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import Gate
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
    gates=(
        Gate(
            Rule(
                "ELB810",
                "member-timeout-on-old-cluster",
                "The timeout of backends' responses can be set in clusters of the releases listed and later.",
                TIMEOUTS.quote("v1.23.13-r0, v1.25.8-r0, v1.27.5-r0, v1.28.3-r0, or later"),
                "Leave the annotation out, or upgrade the cluster.",
            ),
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
        ),
    ),
)

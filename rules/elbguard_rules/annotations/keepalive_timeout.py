"""kubernetes.io/elb.keepalive_timeout: how long an idle connection of a client is kept."""

from typing import Final

from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import CLOUD_FILLS_IN, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Whole
from elbguard_rules.documents import ADVANCED, TIMEOUTS


def _is_shared(service: Service) -> bool:
    """The load balancer is shared."""
    return class_of(service) == "union"


_SINCE: Final = since("v1.19.16-r30", "v1.21.10-r10", "v1.23.8-r10", "v1.25.3-r10")

KEEPALIVE_TIMEOUT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.keepalive_timeout",
    Whole(0, 4000, "seconds"),
    Rule(
        "ELB801",
        "keepalive-timeout-out-of-range",
        "An idle connection is kept for 0 to 4000 seconds.",
        ADVANCED.quote(
            "TCP and UDP: 10 to 4000; HTTP and HTTPS: 0 to 4000", "A TCP or UDP listener narrows it: ELB804."
        ),
        'Write the seconds in digits and quotes, such as "300".',
    ),
    purpose="how long an idle connection of a client is kept",
    about=Subject.TRAFFIC,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    gates=(
        introduced(
            "ELB802",
            "keepalive-timeout-on-old-cluster",
            TIMEOUTS.quote("dedicated: v1.19.16-r30, v1.21.10-r10, v1.23.8-r10, v1.25.3-r10, or later"),
            _SINCE,
            what="The timeout of idle connections can be set",
        ),
        introduced(
            "ELB803",
            "keepalive-timeout-of-shared-on-old-cluster",
            TIMEOUTS.quote("shared: v1.23.13-r0, v1.25.8-r0, v1.27.5-r0, v1.28.3-r0, or later"),
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="The timeout of idle connections to a shared load balancer can be set",
            fix="Leave the annotation out, use class performance, or upgrade the cluster.",
            feature="elb.keepalive_timeout on a shared load balancer",
            when=_is_shared,
            lower=_SINCE,
        ),
    ),
    facts=(
        fact("It is a whole number of seconds, 4000 at most.", TIMEOUTS, "ELB801"),
        fact("A TCP or UDP listener wants 10 seconds at least.", TIMEOUTS, "ELB804"),
        fact("UDP listeners of shared load balancers have no such timeout.", TIMEOUTS, "ELB805"),
        fact("Its default is 300 seconds, 60 for HTTP.", TIMEOUTS, because=CLOUD_FILLS_IN),
    ),
)

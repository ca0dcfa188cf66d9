"""kubernetes.io/elb.client_timeout: how long the load balancer waits for a client's request."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import listener
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Whole
from elbguard_rules.documents import ADVANCED, TIMEOUTS

CLIENT_TIMEOUT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.client_timeout",
    Whole(1, 300, "seconds"),
    Rule(
        "ELB806",
        "client-timeout-out-of-range",
        "The load balancer waits 1 to 300 seconds for a client's request.",
        ADVANCED.quote("Value range: 1 to 300. Default value: 60"),
        'Write the seconds in digits and quotes, such as "60".',
    ),
    purpose="how long the load balancer waits for a client's request",
    about=Subject.TRAFFIC,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    reset="60",
    gates=(
        introduced(
            "ELB807",
            "client-timeout-on-old-cluster",
            TIMEOUTS,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="The timeout of clients' requests can be set",
        ),
    ),
    needs=(
        listener(
            "ELB808",
            "client-timeout-without-http",
            TIMEOUTS.quote("client_timeout: HTTP and HTTPS listeners"),
            "http",
            "https",
            says="The timeout of clients' requests is for HTTP and HTTPS listeners.",
        ),
    ),
    facts=(fact("It is 1 to 300 seconds.", TIMEOUTS, "ELB806"),),
)

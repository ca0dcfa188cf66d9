"""kubernetes.io/elb.x-forwarded-port: whether backends get the listener's port in the header X-Forwarded-Port."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated, listener
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import FORWARDED

X_FORWARDED_PORT: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.x-forwarded-port",
    Switch(),
    Rule(
        "ELB818",
        "unknown-forwarded-port-switch",
        "The header X-Forwarded-Port is on or off: true or false.",
        FORWARDED.quote("kubernetes.io/elb.x-forwarded-port: true or false"),
        'Write "true" or "false", in quotes.',
    ),
    purpose="whether backends get the listener's port in the header X-Forwarded-Port",
    about=Subject.TRAFFIC,
    tier=Tier.NEW,
    clouds=("huawei",),
    after_create="lasting",
    reset="false",
    gates=(
        introduced(
            "ELB819",
            "forwarded-port-on-old-cluster",
            FORWARDED,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="The header X-Forwarded-Port exists",
        ),
    ),
    needs=(
        dedicated(
            "ELB820",
            "forwarded-port-on-a-shared-load-balancer",
            FORWARDED,
            says="The header X-Forwarded-Port needs a dedicated load balancer.",
        ),
        listener(
            "ELB821",
            "forwarded-port-without-http",
            FORWARDED,
            "http",
            "https",
            says="The header X-Forwarded-Port is set by HTTP and HTTPS listeners.",
        ),
    ),
)

"""kubernetes.io/elb.x-forwarded-for-port: whether backends get the client's port in the header X-Forwarded-For-Port."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated, listener
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import FORWARDED, QUIC

X_FORWARDED_FOR_PORT: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.x-forwarded-for-port",
    Switch(),
    Rule(
        "ELB822",
        "unknown-forwarded-for-port-switch",
        "The header X-Forwarded-For-Port is on or off: true or false.",
        FORWARDED.quote("kubernetes.io/elb.x-forwarded-for-port: true or false"),
        'Write "true" or "false", in quotes.',
    ),
    purpose="whether backends get the client's port in the header X-Forwarded-For-Port",
    about=Subject.TRAFFIC,
    tier=Tier.NEW,
    clouds=("huawei",),
    after_create="lasting",
    reset="false",
    gates=(
        introduced(
            "ELB823",
            "forwarded-for-port-on-old-cluster",
            FORWARDED,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="The header X-Forwarded-For-Port exists",
        ),
    ),
    needs=(
        dedicated(
            "ELB824",
            "forwarded-for-port-on-a-shared-load-balancer",
            FORWARDED,
            says="The header X-Forwarded-For-Port needs a dedicated load balancer.",
        ),
        listener(
            "ELB825",
            "forwarded-for-port-without-http",
            FORWARDED,
            "http",
            "https",
            says="The header X-Forwarded-For-Port is set by HTTP and HTTPS listeners.",
        ),
    ),
    facts=(fact("A QUIC listener does not have it.", QUIC, "ELB826"),),
)

"""kubernetes.io/elb.ip-target-enabled: whether backends are registered by their IP addresses."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import CLOUD_ONLY, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import IP_TARGETS

_RELEASES: Final = (
    "v1.25.16-r30",
    "v1.27.16-r30",
    "v1.28.15-r20",
    "v1.29.13-r0",
    "v1.30.10-r0",
    "v1.31.6-r0",
    "v1.32.1-r0",
)

IP_TARGET_ENABLED: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.ip-target-enabled",
    Switch(),
    Rule(
        "ELB361",
        "unknown-ip-target-switch",
        "Backends are registered by their IP addresses or not: true or false.",
        IP_TARGETS.quote("kubernetes.io/elb.ip-target-enabled: 'true'"),
        'Write "true" or "false", in quotes and lower case.',
    ),
    purpose="whether backends are registered by their IP addresses",
    about=Subject.BACKENDS,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB362",
            "ip-targets-on-old-cluster",
            IP_TARGETS,
            since(*_RELEASES),
            what="Backends can be registered by their IP addresses",
        ),
    ),
    needs=(
        dedicated(
            "ELB363",
            "ip-targets-on-a-shared-load-balancer",
            IP_TARGETS.quote("Only dedicated load balancers"),
            says="Backends registered by their IP addresses need a dedicated load balancer.",
        ),
    ),
    facts=(fact("The load balancer has IP addresses as backends switched on.", IP_TARGETS, because=CLOUD_ONLY),),
)

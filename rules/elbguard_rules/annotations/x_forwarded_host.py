"""kubernetes.io/elb.x-forwarded-host: whether backends get the requested host in the header X-Forwarded-Host."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated, listener
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import FORWARDED, OBSERVED

X_FORWARDED_HOST: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.x-forwarded-host",
    Switch(),
    Rule(
        "ELB827",
        "unknown-forwarded-host-switch",
        "The header X-Forwarded-Host is on or off: true or false.",
        FORWARDED.quote("kubernetes.io/elb.x-forwarded-host: true or false"),
        'Write "true" or "false", in quotes.',
    ),
    purpose="whether backends get the requested host in the header X-Forwarded-Host",
    about=Subject.TRAFFIC,
    tier=Tier.NEW,
    clouds=("huawei",),
    after_create="lasting",
    reset="false",
    gates=(
        introduced(
            "ELB828",
            "forwarded-host-on-old-cluster",
            FORWARDED,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="The header X-Forwarded-Host exists",
        ),
    ),
    needs=(
        dedicated(
            "ELB829",
            "forwarded-host-on-a-shared-load-balancer",
            OBSERVED.quote("only performance elb supports it", "CCE's own webhook refuses it."),
            says="The header X-Forwarded-Host needs a dedicated load balancer.",
        ),
        listener(
            "ELB830",
            "forwarded-host-without-http",
            FORWARDED,
            "http",
            "https",
            says="The header X-Forwarded-Host is set by HTTP and HTTPS listeners.",
        ),
    ),
)

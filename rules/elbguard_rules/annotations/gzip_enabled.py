"""kubernetes.io/elb.gzip-enabled: whether responses are compressed."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated, listener
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import COMPRESSION

GZIP_ENABLED: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.gzip-enabled",
    Switch(),
    Rule(
        "ELB833",
        "unknown-gzip-switch",
        "Compression is on or off: true or false.",
        COMPRESSION.quote("kubernetes.io/elb.gzip-enabled: true or false; off by default"),
        'Write "true" or "false", in quotes.',
    ),
    purpose="whether responses are compressed",
    about=Subject.TRAFFIC,
    tier=Tier.NEW,
    clouds=("huawei",),
    after_create="lasting",
    reset="false",
    gates=(
        introduced(
            "ELB834",
            "gzip-on-old-cluster",
            COMPRESSION,
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
            what="Compression exists",
        ),
    ),
    needs=(
        dedicated(
            "ELB835",
            "gzip-on-a-shared-load-balancer",
            COMPRESSION,
            says="Compression needs a dedicated load balancer.",
            severity=Severity.WARNING,
        ),
        listener(
            "ELB836",
            "gzip-without-http",
            COMPRESSION.quote("HTTP and HTTPS listeners", "The document's own example has no elb.protocol-port."),
            "http",
            "https",
            says="Compression is for HTTP and HTTPS listeners.",
        ),
    ),
)

"""kubernetes.io/elb.gzip-enabled: whether responses are compressed."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import Gate
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
    gates=(
        Gate(
            Rule(
                "ELB834",
                "gzip-on-old-cluster",
                "Compression exists in clusters of the releases listed and later.",
                COMPRESSION.quote("v1.23.14-r0, v1.25.9-r0, v1.27.6-r0, v1.28.4-r0, or later"),
                "Leave the annotation out, or upgrade the cluster.",
            ),
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
        ),
    ),
)

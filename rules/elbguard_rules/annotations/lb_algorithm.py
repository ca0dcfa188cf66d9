"""kubernetes.io/elb.lb-algorithm: how requests are spread over the backends."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.default import Default
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import TABLE_1

LB_ALGORITHM: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.lb-algorithm",
    Choice("ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"),
    Rule(
        "ELB301",
        "unknown-algorithm",
        "Requests are spread by ROUND_ROBIN, LEAST_CONNECTIONS or SOURCE_IP.",
        TABLE_1.quote(
            "ROUND_ROBIN: weighted round robin algorithm; LEAST_CONNECTIONS; SOURCE_IP: source IP hash algorithm",
            "An empty text counts as absent.",
        ),
        "Write one of the three algorithms, in capitals.",
        covers=("S021", "S036"),
    ),
    default=Default("ROUND_ROBIN"),
)

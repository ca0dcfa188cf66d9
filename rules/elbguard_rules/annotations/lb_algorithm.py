"""kubernetes.io/elb.lb-algorithm: how requests are spread over the backends."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.default import Default
from elbguard_rules.core.fact import FILLED_IN, Subject, Tier, fact
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ADVANCED, QUIC, TABLE_1

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
    purpose="how requests are spread over the backends",
    about=Subject.SPREADING,
    tier=Tier.CORE,
    default=Default("ROUND_ROBIN"),
    facts=(
        fact("ROUND_ROBIN is the default.", TABLE_1, because=FILLED_IN),
        fact("SOURCE_IP excludes sticky sessions.", ADVANCED, "ELB323"),
        fact("SOURCE_IP makes weights useless.", TABLE_1, "ELB325"),
        fact("QUIC listeners cannot use SOURCE_IP.", QUIC, "ELB560"),
    ),
)

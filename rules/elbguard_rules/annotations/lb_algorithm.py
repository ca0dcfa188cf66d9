"""kubernetes.io/elb.lb-algorithm: how requests are spread over the backends."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.default import Default
from elbguard_rules.core.fact import FILLED_IN, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ADVANCED, QUIC, QUIC_BACKENDS, TABLE_1

QUIC_CID: Final = "QUIC_CID"  # the word of the ELB API


def _by_connection_id(value: str) -> bool:
    return value == QUIC_CID


LB_ALGORITHM: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.lb-algorithm",
    Choice("ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", also=(QUIC_CID,)),
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
    gates=(
        introduced(
            "ELB302",
            "connection-id-on-old-cluster",
            QUIC_BACKENDS.quote(
                "v1.28.15-r80, v1.29.15-r40, v1.30.14-r40, v1.31.14-r0, v1.32.9-r0, v1.33.7-r0, v1.34.2-r0"
            ),
            since(
                "v1.28.15-r80",
                "v1.29.15-r40",
                "v1.30.14-r40",
                "v1.31.14-r0",
                "v1.32.9-r0",
                "v1.33.7-r0",
                "v1.34.2-r0",
            ),
            what="Backends that speak QUIC, chosen by connection ID, exist",
            fix="Use one of the other algorithms, or upgrade the cluster.",
            of=_by_connection_id,
            feature="QUIC_CID",
        ),
    ),
    needs=(
        dedicated(
            "ELB303",
            "connection-id-on-a-shared-load-balancer",
            QUIC_BACKENDS.quote("dedicated load balancers"),
            says="The choice of backends by connection ID needs a dedicated load balancer.",
            used=_by_connection_id,
        ),
    ),
    facts=(
        fact("ROUND_ROBIN is the default.", TABLE_1, because=FILLED_IN),
        fact("SOURCE_IP excludes sticky sessions.", ADVANCED, "ELB323"),
        fact("SOURCE_IP makes weights useless.", TABLE_1, "ELB325"),
        fact(
            "UDP listeners may choose backends that speak QUIC by connection ID.",
            QUIC_BACKENDS,
            "ELB304",
            "ELB305",
        ),
        fact("QUIC listeners cannot use SOURCE_IP.", QUIC, "ELB560"),
    ),
)

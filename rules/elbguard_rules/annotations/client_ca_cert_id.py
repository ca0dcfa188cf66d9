"""kubernetes.io/elb.client-ca-cert-id: the CA whose certificates clients must show (mutual authentication)."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated, listener
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import HTTPS, QUIC

CLIENT_CA_CERT_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.client-ca-cert-id",
    Text(),
    purpose="the CA whose certificates clients must show (mutual authentication)",
    about=Subject.PROTOCOLS,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB536",
            "client-ca-on-old-cluster",
            HTTPS,
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
            what="Clients can be asked for certificates",
        ),
    ),
    needs=(
        dedicated(
            "ELB537",
            "client-ca-on-a-shared-load-balancer",
            HTTPS.quote("mutual authentication: dedicated load balancers only"),
            says="Only a dedicated load balancer asks clients for certificates.",
        ),
        listener(
            "ELB538",
            "client-ca-without-https",
            HTTPS.quote("CA certificate of an HTTPS or TLS listener"),
            "https",
            "tls",
            says="Only HTTPS and TLS listeners ask clients for certificates.",
        ),
    ),
    facts=(fact("A QUIC listener knows no certificates of clients.", QUIC, "ELB539"),),
)

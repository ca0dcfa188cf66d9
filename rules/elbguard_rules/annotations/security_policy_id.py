"""kubernetes.io/elb.security_policy_id: a custom TLS policy of HTTPS and TLS listeners."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import listener
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import CREATING, INGRESS_PAGES, QUIC

SECURITY_POLICY_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.security_policy_id",
    Text(),
    purpose="a custom TLS policy of HTTPS and TLS listeners",
    about=Subject.PROTOCOLS,
    tier=Tier.UNCONFIRMED,
    gates=(
        introduced(
            "ELB550",
            "custom-tls-policy-on-old-cluster",
            CREATING.quote("Security Policy: v1.23.14-r0, v1.25.9-r0, v1.27.6-r0, v1.28.4-r0, or later"),
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
            what="Services can use a custom TLS policy",
            severity=Severity.WARNING,
            why="documents give the releases for the console, and the annotation for Ingresses.",
        ),
    ),
    needs=(
        listener(
            "ELB551",
            "custom-tls-policy-without-https",
            CREATING.quote("Security Policy: available when HTTPS or TLS is selected"),
            "https",
            "tls",
            says="Only HTTPS and TLS listeners have a custom TLS policy.",
        ),
    ),
    facts=(
        fact("It needs an https or tls entry.", INGRESS_PAGES, "ELB551"),
        fact("A QUIC listener has none.", QUIC, "ELB552"),
    ),
)

"""kubernetes.io/elb.security-policy-id: a custom TLS policy, as a Service spells the key."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import NOBODY_SAYS, Subject, Tier, fact
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import BACKEND_SECURITY

SECURITY_POLICY_ID_OF_SERVICES: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.security-policy-id",
    Text(),
    purpose="a custom TLS policy, as Services spell its key",
    about=Subject.PROTOCOLS,
    tier=Tier.UNCONFIRMED,
    facts=(
        fact("Services spell the key with hyphens, Ingresses with underscores.", BACKEND_SECURITY, because=NOBODY_SAYS),
    ),
)

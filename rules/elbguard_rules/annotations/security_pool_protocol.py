"""kubernetes.io/elb.security-pool-protocol: whether HTTPS and TLS listeners encrypt to the backends as well."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import BACKEND_SECURITY, CCI, CREATING

SECURITY_POOL_PROTOCOL: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.security-pool-protocol",
    Choice("on", "true", "off", "false"),
    Rule(
        "ELB556",
        "unknown-backend-protocol-switch",
        "The protocol of the backends is switched by on or true, off or false.",
        BACKEND_SECURITY.quote("on or true, off or false", "The name of the key is that of CCI: so a warning."),
        'Write "on" or "off", in quotes and lower case.',
        Severity.WARNING,
    ),
    purpose="whether HTTPS and TLS listeners encrypt to the backends as well",
    about=Subject.PROTOCOLS,
    tier=Tier.UNCONFIRMED,
    gates=(
        introduced(
            "ELB555",
            "backend-protocol-on-old-cluster",
            CREATING.quote("Backend Protocol: v1.23.14-r0, v1.25.9-r0, v1.27.6-r0, v1.28.4-r0, or later"),
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
            what="Services can choose the protocol of their backends",
            severity=Severity.WARNING,
            why="documents give the releases for the console, and the annotation for CCI.",
        ),
    ),
    facts=(
        fact("It is a key of CCI 2.0; CCE's console offers the same.", CCI, "ELB556"),
        fact("A change of it takes effect on listeners that are created later.", BACKEND_SECURITY, "ELB715"),
    ),
)

"""kubernetes.io/elb.security-pool-protocol: whether HTTPS and TLS listeners encrypt to the backends as well."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import CREATING

SECURITY_POOL_PROTOCOL: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.security-pool-protocol",
    Text(),
    gates=(
        Gate(
            Rule(
                "ELB555",
                "backend-protocol-on-old-cluster",
                "Services can choose the protocol of their backends in clusters of the releases listed and later.",
                CREATING.quote("Backend Protocol: v1.23.14-r0, v1.25.9-r0, v1.27.6-r0, v1.28.4-r0, or later"),
                "Leave the annotation out, or upgrade the cluster.",
                Severity.WARNING,
                why="documents give the releases for the console, and the annotation for CCI.",
            ),
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
        ),
    ),
)

"""kubernetes.io/natgateway.id: the NAT gateway of a Service of class dnat."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import CLOUD_ONLY, NOBODY_SAYS, Subject, Tier, fact
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import CLOUD_CONTROLLER_TESTS, DNAT

NATGATEWAY_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/natgateway.id",
    Text(),
    purpose="the NAT gateway whose DNAT rules serve in the place of a load balancer",
    about=Subject.WHICH,
    tier=Tier.DOCUMENTED,
    facts=(
        fact(
            "A Service of class dnat names its NAT gateway, and its elastic IP in spec.loadBalancerIP.",
            DNAT,
            "ELB132",
            "ELB133",
            "ELB135",
        ),
        fact("Without class dnat nobody reads it.", DNAT, "ELB131"),
        fact("No load balancer belongs to such a Service, and no listener.", DNAT, "ELB134"),
        fact("The gateway and the elastic IP are there already.", CLOUD_CONTROLLER_TESTS, because=CLOUD_ONLY),
        fact("Whether externalTrafficPolicy Local works is not described.", DNAT, because=NOBODY_SAYS),
    ),
)

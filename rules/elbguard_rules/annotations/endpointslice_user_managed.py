"""cce.io/elb.endpointslice-user-managed: whether the user keeps the EndpointSlices."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ENDPOINTS

ENDPOINTSLICE_USER_MANAGED: Final[Annotation[OnOff]] = Annotation(
    "cce.io/elb.endpointslice-user-managed",
    Switch(),
    Rule(
        "ELB364",
        "unknown-endpoints-switch",
        "The user keeps the EndpointSlices or not: true or false.",
        ENDPOINTS.quote("cce.io/elb.endpointslice-user-managed", 'That its value is "true" is our reading.'),
        'Write "true" or "false", in quotes and lower case.',
        Severity.WARNING,
    ),
    purpose="whether the user keeps the EndpointSlices, and with them the backends",
    about=Subject.BACKENDS,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB365",
            "endpoints-of-users-on-old-cluster",
            ENDPOINTS,
            since("v1.31.14-r80", "v1.32.13-r50", "v1.33.13-r0", "v1.34.10-r0", "v1.35.7-r0", "v1.36.3-r0"),
            what="Users can keep the EndpointSlices",
            of=lambda value: value == "true",
        ),
    ),
    needs=(
        dedicated(
            "ELB366",
            "endpoints-of-users-on-a-shared-load-balancer",
            ENDPOINTS.quote("Only dedicated load balancers"),
            says="EndpointSlices that the user keeps need a dedicated load balancer.",
        ),
    ),
    facts=(
        fact("The Service has no selector.", ENDPOINTS, "ELB369"),
        fact("It excludes elb.adaptive-weight and elb.custom-backend-weights.", ENDPOINTS, "ELB367", "ELB368"),
        fact("It excludes readiness gates of ELB.", ENDPOINTS, because="Pods are not part of a Service."),
    ),
)

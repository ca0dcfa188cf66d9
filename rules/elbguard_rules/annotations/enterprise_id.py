"""kubernetes.io/elb.enterpriseID: the enterprise project of a load balancer to create."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import CLOUD_FILLS_IN, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Problem, Severity, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import OBSERVED, TABLE_4

ENTERPRISE_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.enterpriseID",
    Text(),
    purpose="the enterprise project of a load balancer to create",
    about=Subject.WHICH,
    tier=Tier.CORE,
    gates=(
        introduced(
            "ELB108",
            "enterprise-project-on-old-cluster",
            TABLE_4.quote("Clusters of v1.15 and later versions support this field."),
            since("v1.15"),
            what="The enterprise project can be chosen",
            fix="Leave the annotation out: load balancers are created in the default project.",
            severity=Severity.WARNING,
            covers=("S053",),
        ),
    ),
    facts=(
        fact("It has its effect when a load balancer is created.", TABLE_4, "ELB109"),
        fact("The default project is used without it, and its ID written back.", OBSERVED, because=CLOUD_FILLS_IN),
    ),
)


@rule(
    "ELB109",
    "enterprise-project-without-autocreate",
    "The enterprise project is that of a load balancer to create; it says nothing about an existing one.",
    TABLE_4.quote("the enterprise project in which the ELB load balancer will be created"),
    ENTERPRISE_ID,
    fix="Leave the annotation out.",
    severity=Severity.WARNING,
)
def only_when_created(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.is_new and ENTERPRISE_ID in service and AUTOCREATE not in service:
        yield forbidden(ENTERPRISE_ID.where, "has no effect without kubernetes.io/elb.autocreate")

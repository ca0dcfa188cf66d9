"""kubernetes.io/elb.instance-reclaim-policy: what becomes of a created load balancer when its Service is deleted."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Problem, Severity, forbidden
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import OBSERVED

RECLAIM_POLICY: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.instance-reclaim-policy",
    Choice("retain", "alwaysDelete"),
    Rule(
        "ELB122",
        "unknown-reclaim-policy",
        "A created load balancer is kept or deleted along with its Service: retain or alwaysDelete.",
        OBSERVED.quote("retain, alwaysDelete", "The values stand in no document that we have: a warning."),
        "Write retain or alwaysDelete.",
        Severity.WARNING,
    ),
    purpose="what becomes of a created load balancer when its Service is deleted",
    about=Subject.CREATE,
    tier=Tier.UNCONFIRMED,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB123",
            "reclaim-policy-on-old-cluster",
            OBSERVED.quote("v1.28.15-r60", "The release stands in no document that we have: a warning."),
            since("v1.28.15-r60"),
            what="The reclaim policy exists",
            severity=Severity.WARNING,
        ),
    ),
    facts=(fact("It is about a created load balancer.", OBSERVED, "ELB124"),),
)


@rule(
    "ELB124",
    "reclaim-policy-without-autocreate",
    "The reclaim policy is about a load balancer that CCE created; CCE does not delete an existing one.",
    OBSERVED.quote("the load balancer that was automatically created"),
    RECLAIM_POLICY,
    fix="Leave the annotation out.",
    severity=Severity.WARNING,
)
def the_policy_is_for_created_ones(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service.is_new and RECLAIM_POLICY in service and AUTOCREATE not in service:
        yield forbidden(RECLAIM_POLICY.where, "has no effect without kubernetes.io/elb.autocreate")

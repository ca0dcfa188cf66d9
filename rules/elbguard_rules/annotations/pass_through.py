"""kubernetes.io/elb.pass-through: whether requests from within the cluster go through the load balancer too."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.core import wording
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.choice import OTHER_WORDS
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import ADVANCED, PASSTHROUGH

_SINCE: Final = since("v1.16")

PASS_THROUGH: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.pass-through",
    Text(),
    purpose="whether requests from within the cluster go through the load balancer too",
    about=Subject.BACKENDS,
    tier=Tier.CORE,
    gates=(
        introduced(
            "ELB604",
            "pass-through-up-to-v1-15",
            PASSTHROUGH.quote("not supported in clusters of v1.15 and earlier"),
            _SINCE,
            says="Pass-through networking does not exist in clusters of v1.15 and earlier.",
        ),
        introduced(
            "ELB603",
            "pass-through-on-old-cluster",
            ADVANCED.quote(
                "elb.pass-through: v1.19 or later",
                "The feature's own page says: not v1.15 and earlier. Of two gates the lower refuses (ELB604).",
            ),
            since("v1.19"),
            says="Pass-through networking exists in clusters of v1.19 and later, says the index of annotations.",
            fix="Upgrade the cluster, or make sure that it has its effect.",
            severity=Severity.WARNING,
            lower=_SINCE,
        ),
    ),
    facts=(
        fact("Documents show true, and onlyLocal, which CCE writes.", PASSTHROUGH, "ELB602"),
        fact("It helps where Local makes the address unreachable from within.", PASSTHROUGH, "ELB620"),
        fact(
            "Under IPVS all Services of a load balancer carry the same setting.",
            PASSTHROUGH,
            "ELB934",
        ),
        fact(
            "A dedicated one stays unreachable from the node of the pod.",
            PASSTHROUGH,
            because="Which node asks cannot be seen in a Service.",
        ),
    ),
)


@rule(
    "ELB602",
    "unknown-pass-through",
    "Pass-through is true, false, or onlyLocal, which CCE itself writes.",
    PASSTHROUGH.quote("kubernetes.io/elb.pass-through: onlyLocal"),
    PASS_THROUGH,
    fix='Write "true" to send requests from within the cluster through the load balancer.',
    why="no document lists the values; these are the ones that documents show.",
    severity=Severity.WARNING,
    covers=("S042",),
)
def only_three_values_were_seen(service: Service, cluster: Cluster) -> Iterator[Problem]:
    value = service[PASS_THROUGH]
    if value and value not in ("true", "false", "onlyLocal"):
        known = ("true", "false", "onlyLocal")
        yield wording.choice(value, PASS_THROUGH.where, known, OTHER_WORDS)

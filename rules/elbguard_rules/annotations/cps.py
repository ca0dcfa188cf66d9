"""kubernetes.io/elb.cps: how many new connections a listener takes in a second."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.connection import CONNECTION_LIMITS, over_a_million
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Digits
from elbguard_rules.documents import CONSOLE_HELP, LIMITS

CPS: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.cps",
    Digits("100"),
    Rule(
        "ELB841",
        "connection-rate-not-a-number",
        "The limit of new connections is a number for each second.",
        LIMITS.quote('kubernetes.io/elb.cps: "100"', "A whole number that is not negative."),
        'Write the number in digits and quotes, such as "100".',
    ),
    purpose="how many new connections a listener takes in a second",
    about=Subject.TRAFFIC,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB842",
            "connection-rate-on-old-cluster",
            LIMITS.quote(f"{CONNECTION_LIMITS}, or later"),
            CONNECTION_LIMITS,
            what="New connections can be limited",
        ),
    ),
    needs=(
        dedicated(
            "ELB843",
            "connection-rate-on-a-shared-load-balancer",
            LIMITS,
            says="The limit of new connections needs a dedicated load balancer.",
            severity=Severity.WARNING,
        ),
    ),
    facts=(fact("The limit of new connections is at most 1000000 in each zone.", CONSOLE_HELP, "ELB850"),),
)


@rule(
    "ELB850",
    "connection-rate-over-a-million",
    "The limit of new connections is at most 1000000 in each availability zone.",
    CONSOLE_HELP.quote("1 to 1000000"),
    CPS,
    fix="Write a number of at most 1000000.",
    severity=Severity.WARNING,
)
def new_connections_are_limited_to_a_million(service: Service, cluster: Cluster) -> Iterator[Problem]:
    yield from over_a_million(service, CPS)

"""kubernetes.io/elb.connection: how many connections a listener keeps at the same time."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated
from elbguard_rules.core.problem import Problem, Severity, invalid
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Digits
from elbguard_rules.documents import CONSOLE_HELP, LIMITS

CONNECTION_LIMITS: Final = since(
    "v1.30.14-r100", "v1.31.14-r60", "v1.32.13-r30", "v1.33.12-r10", "v1.34.8-r10", "v1.35.5-r10", "v1.36.2-r0"
)

CONNECTION: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.connection",
    Digits("10"),
    Rule(
        "ELB844",
        "connection-limit-not-a-number",
        "The limit of connections is a number.",
        LIMITS.quote('kubernetes.io/elb.connection: "10"', "A whole number that is not negative."),
        'Write the number in digits and quotes, such as "10".',
    ),
    purpose="how many connections a listener keeps at the same time",
    about=Subject.TRAFFIC,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB845",
            "connection-limit-on-old-cluster",
            LIMITS.quote(f"{CONNECTION_LIMITS}, or later"),
            CONNECTION_LIMITS,
            what="Connections can be limited",
        ),
    ),
    needs=(
        dedicated(
            "ELB846",
            "connection-limit-on-a-shared-load-balancer",
            LIMITS,
            says="The limit of connections needs a dedicated load balancer.",
            severity=Severity.WARNING,
        ),
    ),
    facts=(fact("The limit of connections is at most 1000000 in each zone.", CONSOLE_HELP, "ELB849"),),
)


def over_a_million(service: Service, owner: Annotation[str]) -> Iterator[Problem]:
    """A number larger than the console of ELB takes."""
    text = service[owner]
    if text and len(text.lstrip("0")) >= len("1000000") and text.lstrip("0") != "1000000":
        yield invalid(owner.where, text, "the ELB console takes 1 to 1000000 for each zone")


@rule(
    "ELB849",
    "connection-limit-over-a-million",
    "The limit of connections is at most 1000000 in each availability zone.",
    CONSOLE_HELP.quote("1 to 1000000"),
    CONNECTION,
    fix="Write a number of at most 1000000.",
    severity=Severity.WARNING,
)
def connections_are_limited_to_a_million(service: Service, cluster: Cluster) -> Iterator[Problem]:
    yield from over_a_million(service, CONNECTION)

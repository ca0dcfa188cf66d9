"""kubernetes.io/elb.connection-drain-enable and -timeout: whether connections to a backend that leaves may finish."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, required
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Digits
from elbguard_rules.documents import OBSERVED

CONNECTION_DRAIN_ENABLE: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.connection-drain-enable",
    Switch(),
    Rule(
        "ELB837",
        "unknown-drain-switch",
        "Connections are drained or not: true or false.",
        OBSERVED.quote("kubernetes.io/elb.connection-drain-enable: true", "No document describes the annotation."),
        'Write "true" or "false", in quotes.',
        Severity.WARNING,
    ),
    purpose="whether connections to a backend that leaves may finish",
    about=Subject.TRAFFIC,
    tier=Tier.UNCONFIRMED,
    clouds=("huawei",),
    facts=(fact("Without a timeout ELB refuses it.", OBSERVED, "ELB838"),),
)

CONNECTION_DRAIN_TIMEOUT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.connection-drain-timeout",
    Digits("300"),
    Rule(
        "ELB839",
        "drain-timeout-not-a-number",
        "The timeout of draining is a number of seconds.",
        OBSERVED.quote("kubernetes.io/elb.connection-drain-timeout: 300", "No other value was seen."),
        'Write the seconds in digits and quotes, such as "300".',
        Severity.WARNING,
    ),
    purpose="whether connections to a backend that leaves may finish",
    about=Subject.TRAFFIC,
    tier=Tier.UNCONFIRMED,
    clouds=("huawei",),
)


@rule(
    "ELB838",
    "drain-without-timeout",
    "Draining of connections says how long it takes.",
    OBSERVED.quote("ELB.8902", "What ELB answered where the timeout was missing."),
    CONNECTION_DRAIN_ENABLE,
    fix='Add kubernetes.io/elb.connection-drain-timeout with the seconds, such as "300".',
    severity=Severity.WARNING,
)
def draining_takes_a_time(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[CONNECTION_DRAIN_ENABLE] == "true" and CONNECTION_DRAIN_TIMEOUT not in service:
        yield required(CONNECTION_DRAIN_TIMEOUT.where, 'connections are drained for a time, such as "300" seconds')

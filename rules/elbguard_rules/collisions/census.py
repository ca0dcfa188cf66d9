"""Census: objects taken in one by one, in few bytes each, and then what is wrong between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from elbguard_rules import suppression
from elbguard_rules.collisions import clashes
from elbguard_rules.collisions.claims import SERVICE, Claims, of_ingress, of_service
from elbguard_rules.collisions.collision import Collision
from elbguard_rules.collisions.neighbours import Beside, Neighbours
from elbguard_rules.core.engine import Fault, Review
from elbguard_rules.core.facts import Cluster, Unknown
from elbguard_rules.core.finding import Finding, Skipped
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import MOST_TOLD, Severity
from elbguard_rules.core.service import Service

COLLISIONS: Final = tuple(value for value in vars(clashes).values() if isinstance(value, Collision))
RULES: Final = tuple(each.rule for each in COLLISIONS)
COLLIDING: Final = frozenset(rule.id for rule in RULES)
_NAMES: Final = {word.lower(): rule.id for rule in RULES for word in (rule.id, rule.name)}


class Census:
    """Takes in the objects of a cluster, or of many manifests, and tells what collides, in the order they came.

    Of an object only its claims are kept: some 900 bytes of one with two ports, and as much in the index; of one
    without a load balancer's keys nothing.
    """

    def __init__(self, policy: Policy, cluster: Cluster) -> None:
        self._policy, self._cluster = policy, cluster
        self._taken: list[Claims] = []

    def take_service(self, service: Service, place: str = "") -> None:
        """Take in a Service; `place` is where a manifest has it, such as `deploy/web.yaml:12`."""
        if claims := claims_of(service, place):
            self.take(claims)

    def take_ingress(self, raw: Mapping[str, Any], place: str = "") -> None:
        """Take in an Ingress."""
        if claims := of_ingress(raw, place):
            self.take(claims)

    def take(self, claims: Claims) -> None:
        """Take in what an object claims."""
        self._taken.append(claims)

    def told(self) -> Iterator[tuple[Claims, Review]]:
        """The Services that collide, and those of which that cannot be told, with what is said of each."""
        index = (Neighbours(self._taken),)
        for claims in self._taken:
            if claims.who.kind == SERVICE:
                review = collide(claims, index, self._cluster, self._policy)
                if review != _NOTHING:
                    yield claims, review


_NOTHING: Final = Review()


def claims_of(service: Service, place: str = "", namespace: str | None = None) -> Claims | None:
    """What a Service claims, and which of the rules its author excused; None where it claims nothing."""
    claims = of_service(service, place, namespace)
    if claims and suppression.KEY in service.annotations and (said := suppression.of(service.annotations, _NAMES)):
        claims = replace(claims, ignored=COLLIDING.intersection(said.ids))
    return claims


def collide(claims: Claims, indexes: Sequence[Neighbours], cluster: Cluster, policy: Policy) -> Review:
    """What is wrong between a Service and those in the indexes, and what cannot be told. Never raises."""
    beside = Beside(claims, indexes)
    if beside.is_empty():
        return _NOTHING
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    faults: list[Fault] = []
    for each in COLLISIONS:
        rule = each.rule
        severity = policy.severity(rule)
        if severity is Severity.OFF or (policy.heeds_ignore and rule.id in claims.ignored):
            continue
        try:
            for problem in each.function(claims, beside, cluster):
                findings.append(Finding(rule, problem, severity))
                if len(findings) >= MOST_TOLD:
                    break
        except Unknown as unknown:
            skipped.append(Skipped(rule, unknown.fact))
        except Exception as error:
            faults.append(Fault(rule, error))
    return Review(tuple(findings), tuple(skipped), tuple(faults))

"""Collision: a rule about one object and those beside it, and the function that notices where it is broken."""

from collections.abc import Callable, Iterator, Sequence

from elbguard_rules.collisions.claims import Claims
from elbguard_rules.collisions.neighbours import Beside
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule, Source

CollisionFunction = Callable[[Claims, Beside, Cluster], Iterator[Problem]]


@record
class Collision:
    """A rule about a Service and the objects beside it."""

    rule: Rule
    function: CollisionFunction


def collision(
    id: str,  # noqa: A002 - the word is right at the place where rules are written
    name: str,
    says: str,
    source: Source,
    *,
    fix: str,
    why: str = "",
    severity: Severity = Severity.WARNING,
    covers: Sequence[str] = (),
) -> Callable[[CollisionFunction], Collision]:
    """Make a rule of a generator function that yields problems of the Service; as `@rule`, with nothing that it reads.

    It refuses nothing unless an operator says so: what stands beside a Service is another author's.
    """

    def make(function: CollisionFunction) -> Collision:
        return Collision(Rule(id, name, says, source, fix, severity, why, tuple(covers)), function)

    return make

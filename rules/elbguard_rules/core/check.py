"""Check: a rule about more than the shape of one value, and the function that notices where it is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.facts import Cluster, Version
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.rule import Rule, Source
from elbguard_rules.core.service import Service

Problems = Iterator[Problem]
CheckFunction = Callable[[Service, Cluster], Problems]


class Scope(Enum):
    """The kinds of Service that a rule can be about."""

    OURS = "a LoadBalancer Service with annotations of the vendor"
    DNAT = "a LoadBalancer Service of class dnat, which a NAT gateway serves"
    PLAIN = "a LoadBalancer Service without them"
    OTHER_TYPE = "a Service of another type"


LOAD_BALANCERS: Final = (Scope.OURS, Scope.PLAIN)
SERVED: Final = (Scope.OURS, Scope.DNAT)  # by whatever the vendor has


@dataclass(frozen=True, slots=True)
class Check:
    """A rule about more than the shape of one value: the annotations and spec fields it reads, and its function.

    The engine asks it only when one of `reads` (annotation keys) or `fields` (names directly below spec) is there;
    `always` asks it about every Service in `scopes`, the kinds of Service that the rule is about; `updates` only when a
    Service replaces one that had its load balancer already, whatever of it is there. `silent_in` tells of a release
    that the rule has nothing to say there, whatever the Service is like.
    """

    rule: Rule
    function: CheckFunction
    reads: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    always: bool = False
    scopes: tuple[Scope, ...] = (Scope.OURS,)
    updates: bool = False
    silent_in: Callable[[Version], bool] | None = None


def rule(  # noqa: PLR0913 - what a rule is, by name
    id: str,  # noqa: A002 - the word is right at the place where rules are written
    name: str,
    says: str,
    source: Source,
    *reads: Annotation[Any] | str,
    fix: str,
    why: str = "",
    severity: Severity = Severity.ERROR,
    covers: tuple[str, ...] = (),
    always: bool = False,
    scopes: tuple[Scope, ...] = (Scope.OURS,),
    updates: bool = False,
) -> Callable[[CheckFunction], Check]:
    """Make a rule of a generator function that yields problems; the name in the module then stands for the Check.

    `says` is what must be true, `fix` the cure, `why` the reason where the sentence does not give it. `reads` names
    what the check looks at: Annotations, or fields of spec as strings.
    """

    def make(function: CheckFunction) -> Check:
        keys = tuple(item.key for item in reads if not isinstance(item, str))
        fields = tuple(item for item in reads if isinstance(item, str))
        text = Rule(id, name, says, source, fix, severity, why, covers)
        return Check(text, function, keys, fields, always, scopes, updates)

    return make

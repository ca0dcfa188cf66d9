"""Check: a rule about more than the shape of one value, and the function that notices where it is broken."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation, Having
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.record import record
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


@record
class Spec:
    """A field of spec that is one of `words`, or a list with one of them in it."""

    name: str
    words: frozenset[str]


def spec(name: str, *words: str) -> Spec:
    """What a rule names that is about these words in a field of spec alone."""
    return Spec(name, frozenset(words))


_Parts = Mapping[str, frozenset[str]]


@record
class Check:
    """A rule about more than the shape of one value: the annotations and spec fields it reads, and its function.

    The engine asks it only when one of `reads` (annotation keys) or `fields` (names directly below spec) is there, and
    of those that `parts` or `words` name too only when one of these is in it; never when one of `unless` (parts by key)
    is there. `always` asks it about every Service in `scopes`, the kinds of Service that the rule is about; `updates`
    only when a Service replaces one that had its load balancer already, whatever of it is there. `silent_in` tells of a
    cluster that the rule has nothing to say there, whatever the Service is like; it may raise Unknown.
    """

    rule: Rule
    function: CheckFunction
    reads: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    always: bool = False
    scopes: tuple[Scope, ...] = (Scope.OURS,)
    updates: bool = False
    silent_in: Callable[[Cluster], bool] | None = None
    parts: _Parts = field(default_factory=dict)
    words: _Parts = field(default_factory=dict)
    unless: _Parts = field(default_factory=dict)


def rule(  # noqa: PLR0913 - what a rule is, by name
    id: str,  # noqa: A002 - the word is right at the place where rules are written
    name: str,
    says: str,
    source: Source,
    *reads: Annotation[Any] | Having | str | Spec,
    fix: str,
    why: str = "",
    severity: Severity = Severity.ERROR,
    covers: tuple[str, ...] = (),
    always: bool = False,
    scopes: tuple[Scope, ...] = (Scope.OURS,),
    updates: bool = False,
    unless: tuple[Having, ...] = (),
    silent_in: Callable[[Cluster], bool] | None = None,
) -> Callable[[CheckFunction], Check]:
    """Make a rule of a generator function that yields problems; the name in the module then stands for the Check.

    `says` is what must be true, `fix` the cure, `why` the reason where the sentence does not give it. `reads` names
    what the check looks at: Annotations, or fields of spec as strings, or with `having` and `spec` what it looks for in
    them. With one of `unless`, or in clusters that `silent_in` tells, it has nothing to say.
    """

    def make(function: CheckFunction) -> Check:
        text = Rule(id, name, says, source, fix, severity, why, covers)
        owners = (item.annotation if isinstance(item, Having) else item for item in reads)
        keys = (owner.key for owner in owners if isinstance(owner, Annotation))
        names = (item.name if isinstance(item, Spec) else item for item in reads if isinstance(item, Spec | str))
        words = {item.name: item.words for item in reads if isinstance(item, Spec)}
        parts = _parts(item for item in reads if isinstance(item, Having))
        return Check(
            text, function, tuple(keys), tuple(names), always, scopes, updates, silent_in, parts, words, _parts(unless)
        )

    return make


def _parts(found: Iterable[Having]) -> _Parts:
    return {having.annotation.key: having.parts for having in found}

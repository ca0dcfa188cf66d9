"""Rule: one sentence of the vendor's document that a Service can break, and the check that notices."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from elbguard_rules.core.finding import Problem, Severity

if TYPE_CHECKING:
    from elbguard_rules.core.annotation import Annotation
    from elbguard_rules.core.facts import Cluster, Version
    from elbguard_rules.core.service import Service

Problems = Iterator[Problem]
CheckFunction = Callable[["Service", "Cluster"], Problems]
_ID: Final = re.compile(r"ELB\d{3}")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Scope(Enum):
    """The kinds of Service that a rule can be about."""

    OURS = "a LoadBalancer Service with annotations of the vendor"
    PLAIN = "a LoadBalancer Service without them"
    OTHER_TYPE = "a Service of another type"


LOAD_BALANCERS: Final = (Scope.OURS, Scope.PLAIN)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that facts come from, as text its title with what tells it from other editions.

    `number` is the page's in its guide, `edition` the day of what was read, or what is known of it. `address` is where
    the page is; where nobody knows that, `nearest` is the address of another edition of it, `nearness` says which.
    """

    title: str
    number: str = ""
    edition: str = ""
    address: str = ""
    nearest: str = ""
    nearness: str = ""

    def __str__(self) -> str:
        known = ", ".join(filter(None, (self.number, self.edition)))
        return f"{self.title} ({known})" if known else self.title

    @property
    def link(self) -> str:
        """The best address there is; empty where there is none."""
        return self.address or self.nearest


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from: a document, its section, a short quotation, and how we read it where it is ambiguous."""

    document: Document
    section: str
    says: str = ""
    reading: str = ""

    def __str__(self) -> str:
        return f"{self.document}, {self.section}"

    def quote(self, says: str, reading: str = "") -> "Source":
        """The same section with the words that matter to one rule."""
        return replace(self, says=says, reading=reading)


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the vendor's document.

    `id` is ELBnnn, in hundreds by area, never reused. `name` names the fault, so that "allow NAME" makes sense. `says`
    is what must be true. `fix` is what the reader can do. `covers` lists sentences of rules/elbguard_rules/catalogue/seed.py.
    """

    id: str
    name: str
    says: str
    source: Source
    fix: str
    severity: Severity = Severity.ERROR
    why: str = ""
    covers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.id} {self.name}: an id is ELBnnn, a name is kebab-case")
        for part in ("says", "fix"):
            if not getattr(self, part).endswith("."):
                raise ValueError(f"{self.id}: {part!r} must be a sentence that ends with a full stop")


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
    silent_in: "Callable[[Version], bool] | None" = None


def rule(  # noqa: PLR0913 - what a rule is, by name
    id: str,  # noqa: A002 - the word is right at the place where rules are written
    name: str,
    says: str,
    source: Source,
    *reads: "Annotation[Any] | str",
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

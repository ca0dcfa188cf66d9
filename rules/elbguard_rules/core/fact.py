"""Fact: what is known of an annotation, a field or an update, its source, and the rules that hold Services to it."""

from enum import StrEnum
from typing import Final

from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Source

# Why a fact has no rule, where several facts have the same reason.
HOW_IT_WORKS: Final = "Says how it works; there is nothing to get wrong."
ALLOWS: Final = "Allows something; there is nothing to get wrong."
FILLED_IN: Final = "Filled in, so there is nothing to refuse."
CLOUD_FILLS_IN: Final = "The cloud does it by itself; nothing is filled in or demanded."
CLOUD_ONLY: Final = "Known to the cloud only, not to be seen in a Service."
KUBERNETES_DOES: Final = "The API server sees to it by itself."
NOBODY_SAYS: Final = "No document says, so nothing is demanded."


class Subject(StrEnum):
    """What annotations are about, in the order in which a reader wants them."""

    WHICH = "Which load balancer"
    CREATE = "A load balancer to create"
    ADDRESS = "The public address"
    SPREADING = "Algorithm and sticky sessions"
    CHECKING = "Health check"
    PROTOCOLS = "Protocols and certificates"
    TRAFFIC = "Timeouts, headers and limits"
    LISTS = "Access lists"
    BACKENDS = "Backends and networking"
    SEVERAL = "Several clusters"
    BOOKKEEPING = "Bookkeeping"


class Tier(StrEnum):
    """How well a key is known."""

    CORE = "core"
    DOCUMENTED = "documented"
    NEW = "new-2026"
    PLATFORM = "platform"
    LEGACY = "legacy"
    UNCONFIRMED = "unconfirmed"

    @property
    def meaning(self) -> str:
        """The tier in words."""
        return _MEANINGS[self]


_MEANINGS: Final = {
    Tier.CORE: "in the tables of the user guide's page on LoadBalancer Services",
    Tier.DOCUMENTED: "in the tables of newer pages",
    Tier.NEW: "on single pages of 2025 and 2026 only",
    Tier.PLATFORM: "written by CCE itself",
    Tier.LEGACY: "a leftover of older pages or controllers",
    Tier.UNCONFIRMED: "the feature is certain, the name of the key is not; never more than a warning",
}


@record
class Fact:
    """A sentence in our words, where it comes from, and the ids of the rules about it, or the reason why there is none.

    `since` lists the releases from which on it holds, one for each line; the rule is then a gate, of which
    the fact is made.
    """

    says: str
    source: Source
    rules: tuple[str, ...] = ()
    because: str = ""
    since: tuple[str, ...] = ()


def fact(says: str, source: Source, *rules: str, because: str = "") -> Fact:
    """A fact, with the ids of its rules or the reason why there is none."""
    return Fact(says, source, rules, because)

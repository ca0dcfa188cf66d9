"""Offers: which annotations, members and values there are in the cluster that somebody writes for."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from elbguard.settings import Settings
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier
from elbguard_rules.core.facts import Unknown
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.need import Turbo
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.reader import Member
from elbguard_rules.core.reading import Malformed
from elbguard_rules.guard import ANNOTATIONS

_ORDER: Final = (Tier.CORE, Tier.DOCUMENTED, Tier.NEW, Tier.UNCONFIRMED, Tier.LEGACY)
_SUBJECTS: Final = tuple(Subject)


def annotations(settings: Settings) -> Iterator[Annotation[Any]]:
    """The annotations that people write and the cluster knows, those that all know first."""
    found = [owner for owner in ANNOTATIONS if owner.tier in _ORDER and _is_known(owner, settings)]
    yield from sorted(found, key=lambda owner: (_ORDER.index(owner.tier), _SUBJECTS.index(owner.about)))


def members(owner: Annotation[Any], settings: Settings) -> Iterator[Member]:
    """The members of an annotation's JSON that the cluster knows."""
    return (m for m in owner.members.values() if not any(_is_closed(gate, settings) for gate in whole(m.gates)))


def choices(of: Annotation[Any] | Member, settings: Settings) -> tuple[str, ...]:
    """The words that an annotation or a member may be in the cluster; none where they are not few."""
    return tuple(
        word for word in of.choices if not any(_is_used(g, word) and _is_closed(g, settings) for g in of.gates)
    )


def whole(gates: Iterable[Gate]) -> Iterator[Gate]:
    """Those gates that are about the whole thing, not about some of its values or some Services."""
    return (gate for gate in gates if gate.of is None and gate.when is None and gate.entries is None)


def _is_known(owner: Annotation[Any], settings: Settings) -> bool:
    if settings.profile and settings.profile not in owner.clouds:
        return False
    if any(isinstance(need, Turbo) for need in owner.needs) and settings.cluster_type == "standard":
        return False
    return not any(_is_closed(gate, settings) for gate in whole(owner.gates))


def _is_closed(gate: Gate, settings: Settings) -> bool:
    """Whether the cluster is known not to have it, and the operator wants to hear of that."""
    if settings.policy.severity(gate.rule) is Severity.OFF:
        return False
    try:
        return not gate.is_silent(settings.cluster)
    except Unknown:
        return False


def _is_used(gate: Gate, word: str) -> bool:
    """Whether a word is what a gate is about."""
    if gate.when is not None or gate.entries is not None:
        return False
    try:
        return gate.of is None or gate.of(word)
    except (Malformed, Unknown, AttributeError, TypeError):
        return False

"""The catalogue: what is known about CCE's load balancers, in our words, each fact with its source.

What belongs to one annotation stands in its module; here it is put in order, with what belongs to none: fields,
updates, and where documents differ. A fact names the rules that hold Services to it, or says why none does; tests
demand one of the two, and that every rule stands on a fact. The rules themselves never look here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Fact, Subject, Tier, fact
from elbguard_rules.core.gate import Gate
from elbguard_rules.documents import ADVANCED
from elbguard_rules.owners import ANNOTATIONS


@dataclass(frozen=True, slots=True)
class Key:
    """An annotation key and what is known about it."""

    key: str
    tier: Tier
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The keys that are about one thing."""

    title: str
    keys: tuple[Key, ...]


# A key that has no module, since CCE reads another one in its place.
_OLD_NAME: Final = Key(
    "kubernetes.io/session-affinity-mode",
    Tier.LEGACY,
    (fact("Pages up to 2025 wrote elb.session-affinity-mode without elb.", ADVANCED, "ELB903"),),
)


def _facts(owner: Annotation[Any]) -> Iterator[Fact]:
    """What the annotation declares, in the words of its rules, and what its module says besides."""
    yield from (Fact(rule.says, rule.source, (rule.id,)) for rule in owner.rules)
    yield from (_since(gate) for _, gate in owner.all_gates)
    yield from (Fact(need.rule.says, need.rule.source, (need.rule.id,)) for need in owner.needs)
    if owner.after_create == "lasting":
        source = next((gate.rule.source for gate in owner.gates), ADVANCED)
        yield fact("The load balancer keeps the setting when the annotation goes.", source, "ELB711")
    yield from owner.facts


def _since(gate: Gate) -> Fact:
    return Fact(gate.rule.says, gate.rule.source, (gate.rule.id,), since=tuple(map(str, gate.needs.lines)))


def _group(subject: Subject) -> Group:
    owners = (owner for owner in ANNOTATIONS if owner.about is subject)
    keys = tuple(Key(owner.key, owner.tier, tuple(_facts(owner))) for owner in owners)
    return Group(subject, (*keys, _OLD_NAME) if subject is Subject.SPREADING else keys)


SUBJECTS: Final = tuple(map(_group, Subject))
KEYS: Final[dict[str, Key]] = {key.key: key for group in SUBJECTS for key in group.keys}

# The rules that are about no single fact, and what they are about.
GENERAL: Final[dict[str, str]] = {
    "ELB901": "Kubernetes: an annotation is a string.",
    "ELB902": "Every JSON object: CCE ignores members that it does not know.",
    "ELB903": "Every key: CCE ignores keys that it does not know.",
    "ELB907": "Every gate: of a line between two listed ones no document says anything.",
    "ELB908": "Every key and value: what Open Telekom Cloud's own documents do not know.",
    "ELB920": "Every Service: what none that works has is not looked into.",
    "ELB921": "Every text: a tool has yet to put something in the place of a variable.",
    "ELB922": "Every plain text: a person has yet to put something in the place of a placeholder.",
    "ELB909": "Every JSON object: CCE does not tell capitals apart in the names of members.",
    "ELB951": "YAML: the keys of a mapping are unique.",
    "ELB952": "YAML: the keys of a mapping are unique.",
    "ELB991": "Our own annotation, elbguard.io/ignore.",
    "ELB992": "Our own annotation, elbguard.io/ignore.",
    "ELB993": "Our own annotation, elbguard.io/ignore.",
    "ELB994": "Our own annotation, elbguard.io/ignore.",
}

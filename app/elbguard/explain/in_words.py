"""Facts of the rules in words: what the reference and the explanations say about annotations, defaults and gates."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from elbguard.languages import Language, purpose_in, rule_in, said_in
from elbguard_rules.catalogue import Key
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.default import Default
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.reader import Member
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, OWNERS
from elbguard_rules.vocabulary.foreign import INGRESS

PREFIX: Final = "kubernetes.io/"
AREAS: Final = {
    "1": "Which load balancer",
    "2": "A load balancer to create",
    "3": "Algorithm and sticky sessions",
    "4": "Health check",
    "5": "Listeners and certificates",
    "6": "Networking",
    "7": "Updates",
    "8": "Features of the load balancer",
    "9": "Any annotation, and several objects",
}
AFTER: Final = {
    "free": "may change",
    "lasting": "may change",
    "fixed": "may not change",
    "kept": "may not change, restored when omitted",
}
WITH_MEMBERS: Final = "an object with the members below"


def short(key: str) -> str:
    """A key without the prefix that they all have."""
    return key.removeprefix(PREFIX)


def area(rule: Rule) -> str:
    """What the rules of one hundred are about."""
    return AREAS[rule.id[3]]


def value(owner: Annotation[Any], language: Language = "en") -> str:
    """What an annotation's text must be."""
    if owner.is_json or not owner.rules:
        return said_in(language, owner.reader.words if owner.is_json else "a text")
    return rule_in(language, owner.rules[0]).says


def default(what: Default | None) -> str:
    """What is filled in, and when, as Markdown; empty where nothing is."""
    if what is None:
        return ""
    text = f"`{what.value}`" if isinstance(what.value, str) else what.value.words
    text = WITH_MEMBERS if text == "`{}`" else text
    return f"{text}, if {what.when.words}" if what.when else text


def gates(of: Annotation[Any] | Member) -> str:
    """The releases that an annotation or member, or some of its values, need."""
    return "; ".join(map(gate, of.gates))


def gate(condition: Gate) -> str:
    """The releases that one feature needs."""
    feature = f"{condition.feature}: " if condition.feature else ""
    return f"{feature}{condition.needs} or later ({condition.rule.severity})"


def owner_of(key: str) -> Annotation[Any] | None:
    """The annotation with this key, None where it is not one that is judged."""
    return OWNERS.get(key)


def known_keys() -> tuple[str, ...]:
    """All keys that CCE knows: those judged, those of Ingresses."""
    return (*OWNERS, *sorted(INGRESS))


@cache
def known_members() -> Mapping[str, tuple[Annotation[Any], Member]]:
    """The members of all JSON annotations by name: `elb.autocreate.type`."""
    return {f"{short(o.key)}.{m.name}": (o, m) for o in ANNOTATIONS for m in o.members.values()}


def purpose(key: str) -> str:
    """What a key that CCE knows is for."""
    owner = owner_of(key)
    return owner.purpose if owner else "of an Ingress"


def known_purpose(key: Key, language: Language = "en") -> str:
    """What a key of the catalogue is for; of one that is not judged the first that is known of it."""
    owner = owner_of(key.key)
    purpose = owner.purpose if owner else key.facts[0].says
    return sentence(purpose_in(language, key.key, purpose))


def sentence(purpose: str) -> str:
    """A purpose as a sentence."""
    return f"{purpose[:1].upper()}{purpose[1:].removesuffix('.')}{'.' if purpose.isascii() else '。'}"

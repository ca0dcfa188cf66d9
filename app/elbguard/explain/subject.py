"""Subject: what somebody wants explained, found by whatever name they know it by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from elbguard.explain import in_words, topics
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import shown
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import RULES
from elbguard_rules.vocabulary.foreign import FOREIGN, TRANSLATIONS

_FIELD: Final = re.compile(r"metadata\.annotations\[([^\]]+)\](.*)", re.DOTALL)
_PASTED_RULE: Final = re.compile(r"\bELB\d+\b")
_PASTED_KEY: Final = re.compile(r"\s*(?:- )?[\"']?((?:kubernetes\.io/)?elb\.[\w.-]+)[\"']?\s*[:=]")
_SHORTEST: Final = 3  # letters of a word that is looked for in names
_MOST: Final = 6  # names told that have it
_BETWEEN: Final = re.compile(r"[-_.]")  # the words of a name
_NUMBER: Final = re.compile(r"elb\d+")  # any other number is as near as the next


class NotKnown(ValueError):
    """Nothing has this name; one sentence says so, and what may have been meant."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An annotation by its key, or a member of its JSON; `member` is empty for the annotation itself."""

    key: str
    member: str = ""

    def __str__(self) -> str:
        return f"{self.key}.{self.member}" if self.member else self.key


def find(subject: str) -> Rule | Asked | Topic:
    """What a rule's id or name, an annotation, a member, a symptom or an event stands for. Raises NotKnown.

    Taken as well: keys with and without `kubernetes.io/`, a member without its annotation, a place as a finding prints
    it, `metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size`, a report's line with one rule in it, and a
    line of a manifest. Case does not matter.
    """
    word = _plain(subject)
    rules = _rules()
    if rule := rules.get(word):
        return rule
    places = _places()
    if place := places.get(word) or (None if in_words.PREFIX in subject else places.get(f"elb.{word}")):
        return place
    if topic := topics.find(subject):
        return topic
    if pasted := _pasted(subject):
        return pasted
    meant = [place for name, place in places.items() if place.member and name.endswith(f".{word}")]
    if len(meant) == 1:
        return meant[0]
    raise NotKnown(_not_known(subject, word, meant))


def _pasted(line: str) -> Rule | Asked | None:
    """The one rule that a line of a report names, or the annotation that a line of a manifest sets."""
    named = set(_PASTED_RULE.findall(line))
    if len(named) == 1:
        return RULES.get(named.pop())
    key = _PASTED_KEY.match(line)
    return _places().get(_plain(key[1])) if key else None


def names() -> list[tuple[str, str]]:
    """All names that can be explained, each with a few words: for shell completion."""
    found = [(rule.id, rule.says) for rule in RULES.values()] + [(rule.name, rule.says) for rule in RULES.values()]
    found += [(in_words.short(key), in_words.purpose(key)) for key in in_words.known_keys()]
    found += [(topic.name, topic.title) for topic in topics.TOPICS]
    return found + [(name, member.rule.says) for name, (_, member) in in_words.known_members().items()]


def _plain(subject: str) -> str:
    word = subject.strip().strip("`'\"")
    if match := _FIELD.fullmatch(word):
        word = match[1] + match[2]
    return re.sub(r"\[\d*\]", "", in_words.short(word)).strip("[]").lower()


@cache
def _rules() -> dict[str, Rule]:
    return {word.lower(): rule for rule in RULES.values() for word in (rule.id, rule.name)}


@cache
def _places() -> dict[str, Asked]:
    found = {in_words.short(key).lower(): Asked(key) for key in in_words.known_keys()}
    return found | {name.lower(): Asked(owner.key, m.name) for name, (owner, m) in in_words.known_members().items()}


def _not_known(subject: str, word: str, meant: list[Asked]) -> str:
    if meant:
        owners = ", ".join(in_words.short(str(place)) for place in meant)
        return f"{shown(subject)} is a member of several annotations: {owners}"
    if special := topics.not_known(subject):
        return special
    sentence = f"{shown(subject)} is no rule and no annotation"
    if translation := TRANSLATIONS.get(in_words.PREFIX + word):
        return f"{sentence} of CCE, did you mean {translation}?"
    if whose := FOREIGN.get(in_words.PREFIX + word):
        return f"{sentence} of CCE, it belongs to {whose}"
    known = {name.lower(): name for name, _ in names()}
    if _NUMBER.fullmatch(word):
        return f"{sentence}; `elbguard explain` lists all there are"
    close = nearest(word, known)
    likely = known[close] if close else _having(word, known)
    if not likely and (close := nearest(f"elb.{word}", known)):
        likely = known[close]
    return f"{sentence}, did you mean {likely}?" if likely else f"{sentence}; `elbguard explain` lists all there are"


def _having(word: str, known: Mapping[str, str]) -> str:
    """The names with a word in them, a few, as one text: of annotations, or else of members, or else of rules."""
    if len(word) < _SHORTEST or word == "elb":
        return ""
    found = {name: _places().get(name) for name in known if word in _BETWEEN.split(name)}
    keys = [known[name] for name, place in found.items() if place and not place.member]
    named = keys or [known[name] for name, place in found.items() if place] or [known[name] for name in found]
    told = named if len(named) <= _MOST else [*named[: _MOST - 1], f"{len(named) - _MOST + 1} more"]
    return " or ".join(filter(None, [", ".join(told[:-1]), *told[-1:]]))

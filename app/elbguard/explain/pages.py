"""Pages: everything there is to say about one rule or one annotation, before it is written down in some format."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from elbguard.explain import gates, in_words
from elbguard.explain.examples import Example, Shown, examples
from elbguard.explain.gates import Column
from elbguard.explain.subject import Asked
from elbguard.languages import Language, Say, purpose_in, rule_in, said_in, saying
from elbguard_rules.catalogue import KEYS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.reader import Member
from elbguard_rules.core.rule import Document, Rule
from elbguard_rules.guard import CHECKS, RULES
from elbguard_rules.relations.keys import NOT_TEXT, OTHER_CAPITALS, UNKNOWN_MEMBER, an_annotation_is_known, is_elb_key

CLASSES: Final = {"union": "shared (union)", "performance": "dedicated (performance)"}
CLOUDS: Final = {"huawei": "Huawei Cloud", "otc": "Open Telekom Cloud"}


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule and its circumstances.

    `about` are the places it blames; `clusters` and `load_balancers` say in which clusters and about which class it
    speaks, empty for all; `needs` the facts without which it is skipped; `defaults` what is filled in at those places;
    `switches` how else it can be taken, with the flag or comment that does it; `gates` what it asks of the cluster's
    version if it is a gate, and `kinds` what else `clusters` says.
    """

    rule: Rule
    about: tuple[str, ...]
    defaults: tuple[tuple[str, str], ...]
    clusters: str
    load_balancers: str
    releases: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    switches: tuple[tuple[str, str], ...]
    denied: Example | None
    admitted: Example | None
    gates: tuple[Column, ...]
    kinds: str
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class AnnotationPage:
    """An annotation or a member of its JSON; texts are empty where there is nothing to say.

    `known` says how well the annotation is known, `also` what else is known of it and no rule checks, `documents` where
    all that comes from.
    """

    place: Asked
    purpose: str
    state: str
    value: str
    choices: tuple[str, ...]
    default: str
    after_creation: str
    gates: tuple[Column, ...]
    members: tuple[tuple[str, str, str, str], ...]  # name, value, default, gates
    rules: tuple[Rule, ...]
    example: Example | None
    known: Tier | None = None
    also: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    language: Language = "en"


def rule_page(rule: Rule, language: Language = "en") -> RulePage:
    """Everything about a rule."""
    say = saying(language)
    shown = examples().get(rule.id)
    about = _about(rule, shown)
    when = shown.when if shown else {}
    return RulePage(
        rule_in(language, rule),
        about,
        tuple((place, say(text)) for place in about if (text := _default_at(place))),
        clusters(when, say),
        say(CLASSES.get(when.get("class", ""), "")),
        {name: tuple(when[name]) for name in ("before", "from") if name in when},
        tuple(map(say, shown.needs)) if shown else (),
        tuple(_switches(rule)),
        _in_language(shown.denied, language) if shown else None,
        shown.admitted if shown else None,
        gates.of_rule(rule),
        clusters({name: value for name, value in when.items() if name not in ("from", "before")}, say),
        language,
    )


def _in_language(example: Example, language: Language) -> Example:
    """The example with what elbguard says of it in a language."""
    return replace(example, messages=tuple(said_in(language, message) for message in example.messages))


def clusters(when: Mapping[str, Any], say: Say = str) -> str:
    """In which clusters a rule speaks, in words; empty for all of them."""
    parts: list[str] = []
    if kind := when.get("type"):
        parts.append("CCE Turbo" if kind == "turbo" else "standard, not Turbo")
    if mode := when.get("proxy-mode"):
        parts.append(f"kube-proxy in mode {mode}")
    if profile := when.get("profile"):
        parts.append(f"{CLOUDS[profile]} only")
    if first := when.get("from"):
        parts.append(f"from {_releases(first)} on")
    if end := when.get("before"):
        parts.append(f"before {_releases(end)}")
    return ", ".join(map(say, parts))


def annotation_page(place: Asked, language: Language = "en") -> AnnotationPage:
    """Everything about an annotation or a member."""
    say = saying(language)
    owner = in_words.owner_of(place.key)
    purpose = purpose_in(language, place.key, owner.purpose) if owner else say("an annotation of Ingresses")
    rules = tuple(RULES[id_] for id_ in sorted(_rules_about(place, owner)))
    if owner is None:
        page = AnnotationPage(place, purpose, "documented for Ingresses", "", (), "", "", (), (), rules, None)
        return replace(page, language=language)
    example = _example(place, rules)
    if place.member:
        member = owner.members[place.member]
        return AnnotationPage(
            place,
            say(f"a member of the JSON object in {in_words.short(place.key)}"),
            "judged",
            rule_in(language, member.rule).says,
            member.choices,
            say(in_words.default(member.default)),
            say(in_words.AFTER[owner.after_create]),
            gates.columns(member.gates),
            (),
            rules,
            example,
            language=language,
        )
    return AnnotationPage(
        place,
        purpose,
        "judged",
        in_words.value(owner, language),
        owner.choices,
        say(in_words.default(owner.default)),
        say(in_words.AFTER[owner.after_create]),
        gates.columns(owner.gates),
        tuple(_member(member, language) for member in owner.members.values()),
        rules,
        example,
        KEYS[place.key].tier,
        tuple(say(fact.says) for fact in KEYS[place.key].facts if not fact.rules),
        tuple(dict.fromkeys(fact.source.document for fact in KEYS[place.key].facts)),
        language,
    )


def _member(member: Member, language: Language) -> tuple[str, str, str, str]:
    say = saying(language)
    needs = "; ".join(say(in_words.gate(gate)) for gate in member.gates)
    return member.name, rule_in(language, member.rule).says, say(in_words.default(member.default)), needs


def _releases(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}, each in its line" if others else last


def _switches(rule: Rule) -> Iterator[tuple[str, str]]:
    """How else the rule can be taken, and the flags and comments that do it."""
    if rule.severity is Severity.OFF:
        yield "on", f"--severity {rule.id}=error"
        return
    other = "warning" if rule.severity is Severity.ERROR else "error"
    yield "off", f"--ignore {rule.id}"
    yield f"to {other}", f"--severity {rule.id}={other}"
    yield "off in one place", f"# elbguard: ignore[{rule.id}] reason"


def _about(rule: Rule, shown: Shown | None) -> tuple[str, ...]:
    """The places a rule blames; none for the rules about any key."""
    if shown is None or rule in (NOT_TEXT, UNKNOWN_MEMBER, OTHER_CAPITALS, an_annotation_is_known.rule):
        return ()
    known = _known_places()
    fields = ("spec.", "metadata.", "elbguard.io/")
    places = (place if place.startswith(fields) else _nearest_known(place, known) for place in shown.blames)
    return tuple(dict.fromkeys(filter(None, places)))


@cache
def _known_places() -> frozenset[str]:
    return frozenset(map(in_words.short, in_words.known_keys())) | in_words.known_members().keys()


def _nearest_known(place: str, known: Container[str]) -> str:
    """The place, or the member or annotation that it lies in; empty where nobody knows that."""
    place = place.replace("[]", "")
    while place and place not in known:
        place = place.rpartition(".")[0]
    return place


def _default_at(place: str) -> str:
    if place in in_words.known_members():
        return in_words.default(in_words.known_members()[place][1].default)
    owner = in_words.owner_of(in_words.PREFIX + place)
    return in_words.default(owner.default) if owner else ""


def _rules_about(place: Asked, owner: Annotation[Any] | None) -> set[str]:
    name = in_words.short(str(place))
    found = {id_ for id_, shown in examples().items() if name in _about(RULES[id_], shown)}
    if place.member and owner:
        return found | set(_shapes(owner.members[place.member]))
    found |= {check.rule.id for check in CHECKS if place.key in check.reads} | {NOT_TEXT.id}
    if owner:
        found |= {rule.id for rule in owner.rules} | {gate.rule.id for gate in owner.gates}
        found |= {id_ for member in owner.members.values() for id_ in _shapes(member)}
        found |= {UNKNOWN_MEMBER.id, OTHER_CAPITALS.id} if owner.members else set()
    return found if is_elb_key(place.key) or owner else found - {NOT_TEXT.id}


def _shapes(member: Member) -> Iterator[str]:
    yield member.rule.id
    yield from (gate.rule.id for gate in member.gates)


def _example(place: Asked, rules: Iterable[Rule]) -> Example | None:
    """An admitted manifest that has the annotation or the member.

    The best needs no flags for its verdict, comes from a rule that blames just this place, and is short.
    """
    name = in_words.short(str(place))
    found = [shown for rule in rules if (shown := examples().get(rule.id)) and _has(place, shown.admitted.manifest)]

    def oddity(shown: Shown) -> tuple[bool, bool, bool, int]:
        example = shown.admitted
        return bool(example.flags), bool(example.before), shown.blames != (name,), len(example.manifest)

    best = min(found, key=oddity, default=None)
    return best.admitted if best else None


def _has(place: Asked, manifest: str) -> bool:
    """Whether the manifest gives the annotation, and the member inside it, something."""
    lines = [line.strip() for line in manifest.splitlines()]
    given = [line.partition(":")[2].strip() for line in lines if line.startswith(f"{place.key}:")]
    return any(text not in ("", "''", '""') for text in given) and (not place.member or f'"{place.member}"' in manifest)

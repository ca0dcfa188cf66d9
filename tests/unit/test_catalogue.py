"""The project owns its facts: each has a source, and a rule or a reason; each rule stands on a fact."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from elbguard_rules import documents
from elbguard_rules.catalogue import GENERAL, KEYS, SUBJECTS, Key
from elbguard_rules.catalogue.differences import DIFFERENCES, Difference
from elbguard_rules.catalogue.spec_facts import SPEC
from elbguard_rules.catalogue.update_facts import UPDATES
from elbguard_rules.core.fact import Fact, Tier
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Source
from elbguard_rules.guard import CHECKS, OWNERS, RULES
from elbguard_rules.vocabulary.foreign import INGRESS
from tests.support.cases import cases
from tests.support.trying import each_of

ORIGINAL: Final = Path(__file__).parents[3] / "shared" / "facts" / "catalogue.yaml"

SOURCES: Final = {(s.document, s.section) for s in vars(documents).values() if isinstance(s, Source)}


def _facts() -> Iterator[tuple[str, Fact]]:
    for key in KEYS.values():
        yield from ((f"{key.key}: {fact.says}", fact) for fact in key.facts)
    yield from SPEC.items()
    yield from UPDATES.items()


FACTS: Final = list(_facts())
EVERY_KEY: Final = each_of(KEYS.values())


@pytest.fixture(scope="module")
def original() -> dict[str, Any]:
    """The catalogue that the project was given; ours is checked against it where it is at hand."""
    if not ORIGINAL.is_file():
        pytest.skip(f"{ORIGINAL} is not there: ours cannot be compared with it")
    found: dict[str, Any] = yaml.load(ORIGINAL.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


def test_has_every_key_of_the_original_in_its_tier(original: dict[str, Any]) -> None:
    expected = {entry["key"]: entry["tier"] for entry in original["annotations"]}

    assert expected.items() <= {key.key: str(key.tier) for key in KEYS.values()}.items()


def test_has_at_least_as_many_facts_about_a_key_as_the_original_has_checks(original: dict[str, Any]) -> None:
    few = [
        entry["key"]
        for entry in original["annotations"]
        if len(KEYS[entry["key"]].facts) < len(entry["checks"]) - _about_updates(entry)
    ]

    assert few == []


def _about_updates(entry: dict[str, Any]) -> int:
    """How many checks are about updates: those are facts of their own."""
    return sum("UPDATE" in check["when"] for check in entry["checks"])


def test_knows_every_constraint_update_and_contradiction_of_the_original(original: dict[str, Any]) -> None:
    assert list(SPEC) == [entry["field"] for entry in original["spec_constraints"]]
    assert list(UPDATES) == [entry["id"] for entry in original["update_rules"]["rules"]]
    assert list(DIFFERENCES) == [entry["id"] for entry in original["contradictions"]]


def test_knows_every_key_of_ingresses_that_the_original_knows(original: dict[str, Any]) -> None:
    keys = {f"kubernetes.io/{entry['key']}" for entry in original["ingress_annotations"] if "<" not in entry["key"]}
    ours = {key for key in keys if key.startswith("kubernetes.io/elb.")}

    assert ours <= INGRESS | KEYS.keys()


def test_does_not_copy_the_original(original: dict[str, Any]) -> None:
    theirs = {text for text in _texts(original) if len(text) > 30}

    assert [fact.says for _, fact in FACTS if fact.says in theirs] == []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    else:
        yield str(value)


def test_a_key_belongs_to_one_subject() -> None:
    keys = [key.key for subject in SUBJECTS for key in subject.keys]

    assert len(keys) == len(set(keys))


@EVERY_KEY
def test_a_key_has_an_annotation_with_a_rule_or_a_reason(key: Key) -> None:
    assert key.facts
    assert any(fact.rules for fact in key.facts) or all(fact.because for fact in key.facts)
    assert key.key in OWNERS or key.tier in (Tier.LEGACY, Tier.PLATFORM)


def test_every_annotation_has_a_key() -> None:
    assert sorted(OWNERS.keys() - KEYS.keys()) == [], "write key(...) with their facts into the catalogue"


@EVERY_KEY
def test_a_key_not_confirmed_is_never_more_than_warned_about(key: Key) -> None:
    if key.tier is not Tier.UNCONFIRMED:
        return
    general = set(GENERAL)
    named = {id_ for fact in key.facts for id_ in fact.rules} - general
    declared = {rule.id for rule in OWNERS[key.key].rules} | {gate.rule.id for _, gate in OWNERS[key.key].all_gates}

    assert {id_ for id_ in named | declared if RULES[id_].severity is Severity.ERROR} == set()


@EVERY_KEY
def test_the_rules_of_a_key_read_it_or_are_tried_on_it(key: Key) -> None:
    named = {id_ for fact in key.facts for id_ in fact.rules} - GENERAL.keys()
    reading = {check.rule.id for check in CHECKS if key.key in check.reads}
    tried = {id_ for case in cases() for id_ in case.about if f"{key.key}:" in case.document.manifest}

    assert named - reading - tried == set()


def faulty(fault: Callable[[Fact], object]) -> list[str]:
    """The facts that have a fault, by their names."""
    return [name for name, fact in FACTS if fault(fact)]


def test_a_fact_has_a_rule_or_a_reason_and_not_both() -> None:
    assert faulty(lambda fact: bool(fact.rules) == bool(fact.because)) == []


def test_a_fact_is_a_sentence_and_so_is_its_reason() -> None:
    assert faulty(lambda fact: not fact.says.endswith(".")) == []
    assert faulty(lambda fact: fact.because and not fact.because.endswith(".")) == []


def test_a_fact_with_several_releases_speaks_of_those_listed() -> None:
    assert faulty(lambda fact: ("the releases listed" in fact.says) != (len(fact.since) > 1)) == []


def test_a_fact_has_a_document_as_its_source() -> None:
    assert faulty(lambda fact: (fact.source.document, fact.source.section) not in SOURCES) == []


def test_the_rules_of_a_fact_exist() -> None:
    assert faulty(lambda fact: set(fact.rules) - RULES.keys()) == []


@each_of(DIFFERENCES)
def test_a_difference_is_decided_with_sources_and_a_rule_or_a_reason(name: str) -> None:
    difference: Difference = DIFFERENCES[name]

    assert difference.sources
    assert {(source.document, source.section) for source in difference.sources} <= SOURCES
    assert bool(difference.rules) != bool(difference.because)
    assert [id_ for id_ in difference.rules if id_ not in RULES] == []
    for text in (difference.one, difference.other, difference.decided):
        assert text.endswith(".")


def test_every_rule_stands_on_a_fact_or_is_a_general_one() -> None:
    named = {id_ for _, fact in FACTS for id_ in fact.rules}

    assert sorted(RULES.keys() - named - GENERAL.keys()) == [], "write the facts, with these ids, into the catalogue"


def test_the_general_rules_exist_and_say_why() -> None:
    assert GENERAL.keys() <= RULES.keys()
    assert all(reason.endswith(".") for reason in GENERAL.values())

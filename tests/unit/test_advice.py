"""What a finding tells its author to write: the very text, the range, whose word it was."""

from typing import Any

import pytest

from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard
from tests.support.cases import cases
from tests.support.reviews import ELB, EXISTING, service


def told(key: str, value: Any, rule: str) -> list[str]:
    """Return what is said about the value of an annotation by one rule."""
    review = Guard().review(Service(service({**EXISTING, ELB + key: value})), Cluster())
    return [finding.sentence for finding in review.findings if finding.rule.id == rule]


WRITTEN = {
    "a switch of on and off": ("health-check-flag", True, '"on"'),
    "switched off": ("health-check-flag", False, '"off"'),
    "a switch of true and false": ("http2-enable", True, '"true"'),
    "a number": ("keepalive_timeout", 60, '"60"'),
    "members that are strings": ("health-check-option", {"delay": 5}, '\'{"delay": "5"}\''),
    "members that are numbers": ("autocreate", {"bandwidth_size": 5}, '\'{"bandwidth_size": 5}\''),
    "a list of objects": ("health-check-options", [{"delay": 5}], '\'[{"delay": "5"}]\''),
    "an apostrophe": ("autocreate", {"name": "it's"}, '\'{"name": "it\'\'s"}\''),
}  # fmt: skip


@pytest.mark.parametrize(("key", "value", "text"), WRITTEN.values(), ids=WRITTEN)
def test_what_is_no_text_is_answered_by_the_very_text_to_write(key: str, value: Any, text: str) -> None:
    [sentence] = told(key, value, "ELB901")

    assert sentence.endswith(f": an annotation is a string: write {text}")


@pytest.mark.parametrize("value", [None, {"name": "x" * 5000}, {"name": 10**5000}])
def test_where_the_text_is_not_certain_or_long_only_quotes_are_asked(value: Any) -> None:
    [sentence] = told("autocreate", value, "ELB901")

    assert sentence.endswith("write the value in quotes")


RANGES = [("timeout", "ELB412", "between 1 and 50"), ("max_retries", "ELB413", "between 1 and 10")]


@pytest.mark.parametrize(("member", "rule", "words"), RANGES)
def test_a_number_in_place_of_a_string_is_told_its_range_at_once(member: str, rule: str, words: str) -> None:
    [sentence] = told("health-check-option", f'{{"{member}": 0}}', rule)

    assert "must be a JSON string, in double quotes" in sentence
    assert words in sentence


def test_a_string_in_place_of_a_number_is_told_its_range_at_once() -> None:
    [sentence] = told("autocreate", '{"bandwidth_size": "5000"}', "ELB206")

    assert "without quotes, between 1 and 2000 Mbit/s" in sentence


@pytest.mark.parametrize(
    ("word", "whose", "meant"),
    [
        ("elb", "container instances (CCI)", "performance"),
        ("shared", "the open-source controller", "union"),
        ("dedicated", "the open-source controller", "performance"),
    ],
)
def test_a_foreign_class_is_told_whose_word_it_is_and_which_to_write(word: str, whose: str, meant: str) -> None:
    [sentence] = told("class", word, "ELB101")

    assert sentence.endswith(f'that is a word of {whose}; did you mean "{meant}"?')


MEANT = [
    ("pass-through", "True", "ELB602", 'did you mean "true"?'),
    ("pass-through", "onlylocal", "ELB602", 'did you mean "onlyLocal"?'),
    ("tls-ciphers-policy", "TLSv1.2", "ELB545", 'did you mean "tls-1-2"?'),
    ("tls-ciphers-policy", "tls-1-3", "ELB545", 'did you mean "tls-1-2-fs-with-1-3"?'),
    ("adaptive-weight", "enabled", "ELB330", 'did you mean "true"?'),
]


@pytest.mark.parametrize(("key", "value", "rule", "advice"), MEANT)
def test_what_was_surely_meant_is_asked(key: str, value: str, rule: str, advice: str) -> None:
    [sentence] = told(key, value, rule)

    assert sentence.endswith(advice)


LISTED = [
    ("protocol-port", ["https:443", "http:80"], 'write "https:443,http:80"'),
    ("protocol-port", {"https": 443}, "write one text with commas between its entries, not an object"),
    ("class", {"union": True}, "write one word, not an object"),
    ("class", ["union"], "write one word, not an array"),
]


@pytest.mark.parametrize(("key", "value", "advice"), LISTED)
def test_an_annotation_that_is_no_json_is_never_answered_by_json(key: str, value: Any, advice: str) -> None:
    [sentence] = told(key, value, "ELB901")

    assert sentence.endswith(advice)


def test_nobody_guesses_which_number_of_a_rule_was_meant() -> None:
    heeding = Guard(Policy(heeds_ignore=True))
    raw = service({**EXISTING, "elbguard.io/ignore": "ELB000: ours"})
    [finding] = [f for f in heeding.review(Service(raw), Cluster()).findings if f.rule.id == "ELB991"]

    assert "did you mean" not in finding.message


def test_whatever_is_asked_for_is_told_as_what_was_meant_too() -> None:
    problems = [finding.problem for case in cases("deny", "warn") for finding in case.document.review.findings]
    asked = {problem.detail: problem.meant for problem in problems if "did you mean" in problem.detail}

    assert len(asked) > 5
    assert [detail for detail, meant in asked.items() if not meant or meant not in detail] == []


@pytest.mark.parametrize("text", ["shared", " shared", "Shared ", "SHARED"])
def test_the_word_of_another_product_is_known_with_blanks_around_it_and_in_capitals(text: str) -> None:
    [sentence] = told("class", text, "ELB101")

    assert sentence.endswith('did you mean "union"?')

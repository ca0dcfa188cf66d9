"""The Chinese texts: each of the English sentence that stands there now, none forgotten, no name or number lost."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from elbguard.settings import Settings
from elbguard_rules import chinese
from elbguard_rules.chinese import fingerprint
from elbguard_rules.chinese.translations import table, texts
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, RULES, Guard
from tests.support.cases import cases
from tests.support.trying import each_of

TRANSLATED: Final = {id_: text for hundred in "123456789" for id_, text in texts(hundred).items()}
NAMES: Final = re.compile(  # what no translation may change: keys, ids, versions, flags, JSON, values between quotes
    r"(?:kubernetes\.io|cce\.io)/[\w.-]*\w|\bELB\.?\d{3,4}|\bv1\.\d+(?:\.\d+)?(?:-r\d+)?|--[a-z-]+"
    r"|\{\"[^}]*\}|\[\"[^\]]*\]|\"[\w:.-]+\"|\b[A-Z]+(?:_[A-Z]+)+|\b\d{2,}\b|spec\.\w+"
)
VERDICTS: Final = ("deny", "warn", "admit", "skip", "after deny", "after warn", "after admit")
ODD: Final[tuple[object, ...]] = (  # values that no case file has for every annotation
    *(None, True, 12, 1.5, [], ["a", "b"], {"a": 1}, [1] * 30, [{"a": "x" * 300}], "", "${X}", "<your_id>", " ", ","),
    *('{"a":1}', "[{}]", '{"a":1,"a":2}', '{"A":1,"a":2}', '{"a":}', "[1", '{"a" 1}', '"\\q"', '{"a":01}', "{'a':1}"),
    *(
        '{"a":"\n"}',
        "[" * 200,
        '{"a":nul}',
        '{"a":"x',
        '{"a":[1 2]}',
        '{"a":"\\u12"}',
        '{"TYPE":null,"delay":true}',
        "1 2",
    ),
)
UNTRIED: Final = (  # phrases of details that neither the cases nor the odd values bring about
    "a certificate's ID is 32 digits of 0-9 and a-f in all examples, in small letters and without blanks",
    "a number has at most {most} characters",
    "a string is written in double quotes",
    "an annotation is a string: write the value in quotes",
    "create another Service, without kubernetes.io/elb.autocreate",
    "is a placeholder: write the EIP's ID, such as {example}",
    "is a placeholder: write the IP address group's ID, such as {example}",
    "is a placeholder: write the address of the load balancer, such as {example}",
    "is a placeholder: write the elastic IP, such as {example}",
    "there is nothing to suppress on this line: a comment counts on the line of what it is about",
    "may not be more than {most} bytes in all, these are {size} characters",
    'must be a JSON string, in double quotes, of digits, such as "{example}"',
    'must be in double quotes, of digits, such as "{example}"',
    "no rule has this id or name, did you mean {name}?",
    "rules are suppressed one by one",
    "the text is empty, a JSON value is expected",
    "{key} in the top level is not read: move it under metadata.annotations",
    "{key} in the top level is not read: write {Meant} under metadata.annotations",
    "{key} in {place} is not read: write {Meant} under metadata.annotations",
)


@each_of(RULES)
def test_every_rule_has_its_sentences_in_chinese(id_: str) -> None:
    assert id_ in TRANSLATED, (
        f"{id_} has no translation: write it into rules/elbguard_rules/chinese/elb{id_[3]}00.toml, as\n"
        f'[{id_}]\nof = "{fingerprint(RULES[id_])}"\nsays = "...。"\nfix = "...。"'
    )
    text, rule = TRANSLATED[id_], RULES[id_]

    assert bool(text.why) == bool(rule.why)
    for said in filter(None, (text.says, text.fix, text.why)):
        assert said.endswith("。")
        assert re.search("[\u4e00-\u9fff]", said)


@each_of(TRANSLATED)
def test_a_translation_is_of_the_sentence_that_stands_there_now(id_: str) -> None:
    assert id_ in RULES, f"{id_} is no rule: remove it from elb{id_[3]}00.toml"
    now = fingerprint(RULES[id_])

    assert TRANSLATED[id_].of == now, (
        f'translation of {id_} is of an older sentence: mend it in elb{id_[3]}00.toml, then write of = "{now}" there'
    )


@each_of(RULES)
def test_a_translation_names_the_same_keys_versions_and_values(id_: str) -> None:
    rule, text = RULES[id_], chinese.rule_text(RULES[id_])

    for name in ("says", "fix", "why"):
        english, other = getattr(rule, name), getattr(text, name)
        assert [each for each in NAMES.findall(english) if each not in other] == []


@cache
def found() -> tuple[Finding, ...]:
    """What is found in all cases, and in Services with an odd value in each annotation."""
    told = [finding for case in cases(*VERDICTS) for finding in case.document.review.findings]
    return (*told, *_odd())


def _odd() -> Iterator[Finding]:
    guard = Guard(Settings(heed_ignore=True).policy)
    for owner in ANNOTATIONS:
        for value in (*ODD, *owner.reader.samples()):
            notes = {"kubernetes.io/elb.class": "performance", owner.key: value, "elbguard.io/ignore": "ELB206x: all"}
            service = {"metadata": {"name": "x", "annotations": notes}, "spec": {"type": "LoadBalancer"}}
            yield from guard.review(Service(service), Cluster()).findings


def test_every_detail_has_a_phrase() -> None:
    said = {(finding.rule.id, text) for finding in found() for text in (finding.detail, finding.brief) if text}

    assert sorted(pair for pair in said if chinese.detail(pair[1]) is None) == [], (
        "write a phrase for these into rules/elbguard_rules/chinese/details.toml"
    )


def test_every_phrase_is_of_a_detail_that_is_still_said() -> None:
    said = "\n".join({text for finding in found() for text in (finding.detail, finding.brief)})
    left = {phrase for phrase in table("details.toml")["details"] if not _pattern(phrase).search(said)}

    assert sorted(left) == sorted(UNTRIED)


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(
        "".join(".+" if number % 2 else re.escape(part) for number, part in enumerate(re.split(r"\{(\w+)\}", phrase)))
    )


def test_a_finding_in_chinese_has_the_place_the_value_and_the_id_of_the_english_one() -> None:
    for one in found():
        other = chinese.finding(one)
        assert (other.field, other.rule.id, other.rule.name, other.severity) == (
            one.field,
            one.rule.id,
            one.rule.name,
            one.severity,
        )
        assert other.identity == one.identity
        assert other.problem is one.problem
        assert other.message.endswith(f" [{one.rule.id}]")
        assert re.search("[\u4e00-\u9fff]", other.sentence)
        assert other.sentence.startswith(f"{other.label}: ") == one.sentence.startswith(f"{one.label}: ")

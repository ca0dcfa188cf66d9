"""The Chinese texts: each of the English sentence that stands there now, none forgotten, no name or number lost."""

import re
from typing import Final

import pytest

from elbguard_rules import chinese
from elbguard_rules.chinese import fingerprint
from elbguard_rules.chinese.translations import texts
from elbguard_rules.guard import RULES

TRANSLATED: Final = {id_: text for hundred in "123456789" for id_, text in texts(hundred).items()}
NAMES: Final = re.compile(  # what no translation may change: keys, ids, versions, flags, JSON, values between quotes
    r"(?:kubernetes\.io|cce\.io)/[\w.-]*\w|\bELB\.?\d{3,4}|\bv1\.\d+(?:\.\d+)?(?:-r\d+)?|--[a-z-]+|[\[{]\S*"[^\]}]*[\]}]|\"[\w:.-]+\""
    r"|\b[A-Z]+(?:_[A-Z]+)+|\b\d{2,}\b|spec\.\w+"
)


@pytest.mark.parametrize("id_", RULES)
def test_every_rule_has_its_sentences_in_chinese(id_: str) -> None:
    assert id_ in TRANSLATED, f"{id_} has no translation: write it into rules/elbguard_rules/chinese/elb{id_[3]}00.toml"
    text, rule = TRANSLATED[id_], RULES[id_]

    assert bool(text.why) == bool(rule.why)
    for said in filter(None, (text.says, text.fix, text.why)):
        assert said.endswith("。")
        assert re.search("[\u4e00-\u9fff]", said)


@pytest.mark.parametrize("id_", TRANSLATED)
def test_a_translation_is_of_the_sentence_that_stands_there_now(id_: str) -> None:
    assert id_ in RULES, f"{id_} is no rule: remove it from elb{id_[3]}00.toml"
    now = fingerprint(RULES[id_])

    assert TRANSLATED[id_].of == now, (
        f'translation of {id_} is of an older sentence: mend it in elb{id_[3]}00.toml, then write of = "{now}" there'
    )


@pytest.mark.parametrize("id_", RULES)
def test_a_translation_names_the_same_keys_versions_and_values(id_: str) -> None:
    rule, text = RULES[id_], chinese.rule_text(RULES[id_])

    for name in ("says", "fix", "why"):
        english, other = getattr(rule, name), getattr(text, name)
        assert [each for each in NAMES.findall(english) if each not in other] == []

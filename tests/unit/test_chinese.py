"""The Chinese texts: each of the English sentence that stands there now, and none forgotten."""

import pytest

from elbguard_rules import chinese
from elbguard_rules.chinese import fingerprint
from elbguard_rules.chinese.translations import texts
from elbguard_rules.guard import RULES

TRANSLATED = {id_: text for hundred in "123456789" for id_, text in texts(hundred).items()}


@pytest.mark.parametrize("id_", TRANSLATED)
def test_a_translation_is_of_the_sentence_that_stands_there_now(id_: str) -> None:
    rule = RULES[id_]

    assert chinese.rule_text(rule).of == fingerprint(rule), (
        f"translation of {id_} is of an older sentence: mend it in elb{id_[3]}00.toml,"
        f' then write of = "{fingerprint(rule)}" there'
    )

"""Without a subject, all that can be explained."""

import json
import re

import pytest

from elbguard.explain.explain_command import FORMATS, explain
from elbguard.explain.topics import TOPICS
from elbguard_rules.catalogue import KEYS
from elbguard_rules.guard import RULES
from elbguard_rules.vocabulary.foreign import INGRESS


def test_the_table_lists_every_rule_within_80_columns() -> None:
    lines = explain(None).splitlines()

    rows = [line.split() for line in lines if re.match(r"  ELB\d{3} ", line)]
    assert rows == [[rule.id, rule.name, str(rule.severity)] for rule in RULES.values()]
    assert max(map(len, lines)) <= 80


def test_the_table_says_what_must_be_true() -> None:
    text = " ".join(explain(None).split())

    assert all(" ".join(rule.says.split()) in text for rule in RULES.values())


def test_the_table_lists_every_annotation_by_its_whole_name_and_every_symptom() -> None:
    names = {line.strip() for line in explain(None).splitlines()}
    words = set(re.findall(r"[\w./-]+", explain(None)))

    assert names >= KEYS.keys()
    assert names >= {topic.name for topic in TOPICS}
    assert words >= INGRESS


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_lists_annotations_and_symptoms(format_: str) -> None:
    text = explain(None, format_)

    assert all(key in text for key in KEYS)
    assert all(topic.name in text for topic in TOPICS)


def test_the_json_lists_every_rule() -> None:
    found = json.loads(explain(None, "json"))

    assert found["kind"] == "catalogue"
    assert found["rules"] == [
        {"id": rule.id, "name": rule.name, "severity": str(rule.severity), "says": rule.says} for rule in RULES.values()
    ]


def test_the_markdown_is_one_table() -> None:
    rows = [line for line in explain(None, "markdown").splitlines() if line.startswith("| ELB")]

    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(RULES)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("subject", [None, "ELB102", "elb.class"])
def test_every_format_ends_in_one_line_break(subject: str | None, format_: str) -> None:
    text = explain(subject, format_)

    assert text.endswith("\n")
    assert not text.endswith("\n\n")

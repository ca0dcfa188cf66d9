"""Symptoms, events and elbguard's own annotation are explained, by name, by other words, and from what clusters say."""

import json
import re
from typing import Final

import pytest

from elbguard.explain.explain_command import FORMATS, NotKnown, completions, explain
from elbguard.explain.subject import find
from elbguard.explain.topics import TOPICS
from elbguard_rules import suppression
from elbguard_rules.catalogue import symptoms
from elbguard_rules.catalogue.suppressing import SUPPRESSING
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.problem import annotation
from elbguard_rules.documents import DOCUMENTS
from elbguard_rules.guard import NAMES, RULES

EVERY: Final = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def name_of(subject: str) -> str:
    found = find(subject)
    return found.name if isinstance(found, Topic) else repr(found)


@EVERY
def test_a_topic_is_found_by_its_name_and_by_other_words_in_any_case(topic: Topic) -> None:
    for word in (topic.name, *topic.words):
        assert find(word) is find(word.upper()) is topic


@EVERY
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_tells_what_it_means_and_each_step(topic: Topic, format_: str) -> None:
    text = " ".join(explain(topic.name, format_).replace("`", "").replace('\\"', '"').split())

    for part in (topic.title, topic.says, *(words for step in topic.steps for words in (step.must, step.otherwise))):
        assert " ".join(part.replace("`", "").split()) in text
    assert topic.source.document.title in text
    assert topic.source.document.link in text


@EVERY
def test_a_topic_stands_on_a_document_of_the_table_and_on_rules_that_exist(topic: Topic) -> None:
    assert topic.source.document in DOCUMENTS
    assert topic.rules == tuple(id_ for id_ in topic.rules if id_ in RULES)


@EVERY
def test_a_topic_sends_nobody_to_what_is_not_there(topic: Topic) -> None:
    text = " ".join([topic.says, *(step.otherwise for step in topic.steps)])

    for subject in re.findall(r"`elbguard explain ([^`]+)`", text):
        assert find(subject)
    for key in re.findall(r"kubernetes\.io/elb\.[\w-]+", text):
        assert find(key)


@EVERY
def test_the_text_fits_80_columns_but_for_the_manifest(topic: Topic) -> None:
    exempt = {line.strip() for line in (*topic.example.splitlines(), topic.source.document.link)}

    assert [line for line in explain(topic.name).splitlines() if len(line) > 80 and line.strip() not in exempt] == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("can't modify service elb", "cannot-modify"),
        ('services "db" is forbidden: can\'t modify service elb [kubernetes.io/elb.id] annotation', "cannot-modify"),
        ("cant modify service elb [kubernetes.io/elb.class] annotation", "cannot-modify"),
        ("loadBalancerID[...] is invalid", "invalid-id"),
        ('services "gs-0" is forbidden: loadBalancerID[elb-306e] is invalid.', "invalid-id"),
        (
            "7m37s  Warning  SyncLoadBalancerFailed  service/db  Error syncing load balancer: {code: ELB.8907, message:"
            " load balancer already has a listener}",
            "ELB.8907",
        ),
        ('"Vpc 1a of member\'s subnet_cidr 2b and vpc 3c of loadbalancer 4d mismatch","code":"ELB.9899"', "ELB.9899"),
        ("5s Warning SyncLoadBalancerFailed service/db Error syncing load balancer: failed", "pending"),
        ("web  LoadBalancer  10.247.1.1  <pending>  80:30637/TCP  5m", "pending"),
        ("EXTERNAL-IP pending", "pending"),
        ("# elbguard: ignore ELB101", "elbguard.io/ignore"),
        ("#elbguard:disable[ELB101]", "elbguard.io/ignore"),
    ],
)
def test_what_a_cluster_said_is_recognised_as_it_was_pasted(said: str, meant: str) -> None:
    assert name_of(said) == meant
    assert name_of("  ".join(said.split(" "))) == meant  # as terminals pad it


@pytest.mark.parametrize("said", ["Normal EnsuredLoadBalancer", "Back-off restarting failed container", ""])
def test_what_is_about_something_else_is_no_symptom(said: str) -> None:
    assert symptoms.of(said) is None


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("pendin", "did you mean pending?"),
        ("unhelthy", "did you mean unhealthy?"),
        ("ELB.8908", "a code of the ELB API that elbguard does not know"),
        ("Error syncing: ELB.1101 nope", "ELB.1101 is a code"),
        ("elbguard.io/skip", "did you mean elbguard.io/ignore?"),
    ],
)
def test_what_is_not_known_is_answered_with_what_may_be_meant(subject: str, answer: str) -> None:
    with pytest.raises(NotKnown, match=re.escape(answer)):
        find(subject)


def test_what_is_said_to_be_malformed_is_and_the_forms_are_not() -> None:
    refused = re.findall(r'"([^"]*)"', SUPPRESSING.steps[0].otherwise)

    assert len(refused) > 3
    for text in refused:
        assert suppression.parsed(text, NAMES, annotation(suppression.KEY), "").mistakes
    assert suppression.parsed(suppression.FORM, NAMES, annotation(suppression.KEY), "").ids == ("ELB206", "ELB322")


def test_a_checklist_of_an_existing_load_balancer_names_all_it_must_have() -> None:
    text = explain("pending")

    for needed in ("VPC", "subnet", "layer-4 flavor", "ID of a load balancer", "same port", "loadBalancerClass"):
        assert needed in " ".join(text.split())


def test_the_shell_is_offered_symptoms_and_our_own_annotation() -> None:
    assert [name for name, _ in completions("pend")] == ["pending"]
    assert [name for name, _ in completions("elb.8")] == ["ELB.8907"]
    assert [name for name, _ in completions("elbguard.io")] == ["elbguard.io/ignore"]


def test_the_json_tells_steps_source_and_rules() -> None:
    found = json.loads(explain("invalid-id", "json"))

    assert (found["kind"], found["name"]) == ("topic", "invalid-id")
    assert found["steps"][0].keys() == {"must", "otherwise"}
    assert [rule["id"] for rule in found["rules"]] == ["ELB104"]
    assert found["source"]["quotation"] == "loadBalancerID[...] is invalid"

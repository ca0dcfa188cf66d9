"""What somebody wants explained is found by any name, and near misses are helped."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard.explain.explain_command import NotKnown, completions, explain
from elbguard.explain.subject import Asked, find
from elbguard_rules.guard import ANNOTATIONS, RULES
from elbguard_rules.vocabulary.foreign import FOREIGN, TRANSLATIONS

BANDWIDTH = Asked("kubernetes.io/elb.autocreate", "bandwidth_size")


@pytest.mark.parametrize("subject", ["ELB102", "elb102", " ELB102 ", "[ELB102]", "dedicated-on-old-cluster"])
def test_finds_a_rule_by_id_and_name(subject: str) -> None:
    assert find(subject) is RULES["ELB102"]


@pytest.mark.parametrize("subject", ["kubernetes.io/elb.class", "elb.class", "class", "ELB.Class", "`elb.class`"])
def test_finds_an_annotation_with_and_without_its_prefix(subject: str) -> None:
    assert find(subject) == Asked("kubernetes.io/elb.class")


@pytest.mark.parametrize(
    "subject",
    [
        "elb.autocreate.bandwidth_size",
        "kubernetes.io/elb.autocreate.bandwidth_size",
        "metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size",
        "bandwidth_size",
    ],
)
def test_finds_a_member(subject: str) -> None:
    assert find(subject) == BANDWIDTH


def test_finds_an_annotation_from_a_place_in_its_list() -> None:
    assert find("metadata.annotations[kubernetes.io/elb.protocol-port][1]") == Asked("kubernetes.io/elb.protocol-port")


@pytest.mark.parametrize(
    "line",
    [
        "ELB101:",
        "error[ELB101]",
        "web.yaml:8:30: error[ELB101]: unknown-class in Service/shop/cart",
        '* metadata.annotations[kubernetes.io/elb.class]: Unsupported value: "x" [ELB101] (elbguard)',
    ],
)
def test_finds_the_rule_that_a_line_of_a_report_names(line: str) -> None:
    assert find(line) is RULES["ELB101"]


@pytest.mark.parametrize(
    "line", ["    kubernetes.io/elb.class: union", '"kubernetes.io/elb.class": "x",', "elb.class=x"]
)
def test_finds_the_annotation_that_a_line_of_a_manifest_sets(line: str) -> None:
    assert find(line) == Asked("kubernetes.io/elb.class")


def test_every_rule_is_found() -> None:
    assert [find(rule.id) for rule in RULES.values()] == list(RULES.values())
    assert [find(rule.name) for rule in RULES.values()] == list(RULES.values())


def test_every_annotation_is_found() -> None:
    keys = [owner.key for owner in ANNOTATIONS]

    assert [find(key) for key in keys] == [Asked(key) for key in keys]


@pytest.mark.parametrize(
    ("subject", "meant"),
    [
        ("ELB1O2", "ELB102"),
        ("dedicated-on-old-clusters", "dedicated-on-old-cluster"),
        ("kubernetes.io/elb.clas", "elb.class"),
        ("lb-algoritm", "elb.lb-algorithm"),
        ("elb.enterpriseId.", "elb.enterpriseID"),
        ("elb.autocreate.bandwith_size", "elb.autocreate.bandwidth_size"),
    ],
)
def test_asks_what_was_meant(subject: str, meant: str) -> None:
    with pytest.raises(NotKnown, match=rf"is no rule and no annotation, did you mean {meant}\?$"):
        find(subject)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("keepalive", "elb.keepalive_timeout"),
        ("acl", "elb.acl-id, elb.acl-status or elb.acl-type"),
        ("ACL", "elb.acl-id, elb.acl-status or elb.acl-type"),
        ("flavor", "elb.autocreate.l4_flavor_name"),
        ("sni", "sni-on-old-cluster"),
    ],
)
def test_names_what_has_the_word_in_its_name(word: str, meant: str) -> None:
    with pytest.raises(NotKnown, match=rf"is no rule and no annotation, did you mean .*{re.escape(meant)}.*\?$"):
        find(word)


def test_names_a_few_of_many() -> None:
    with pytest.raises(NotKnown, match=r"did you mean ([^,]+, ){4}[^,]+ or \d+ more\?$"):
        find("cluster")


@pytest.mark.parametrize(("key", "meant"), TRANSLATIONS.items())
def test_translates_keys_of_neighbouring_products(key: str, meant: str) -> None:
    with pytest.raises(NotKnown) as mistake:
        find(key)

    assert str(mistake.value).endswith(f"did you mean {meant}?")


@pytest.mark.parametrize(("key", "whose"), FOREIGN.items())
def test_says_whose_a_key_is_that_has_no_translation(key: str, whose: str) -> None:
    with pytest.raises(NotKnown, match=rf"is no rule and no annotation of CCE, it belongs to {whose}$"):
        find(key)


def test_any_other_number_is_no_near_miss() -> None:
    with pytest.raises(
        NotKnown, match=r'^"ELB999" is no rule and no annotation; `elbguard explain` lists all there are$'
    ):
        find("ELB999")


@given(st.text() | st.text("elbELB129[].-_ `/") | st.integers(1, 10_000).map("[".__mul__))
def test_anything_else_is_one_printable_sentence(subject: str) -> None:
    sentence = ""
    try:
        explain(subject)
    except NotKnown as mistake:
        sentence = str(mistake)

    assert sentence.isprintable()
    assert len(sentence) < 250


def test_completes_rules_and_annotations() -> None:
    assert completions("elb10")[0] == ("ELB101", RULES["ELB101"].says)
    assert [name for name, _ in completions("elb.lb")] == ["elb.lb-algorithm"]
    assert [name for name, _ in completions("kubernetes.io/elb.lb")] == ["kubernetes.io/elb.lb-algorithm"]
    assert [name for name, _ in completions("elb.autocreate.vip_a")] == ["elb.autocreate.vip_address"]
    assert completions("no such thing") == []

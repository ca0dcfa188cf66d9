"""Words of neighbouring products get a hint that says what CCE wants, or whose they are."""

import pytest

from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard
from elbguard_rules.vocabulary.foreign import FOREIGN, TRANSLATIONS
from tests.support.trying import each_of

ELB = "kubernetes.io/elb."
OURS = {f"{ELB}id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", f"{ELB}class": "union"}
STICKY = {f"{ELB}session-affinity-mode": "SOURCE_IP"}


def hints(annotations: dict[str, str], rule: str) -> list[str]:
    metadata = {"name": "web", "namespace": "shop", "annotations": OURS | annotations}
    service = Service({"metadata": metadata, "spec": {"type": "LoadBalancer", "selector": {"app": "web"}}})
    return [f.sentence for f in Guard().review(service, Cluster()).findings if f.rule.id == rule]


@each_of(TRANSLATIONS)
def test_a_key_is_translated(key: str) -> None:
    assert hints({key: "x"}, "ELB903") == [f"unknown annotation: did you mean {TRANSLATIONS[key]}?"]


@each_of(FOREIGN)
def test_a_key_without_a_translation_says_whose_it_is(key: str) -> None:
    [hint] = hints({key: "x"}, "ELB903")

    assert hint.endswith(f"unknown annotation: it belongs to {FOREIGN[key]}, and CCE ignores it")


def test_another_controller_is_told_from_cce() -> None:
    [hint] = hints({"huawei-elb.io/eip-id": "x"}, "ELB903")

    assert hint.endswith("unknown annotation: it belongs to another controller, and CCE ignores it")


@pytest.mark.parametrize(
    "key", ["externalTrafficPolicy", "kubernetes.io/externalTrafficPolicy", f"{ELB}external-traffic-policy"]
)
def test_a_field_of_spec_is_called_one(key: str) -> None:
    [hint] = hints({key: "Local"}, "ELB903")

    assert hint.endswith("externalTrafficPolicy is a field of spec, write it there")


@pytest.mark.parametrize(
    ("word", "meant"), [("shared", "union"), ("dedicated", "performance"), ("elb", "performance"), ("Shared", "union")]
)
def test_a_class_is_translated(word: str, meant: str) -> None:
    [hint] = hints({f"{ELB}class": word}, "ELB101")

    assert hint.endswith(f'did you mean "{meant}"?')


def test_the_option_of_sticky_sessions_is_told_from_that_of_the_open_source_controller() -> None:
    [hint] = hints(STICKY | {f"{ELB}session-affinity-option": '{"type": "SOURCE_IP"}'}, "ELB902")

    assert "open-source controller" in hint
    assert '{"persistence_timeout": "60"}' in hint


@pytest.mark.parametrize(
    ("name", "meant"),
    [("isd", "id"), ("tgas", "tags"), ("gzip_enabled", "gzip-enabled"), ("mutlicluser", "multicluster")],
)
def test_a_key_is_near_the_right_one(name: str, meant: str) -> None:
    assert hints({ELB + name: "x"}, "ELB903") == [f"unknown annotation: did you mean {ELB}{meant}?"]


def test_a_key_of_few_letters_is_not_near_every_other() -> None:
    assert hints({f"{ELB}x0": "x"}, "ELB903") == ["unknown annotation: CCE ignores it"]


@each_of(owner.key for owner in ANNOTATIONS)
def test_no_key_of_cce_is_called_foreign(key: str) -> None:
    assert hints({key: ""}, "ELB903") == []

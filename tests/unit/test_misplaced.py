"""A key of CCE that stands where nobody reads it, or under another prefix, is named with the right one."""

from typing import Any

import pytest

from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
ELB_ID = "kubernetes.io/elb.id"


def told(metadata: dict[str, Any], **spec: Any) -> dict[str, str]:
    raw = {"metadata": {"name": "web", **metadata}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}], **spec}}
    found = Guard().review(Service(raw), Cluster()).warnings
    return {finding.field: finding.message for finding in found if finding.rule.id == "ELB903"}


@pytest.mark.parametrize(
    "key", ["elb.id", "elb.kubernetes.io/id", "k8s.io/elb.id", "Kubernetes.io/elb.id", "elb/id", "kubernetes.io/elb/id"]
)
def test_a_key_under_another_prefix_is_named_with_the_right_one(key: str) -> None:
    [message] = told({"annotations": {key: ID}}).values()
    assert "write kubernetes.io/elb.id" in message


def test_a_key_at_another_place_is_named_with_where_it_belongs() -> None:
    found = told({"labels": {"kubernetes.io/elb.id": ID}}, annotations={"elb.class": "union"})
    assert set(found) == {"metadata.labels.kubernetes.io/elb.id", "spec.annotations.elb.class"}
    assert all("under metadata.annotations" in message for message in found.values())


@pytest.mark.parametrize(
    ("metadata", "spec", "words"),
    [
        ({"annotations": {"elb.id": ID}}, {}, "elb.id is not read: write kubernetes.io/elb.id"),
        ({"annotations": {"elb.kubernetes.io/id": ID}}, {}, "elb.kubernetes.io/id is not read: write"),
        ({"annotations": {"Kubernetes.io/elb.id": ID}}, {}, "Kubernetes.io/elb.id is not read: write"),
        ({"annotations": {"kubernetes.io/elb-id": ID}}, {}, "kubernetes.io/elb-id is not read: write"),
        ({"annotations": {"elb.autocreate": "{}"}}, {}, "is not read: write kubernetes.io/elb.autocreate"),
        ({"labels": {ELB_ID: ID}}, {}, f"{ELB_ID} in metadata.labels is not read: move it under metadata.annotations"),
        ({"labels": {"elb.id": ID}}, {}, f"elb.id in metadata.labels is not read: write {ELB_ID} under"),
        ({ELB_ID: ID}, {}, f"{ELB_ID} in metadata is not read: move it"),
        ({}, {"annotations": {ELB_ID: ID}}, f"{ELB_ID} in spec.annotations is not read: move it"),
        ({}, {ELB_ID: ID}, f"{ELB_ID} in spec is not read: move it"),
    ],
)
@pytest.mark.parametrize("rule", ["ELB905", "ELB110"])
def test_who_misses_the_load_balancer_says_where_its_name_lies(
    rule: str, metadata: dict[str, Any], spec: dict[str, Any], words: str
) -> None:
    """Where nothing else is ours, and where another annotation makes the Service ours."""
    more = {"kubernetes.io/elb.class": "union"} if rule == "ELB110" else {}
    annotations = {**more, **metadata.get("annotations", {})}
    raw = {
        "metadata": {"name": "web", **metadata, "annotations": annotations},
        "spec": {"type": "LoadBalancer", "selector": {"a": "b"}, "ports": [{"port": 80}], **spec},
    }
    found = Guard().review(Service(raw), Cluster()).findings
    messages = {finding.rule.id: finding.message for finding in found}

    assert set(messages) == {rule, "ELB903"}
    assert words in messages[rule]


def test_other_keys_are_none_of_our_business() -> None:
    assert not told(
        {"labels": {"app": "elb"}, "annotations": {"elb.example.com/id": "x", "app.kubernetes.io/elb": "x"}}
    )

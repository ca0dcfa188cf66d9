"""A key of CCE that stands where nobody reads it, or under another prefix, is named with the right one."""

from typing import Any

import pytest

from rules.core.facts import Cluster
from rules.core.service import Service
from rules.guard import Guard

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"


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


def test_other_keys_are_none_of_our_business() -> None:
    assert not told(
        {"labels": {"app": "elb"}, "annotations": {"elb.example.com/id": "x", "app.kubernetes.io/elb": "x"}}
    )

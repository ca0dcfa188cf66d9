"""The match condition, evaluated: which Services reach the webhooks. An error would refuse the Service under Fail."""

from typing import Any

import cel
import pytest

from tests.unit.manifests.built import MATCH_CONDITIONS, built

ELB = {"type": "LoadBalancer"}
OTHER_CLASS = {"type": "LoadBalancer", "loadBalancerClass": "example.com/metal"}
INSIDE = {"type": "ClusterIP"}
OUTSIDE = {"type": "ExternalName", "externalName": "example.com"}


def matches(new: dict[str, Any] | None, old: dict[str, Any] | None) -> list[bool]:
    """Whether each of the two webhooks is called for a Service that had the spec `old` and is to have `new`."""
    variables = {"object": new and {"spec": new}, "oldObject": old and {"spec": old}}
    conditions = [webhook["matchConditions"] for webhook in built(MATCH_CONDITIONS).webhooks]
    return [cel.evaluate(condition["expression"], variables) for [condition] in conditions]


@pytest.mark.parametrize(
    ("new", "old", "called"),
    [
        pytest.param(ELB, None, True, id="create"),
        pytest.param(INSIDE, None, False, id="create-cluster-ip"),
        pytest.param(OUTSIDE, None, False, id="create-external-name"),
        pytest.param(OTHER_CLASS, None, False, id="create-with-a-class"),
        pytest.param(ELB, ELB, True, id="update"),
        pytest.param(ELB, INSIDE, True, id="becomes-one"),
        pytest.param(INSIDE, ELB, True, id="ceases-to-be-one"),
        pytest.param(INSIDE, OUTSIDE, False, id="never-one"),
        pytest.param(OTHER_CLASS, OTHER_CLASS, False, id="update-with-a-class"),
        pytest.param(None, ELB, True, id="no-new-object"),
        pytest.param(None, None, False, id="no-object-at-all"),
    ],
)
def test_only_services_that_are_or_were_ours_reach_the_webhooks(
    new: dict[str, Any] | None, old: dict[str, Any] | None, called: bool
) -> None:
    assert matches(new, old) == [called, called]

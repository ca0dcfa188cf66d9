"""The match conditions, evaluated: which Services reach the webhooks. An error would refuse the Service under Fail.

While elbguard is away, what reaches the validating webhook waits: so what it lets through anyway must not reach it.
"""

from typing import Any

import cel
import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from tests.support.built import MATCH_CONDITIONS, POLICY, built
from tests.support.reviews import CONTROLLER, ORDINARY, WRONG, Json, review, service, validate

ELB = {"type": "LoadBalancer"}
OTHER_CLASS = {"type": "LoadBalancer", "loadBalancerClass": "example.com/metal"}
INSIDE = {"type": "ClusterIP"}
OUTSIDE = {"type": "ExternalName", "externalName": "example.com"}
GOING = {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 0}
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
USERS = [
    CONTROLLER,
    ORDINARY,
    "",
    "system:anonymous",
    "system:serviceaccount:kube-system:x",
    "system:kube-controller-manager",
    "system:cloud-controller-manager",
    "system:kube-controller-manager-2",
    "system:serviceaccount:kube-system",
    "system:serviceaccount:kube-system-2:x",
    "x:system:serviceaccount:kube-system:x",
    "system:serviceaccount:elbguard:elbguard",
]


def matches(new: Json | None, old: Json | None, user: str = ORDINARY, **request: str) -> list[bool]:
    """Whether each of the two webhooks is called for a change of a Service by a user; a condition may not fail."""
    variables: Json = {"object": new, "oldObject": old, "request": {"userInfo": {"username": user}, **request}}
    conditions = [webhook["matchConditions"] for webhook in built(MATCH_CONDITIONS).webhooks]
    answers = [[cel.evaluate(each["expression"], variables) for each in part] for part in conditions]
    return [all(part) for part in answers]


def having(spec: Json | None, **metadata: Any) -> Json | None:
    """A Service with this spec."""
    return spec and {"metadata": {"name": "web", **metadata}, "spec": spec}


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
    assert matches(having(new), having(old)) == [called, called]


@pytest.mark.parametrize("user", [ORDINARY, CONTROLLER])
@pytest.mark.parametrize("finalizers", [{}, {"finalizers": []}, {"finalizers": ["example.com/of-another"]}], ids=str)
def test_a_service_being_deleted_loses_its_finalizers_without_us(user: str, finalizers: Json) -> None:
    old = having(ELB, **GOING, finalizers=[FINALIZER])

    assert matches(having(ELB, **GOING, **finalizers), old, user) == [False, False]


def test_a_service_that_only_looks_like_being_deleted_reaches_them() -> None:
    assert matches(having(ELB, deletionGracePeriodSeconds=0, finalizers=[FINALIZER]), having(ELB)) == [True, True]


@pytest.mark.parametrize("user", USERS)
def test_by_default_those_users_do_not_reach_them_whom_the_webhook_lets_through(user: str) -> None:
    wrong = service(WRONG)
    admitted = validate(Admission(Settings()), review(wrong, service({}), userInfo={"username": user})).allowed

    assert matches(wrong, service({}), user) == [not admitted, not admitted]


@pytest.mark.parametrize("user", USERS)
def test_those_users_do_not_reach_them_whom_the_policy_leaves_out(user: str) -> None:
    conditions = built(POLICY).one("ValidatingAdmissionPolicy")["spec"]["matchConditions"]
    [exempt] = [each["expression"] for each in conditions if each["name"] == "not-exempt"]
    asked = cel.evaluate(exempt, {"request": {"userInfo": {"username": user}}})

    assert matches(having(ELB), None, user) == [asked, asked]


@pytest.mark.parametrize(
    ("new", "old", "called"),
    [
        ({}, {}, False),
        ({"annotations": {"a": "1"}}, {"annotations": {"a": "1"}}, False),
        ({"labels": {"a": "1"}, "annotations": {"a": "1"}}, {"annotations": {"a": "1"}}, False),
        ({"annotations": {"a": "1"}}, {}, True),
        ({}, {"annotations": {"a": "1"}}, True),
        ({"annotations": {"a": "2"}}, {"annotations": {"a": "1"}}, True),
        ({"annotations": {"a": "1", "b": ""}}, {"annotations": {"a": "1"}}, True),
    ],
    ids=str,
)
def test_a_status_update_reaches_them_only_with_other_annotations(new: Json, old: Json, called: bool) -> None:
    assert matches(having(ELB, **new), having(ELB, **old), subResource="status") == [called, called]
    assert matches(having(ELB, **new), having(ELB, **old), subResource="") == [True, True]
    assert matches(having(ELB, **new), having(ELB, **old), CONTROLLER, subResource="status") == [False, False]


def test_no_status_update_makes_a_condition_fail() -> None:
    for new in (None, having(ELB), having(INSIDE, annotations={"a": "1"})):
        for old in (None, having(ELB, annotations={}), having(INSIDE)):
            matches(new, old, subResource="status")

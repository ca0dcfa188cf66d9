"""The decision, from the bytes of an AdmissionReview to the bytes of its answer."""

from typing import Any

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from tests.contract.bodies import READABLE, UNREADABLE
from tests.support.reviews import (
    CONTROLLER,
    CREATED,
    ELB,
    EXISTING,
    UID,
    WRONG,
    Json,
    Reply,
    mutate,
    review,
    service,
    validate,
)
from tests.support.trying import each_of

ADMISSION = Admission(Settings())
BOTH = pytest.mark.parametrize("ask", [validate, mutate])


def _says_nothing(reply: Reply) -> bool:
    return reply.response == {"uid": UID, "allowed": True}


@BOTH
@pytest.mark.parametrize("version", ["v1", "v1beta1", "v2", "v1alpha7"])
def test_answers_in_the_version_that_was_asked_with_the_same_uid(ask: Any, version: str) -> None:
    asked = f"admission.k8s.io/{version}"
    reply = ask(ADMISSION, review(service(WRONG), version=asked, uid=f"uid-of-{version}"))

    assert asked == reply.review["apiVersion"]
    assert f"uid-of-{version}" == reply.response["uid"]


@BOTH
def test_a_service_without_fault_or_gap_gets_the_shortest_answer(ask: Any) -> None:
    whole = service({**EXISTING, ELB + "class": "union", ELB + "lb-algorithm": "ROUND_ROBIN"})

    assert _says_nothing(ask(ADMISSION, review(whole)))


def test_the_validating_answer_never_has_a_patch() -> None:
    reply = validate(ADMISSION, review(service(CREATED)))

    assert reply.patch == []
    assert mutate(ADMISSION, review(service(CREATED))).patch


def test_the_mutating_answer_never_refuses_or_warns() -> None:
    reply = mutate(ADMISSION, review(service(WRONG)))

    assert _says_nothing(reply)
    assert not validate(ADMISSION, review(service(WRONG))).allowed


@BOTH
@pytest.mark.parametrize(
    "request_",
    [
        {"operation": "DELETE", "object": None, "oldObject": service(WRONG)},
        {"operation": "DELETE"},
        {"operation": "CONNECT"},
        {"operation": "create"},
        {"operation": ""},
        {"subResource": "status"},
        {"subResource": "proxy"},
        {"kind": {"group": "", "version": "v1", "kind": "Pod"}},
        {"kind": {"group": "serving.knative.dev", "version": "v1", "kind": "Service"}},
        {"kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}},
        {"kind": "Service"},
        {"object": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("annotations", [WRONG, CREATED], ids=["wrong", "gaps"])
def test_what_is_no_write_of_a_service_is_let_through_untouched(ask: Any, request_: Json, annotations: Json) -> None:
    assert _says_nothing(ask(ADMISSION, review(service(annotations), **request_)))


STATUS: Json = {"subResource": "status"}
BY_CONTROLLER: Json = {"userInfo": {"username": CONTROLLER}}


def test_annotations_that_a_status_update_writes_are_judged() -> None:
    reply = validate(ADMISSION, review(service(WRONG), service(EXISTING), **STATUS))

    assert reply.refused_by == ["ELB301"]
    assert _says_nothing(validate(ADMISSION, review(service(WRONG), service(EXISTING), **STATUS, **BY_CONTROLLER)))


def test_a_status_update_that_writes_no_annotation_is_let_through_untouched() -> None:
    status = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}}

    assert _says_nothing(validate(ADMISSION, review(service(WRONG) | status, service(WRONG), **STATUS)))
    assert _says_nothing(validate(ADMISSION, review(service(None) | status, service({}), **STATUS)))


def test_an_old_mistake_stands_in_no_status_updates_way() -> None:
    noted = service(WRONG | {ELB + "mark": "1"})

    assert validate(ADMISSION, review(noted, service(WRONG), **STATUS)).allowed


def test_nothing_is_filled_into_a_status_update() -> None:
    assert _says_nothing(mutate(ADMISSION, review(service(CREATED), service(WRONG), **STATUS)))


@BOTH
@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "ExternalName"])
def test_a_service_of_another_type_is_let_through_unpatched(ask: Any, kind: str) -> None:
    reply = ask(ADMISSION, review(service({ELB + "lb-algorithm": "ROUND_ROBBIN"}, type=kind)))

    assert _says_nothing(reply)


@BOTH
@pytest.mark.parametrize("annotations", [WRONG, CREATED], ids=["wrong", "gaps"])
def test_a_service_of_another_load_balancer_class_is_let_through_untouched(ask: Any, annotations: Json) -> None:
    assert _says_nothing(ask(ADMISSION, review(service(annotations, loadBalancerClass="example.com/other"))))


@BOTH
def test_a_service_that_is_being_deleted_can_lose_its_finalizer(ask: Any) -> None:
    going = {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 0}
    old = service(EXISTING, {**going, "finalizers": ["service.kubernetes.io/load-balancer-cleanup"]})
    new = service(WRONG, {**going, "finalizers": []})

    assert _says_nothing(ask(ADMISSION, review(new, old)))


@BOTH
@pytest.mark.parametrize(
    "user",
    [
        CONTROLLER,
        "system:serviceaccount:kube-system:x",
        "system:kube-controller-manager",
        "system:cloud-controller-manager",
    ],
)
def test_the_platforms_own_users_are_let_through_untouched(ask: Any, user: str) -> None:
    assert _says_nothing(ask(ADMISSION, review(service(WRONG), userInfo={"username": user})))
    assert _says_nothing(ask(ADMISSION, review(service(CREATED), userInfo={"username": user})))


@pytest.mark.parametrize(
    "user",
    [
        "alice",
        "",
        "system:serviceaccount:kube-system",
        "system:serviceaccount:kube-system-2:x",
        "x:system:serviceaccount:kube-system:x",
        "system:kube-controller-manager-2",
    ],
)
def test_nobody_else_is_exempt(user: str) -> None:
    assert not validate(ADMISSION, review(service(WRONG), userInfo={"username": user})).allowed


def test_the_operator_decides_who_is_exempt() -> None:
    admission = Admission(Settings(exempt_user=("bob", "ops:*")))
    allowed = [
        validate(admission, review(service(WRONG), userInfo={"username": user})).allowed
        for user in ("bob", "ops:alice", "bobby", CONTROLLER)
    ]

    assert allowed == [True, True, False, False]


def test_nobody_is_exempt_when_the_list_is_empty() -> None:
    admission = Admission(Settings(exempt_user=()))

    assert not validate(admission, review(service(WRONG), userInfo={"username": ""})).allowed
    assert not validate(admission, review(service(WRONG), userInfo={"username": CONTROLLER})).allowed


@BOTH
def test_a_dry_run_is_answered_like_any_other(ask: Any) -> None:
    for annotations in (WRONG, CREATED):
        reply = ask(ADMISSION, review(service(annotations), dryRun=True))

        assert reply == ask(ADMISSION, review(service(annotations), dryRun=False))


@BOTH
@each_of(READABLE)
def test_a_readable_review_is_answered_whatever_its_object_looks_like(body: str, ask: Any) -> None:
    reply = ask(ADMISSION, READABLE[body])

    assert reply.response["uid"] == UID
    assert not any("internal error" in warning for warning in reply.warnings)


@BOTH
@each_of(UNREADABLE)
def test_an_unreadable_body_is_refused_in_one_sentence(body: str, ask: Any) -> None:
    reply = ask(ADMISSION, UNREADABLE[body])

    assert reply.status == 400
    assert reply.sentence.isprintable()
    assert 20 <= len(reply.sentence) <= 250


def test_of_duplicate_keys_in_the_body_the_last_counts_as_in_go() -> None:
    reply = validate(ADMISSION, READABLE["duplicate keys"])

    assert reply.response["uid"] == UID


@pytest.mark.parametrize("odd", ["nested 500 deep", "nested 100000 deep", "objects nested 100000 deep"])
def test_a_deep_value_is_refused_as_no_text_and_the_rest_is_judged(odd: str) -> None:
    body = READABLE[odd].replace(EXISTING[ELB + "id"].encode(), b"e" * 101)
    reply = validate(ADMISSION, body)

    assert reply.refused_by == ["ELB103", "ELB901"]

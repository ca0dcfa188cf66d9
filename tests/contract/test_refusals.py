"""What a refusal and a warning look like, and what is never refused."""

import json
import logging
from typing import Any

import pytest

from elbguard.modes import Mode
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard.webhook.logs import JsonFormatter, TextFormatter
from tests.support.reviews import CREATED, ELB, EXISTING, WRONG, Json, mutate, review, service, validate

ADMISSION = Admission(Settings())
MANY = {
    ELB + "autocreate": '{"type": "outer", "bandwidth_size": 5000, "name": "a b"}',
    ELB + "lb-algorithm": "FASTEST",
    ELB + "session-affinity-mode": "COOKIE",
}


def test_a_refused_creation_is_422_invalid_with_the_name_and_kind_of_the_object() -> None:
    status = validate(ADMISSION, review(service(WRONG))).response["status"]

    assert (status["status"], status["code"], status["reason"]) == ("Failure", 422, "Invalid")
    assert (status["details"]["name"], status["details"]["kind"]) == ("web", "Service")


# What clients call themselves. An Invalid makes the first of them, and Flux (kustomize-controller), delete when forced.
CLIENTS = ("kubectl-client-side-apply", "kubectl-replace", "kubectl", "kustomize-controller", "helm", "kubectl-Edit")


@pytest.mark.parametrize(
    "options", [*({"fieldManager": each} for each in (*CLIENTS, "", 5)), {}, None, "kubectl-edit"], ids=str
)
@pytest.mark.parametrize("old", [EXISTING, {**EXISTING, ELB + "class": "elastic"}], ids=["good", "with an old mistake"])
def test_a_refused_update_is_403_forbidden_so_that_no_client_deletes_the_live_service(options: Any, old: Json) -> None:
    status = validate(ADMISSION, review(service({**old, **WRONG}), service(old), options=options)).response["status"]

    assert (status["status"], status["code"], status["reason"]) == ("Failure", 403, "Forbidden")


def test_kubectl_edit_is_answered_invalid_which_opens_the_editor_again() -> None:
    body = review(service(WRONG), service(EXISTING), options={"fieldManager": "kubectl-edit"})
    status = validate(ADMISSION, body).response["status"]

    assert (status["code"], status["reason"]) == (422, "Invalid")


@pytest.mark.parametrize("wrong", [WRONG, MANY], ids=["one mistake", "many"])
def test_a_refused_update_says_the_same_as_a_refused_edit(wrong: Json) -> None:
    forbidden, invalid = (
        validate(ADMISSION, review(service(wrong), service({}), options={"fieldManager": manager})).response["status"]
        for manager in ("kubectl-annotate", "kubectl-edit")
    )

    assert forbidden | {"code": 422, "reason": "Invalid"} == invalid


def test_every_mistake_is_a_cause_with_field_kind_value_and_rule() -> None:
    causes = validate(ADMISSION, review(service(MANY))).causes

    assert [(cause["field"], cause["reason"]) for cause in causes] == [
        ("metadata.annotations[kubernetes.io/elb.autocreate].name", "FieldValueInvalid"),
        ("metadata.annotations[kubernetes.io/elb.autocreate].type", "FieldValueNotSupported"),
        ("metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size", "FieldValueInvalid"),
        ("metadata.annotations[kubernetes.io/elb.lb-algorithm]", "FieldValueNotSupported"),
        ("metadata.annotations[kubernetes.io/elb.session-affinity-mode]", "FieldValueNotSupported"),
    ]
    assert causes[2]["message"] == "Invalid value: 5000: must be between 1 and 2000 Mbit/s [ELB206] (elbguard)"


def test_the_message_holds_every_mistake_too() -> None:
    reply = validate(ADMISSION, review(service(MANY)))
    _, *lines = reply.message.split("\n")

    assert lines == [f"* {cause['field']}: {cause['message'].removesuffix(' (elbguard)')}" for cause in reply.causes]


def test_the_first_line_of_the_message_stands_alone() -> None:
    first = validate(ADMISSION, review(service(MANY))).message.split("\n")[0]

    assert first == (
        "5 problems in Service shop/web (elbguard): elb.autocreate.name [ELB202], elb.autocreate.type [ELB203],"
        " elb.autocreate.bandwidth_size [ELB206] and 2 more"
    )


def test_a_single_mistake_makes_a_single_line() -> None:
    message = validate(ADMISSION, review(service(WRONG))).message

    assert message.startswith("1 problem in Service shop/web (elbguard): ")
    assert "\n" not in message


def test_a_service_whose_name_is_yet_to_be_made_up_is_refused_by_its_namespace() -> None:
    nameless = service(WRONG, {"generateName": "web-"})
    del nameless["metadata"]["name"]
    reply = validate(ADMISSION, review(nameless, name=""))

    assert reply.response["status"]["details"]["name"] == ""
    assert reply.message.startswith("1 problem in Service shop (elbguard): ")


def test_a_message_has_at_most_8_kib_and_says_how_many_mistakes_it_leaves_out() -> None:
    wrong = ",".join(["ftp:80"] * 500)
    reply = validate(ADMISSION, review(service({**EXISTING, ELB + "protocol-port": wrong})))
    _, *lines, last = reply.message.split("\n")

    assert len(reply.message.encode()) <= 8192
    assert f"and {500 - len(lines)} more" == last
    assert len(reply.causes) == 100


@pytest.mark.parametrize("text", ["é", "漢", "\U0001f600", "\x00", "\ud800"])
def test_a_message_has_at_most_8_kib_whatever_it_repeats(text: str) -> None:
    name = text * 5000
    new = service({**EXISTING, ELB + "class": name, f"{ELB}{name}": 1}, {"name": name, "namespace": name})
    reply = validate(ADMISSION, review(new, namespace=name, name=name))

    assert len(reply.message.encode()) <= 8192
    assert {"ELB101", "ELB901"} == set(reply.refused_by)


def test_a_mistake_about_very_many_ports_is_cut_in_the_message() -> None:
    ports = [{"port": number, "protocol": "TCP"} for number in range(1, 900)]
    reply = validate(ADMISSION, review(service({**EXISTING, ELB + "protocol-port": "http:60000"}, ports=ports)))

    assert len(reply.message.encode()) <= 8192
    assert reply.message.endswith("[ELB520]")


def test_very_many_unknown_members_hide_no_mistake() -> None:
    much = {f"unknown{number}": "1" for number in range(600)}
    checks = [much, {**much, "target_service_port": "TCP:80"}, {"target_service_port": "TCP:60000"}]
    reply = validate(ADMISSION, review(service({**EXISTING, ELB + "health-check-options": json.dumps(checks)})))

    assert "ELB452" in reply.refused_by


def test_a_warning_says_that_a_variable_was_left_unfilled() -> None:
    lenient = Admission(Settings(mode=Mode.WARN))
    [warning] = validate(lenient, review(service({**EXISTING, ELB + "lb-algorithm": "${algorithm}"}))).warnings

    assert "a variable was left unfilled: ${algorithm}" in warning


def test_nothing_that_a_terminal_acts_on_reaches_a_refusal() -> None:
    bad = "\x1b[31m\r\n\x00\u202e\ud800"
    new = service({**EXISTING, f"{ELB}{bad}": 5, ELB + "class": bad}, {"name": f"web{bad}", "namespace": f"shop{bad}"})
    reply = validate(ADMISSION, review(new, name=f"web{bad}", namespace=f"shop{bad}"))

    assert {"ELB101", "ELB901"} == set(reply.refused_by)
    assert reply.message.replace("\n", "").isprintable()
    assert reply.response["status"]["details"]["name"].isprintable()
    assert all(cause[part].isprintable() for cause in reply.causes for part in ("field", "message"))


def test_nothing_that_the_api_server_drops_a_warning_for_reaches_one() -> None:
    bad = "\x1b[31m\r\n\t\x00\u202e\ud800"
    new = service({**EXISTING, f"{ELB}{bad}": "x", ELB + "cert-id": f"cert{bad}", ELB + "pass-through": bad})
    warnings = validate(ADMISSION, review(new)).warnings

    assert len(warnings) >= 4
    assert all(warning.isprintable() and len(warning) <= 120 for warning in warnings)


def test_long_values_and_keys_are_cut_in_warnings() -> None:
    new = service({**EXISTING, ELB + "x" * 5000: "x", ELB + "cert-id": "c" * 5000})
    warnings = validate(ADMISSION, review(new)).warnings

    assert any(warning.endswith("[ELB903]") and "xxx..." in warning for warning in warnings)
    assert all(len(warning) <= 120 for warning in warnings)


def test_a_warning_says_what_the_author_can_do_and_which_rule_it_was() -> None:
    reply = validate(ADMISSION, review(service({**EXISTING, ELB + "clas": "union"})))

    assert reply.allowed
    assert reply.warnings == [
        "elbguard: shop/web: elb.clas: unknown annotation: did you mean kubernetes.io/elb.class? [ELB903]"
    ]


WARNS = Admission(Settings(mode=Mode.WARN))
NAMES = {
    "a short name": ("web", "shop"),
    "long names": ("w" * 63, "s" * 63),
    "a long name": ("payments-gateway-of-the-north-eastern-region-canary-0123456789a", "shop"),
}
# The mistakes of which a warning must keep the value and what was meant, or what is allowed.
TOLD = {
    "a word misspelt": ({"lb-algorithm": "ROUND_ROBBIN"}, '"ROUND_ROBBIN"', 'did you mean "ROUND_ROBIN"?'),
    "a member's word": (
        {"health-check-option": '{"protocol": "TPC"}'}, '"TPC"', 'did you mean "TCP"?',
    ),
    "a word of which none is near": ({"lb-algorithm": "FASTEST"}, '"FASTEST"', "not supported"),
    "a number": ({"autocreate": '{"type": "public", "bandwidth_size": 3000}'}, "3000", "must be between 1 and 2000"),
    "a long value": ({"lb-algorithm": "ROUND_ROBIN" + "x" * 500}, '"ROUND_ROBIN', "not supported"),
}  # fmt: skip


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_a_warning_keeps_service_product_value_and_advice_within_120_characters(told: Any, names: Any) -> None:
    wrong, value, advice = told
    name, namespace = names
    given = {f"{ELB}{key}": text for key, text in wrong.items()}
    new = service(given if "autocreate" in wrong else {**EXISTING, **given}, {"name": name, "namespace": namespace})
    reply = validate(WARNS, review(new, name=name, namespace=namespace))

    assert reply.allowed
    [line] = [each for each in reply.warnings if advice in each]
    assert value[:9] in line
    assert line.startswith(f"elbguard: {namespace[:3]}")
    assert " would be refused: " in line
    assert len(line) <= 120


@pytest.mark.parametrize("other", [("w" * 62 + "b", "shop"), ("w" * 63, "shop-2"), ("w" * 30 + "b" + "w" * 32, "shop")])
def test_warnings_about_two_services_differ_since_kubectl_prints_equal_ones_once(other: tuple[str, str]) -> None:
    one, two = (
        validate(WARNS, review(service(WRONG, {"name": name, "namespace": namespace}), namespace=namespace)).warnings
        for name, namespace in (("w" * 63, "shop"), other)
    )

    assert one
    assert set(one).isdisjoint(two)


def test_what_only_warns_is_not_said_to_be_refused() -> None:
    reply = validate(WARNS, review(service({**EXISTING, ELB + "clas": "union"})))

    assert not any("would be refused" in warning for warning in reply.warnings)


BY_HAND = ("kubectl-annotate", "kubectl-edit", "kubectl-patch")


@pytest.mark.parametrize("manager", [*BY_HAND, "kubectl-client-side-apply", "argocd-controller", "helm", ""])
def test_who_takes_an_annotation_away_by_hand_is_told_that_it_was_put_back_and_why(manager: str) -> None:
    old = {**EXISTING, ELB + "lb-algorithm": "ROUND_ROBIN"}
    new = {ELB + "health-check-flag": "off"}
    reply = mutate(ADMISSION, review(service(new), service(old), options={"fieldManager": manager}))
    told = [f"{ELB}id was put back: it cannot change after creation"]

    assert reply.allowed
    assert [line.partition("shop/web: ")[2] for line in reply.warnings if "elb.id" in line] == (
        told if manager in BY_HAND else []
    )
    assert bool(reply.warnings) == (manager in BY_HAND)


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_log_says_of_a_decision_whether_it_was_only_tried(caplog: pytest.LogCaptureFixture, dry_run: bool) -> None:
    caplog.set_level(logging.INFO)
    validate(ADMISSION, review(service(WRONG), dryRun=dry_run))

    [line] = [TextFormatter().format(record) for record in caplog.records]
    assert ("dry_run=True" in line) == dry_run


def test_many_warnings_end_with_how_many_more_there_are() -> None:
    unknown = {f"{ELB}nobody-knows-this-{number}": "x" for number in range(50)}
    warnings = validate(ADMISSION, review(service({**EXISTING, **unknown}))).warnings

    assert len(warnings) == 20
    assert warnings[-1] == "elbguard: shop/web: and 31 more warnings"


def test_a_refusal_carries_the_warnings_too() -> None:
    reply = validate(ADMISSION, review(service({**WRONG, ELB + "clas": "union"})))

    assert not reply.allowed
    assert reply.warnings == [
        "elbguard: shop/web: elb.clas: unknown annotation: did you mean kubernetes.io/elb.class? [ELB903]"
    ]


def test_a_refusal_is_logged_with_uid_object_user_and_rules(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    validate(ADMISSION, review(service(MANY)))

    [line] = [TextFormatter().format(record) for record in caplog.records]
    assert "verdict='denied' rules='ELB202,ELB203,ELB206,ELB301,ELB310'" in line
    assert all(word in line for word in ("705ab4f5-6393-11e8-b7cc-42010a800002", "shop/web", "alice"))


def test_what_is_logged_of_a_request_stays_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    new = service(WRONG, {"name": "web\nERROR forged", "namespace": "shop\r\n"})
    validate(ADMISSION, review(new, uid="uid\nERROR forged", userInfo={"username": "alice\nERROR forged"}))

    lines = [form().format(record) for record in caplog.records for form in (TextFormatter, JsonFormatter)]
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


# ---------------------------------------------------------------------------------------------------- on UPDATE


def test_a_mistake_that_was_there_before_is_a_warning() -> None:
    reply = validate(ADMISSION, review(service(WRONG, {"labels": {"changed": "yes"}}), service(WRONG)))

    assert reply.allowed
    assert reply.warned_by == ["ELB301"]


def test_a_new_mistake_is_refused_beside_an_old_one_that_only_warns() -> None:
    reply = validate(ADMISSION, review(service({**WRONG, ELB + "class": "elastic"}), service(WRONG)))

    assert reply.refused_by == ["ELB101"]
    assert "ELB301" in reply.warned_by


def test_an_old_mistake_with_another_value_is_a_new_one() -> None:
    reply = validate(ADMISSION, review(service({**EXISTING, ELB + "lb-algorithm": "FASTEST"}), service(WRONG)))

    assert reply.refused_by == ["ELB301"]


def test_a_service_that_becomes_a_load_balancer_is_judged_like_a_new_one() -> None:
    reply = validate(ADMISSION, review(service(WRONG), service(WRONG, type="NodePort")))

    assert reply.refused_by == ["ELB301"]


@pytest.mark.parametrize(
    "written",
    [
        EXISTING,
        {ELB + "eip-id": "9f1a57a3-3a2e-4b11-9a63-1f6b1f0f1f10"},
        {ELB + "mark": "3"},
        {ELB + "pass-through": "onlyLocal"},
        {**EXISTING, ELB + "eip-id": "x", ELB + "mark": "1", ELB + "pass-through": "onlyLocal"},
    ],
    ids=str,
)
def test_what_the_platform_writes_back_is_let_through_whoever_writes_it(written: Json) -> None:
    old = service({**CREATED, ELB + "class": "union"})
    new = service({**CREATED, ELB + "class": "union", **written})

    assert validate(ADMISSION, review(new, old)).allowed


def test_an_id_beside_autocreate_is_refused_on_creation_only() -> None:
    both = service({**CREATED, **EXISTING})

    assert validate(ADMISSION, review(both)).refused_by == ["ELB111"]
    assert validate(ADMISSION, review(both, both)).allowed
    assert validate(ADMISSION, review(both, service(CREATED))).allowed


def test_an_operator_can_lower_a_rule_or_switch_it_off() -> None:
    lowered = Admission(Settings.model_validate({"severity": {"ELB301": "warning"}}))
    off = Admission(Settings(ignore=("unknown-algorithm",)))

    assert validate(lowered, review(service(WRONG))).warned_by == ["ELB301"]
    assert validate(off, review(service(WRONG))).response.keys() == {"uid", "allowed"}


@pytest.mark.parametrize("annotations", [None, {}, {"example.com/owner": "x"}], ids=str)
def test_a_load_balancer_without_our_annotations_is_let_through_with_a_word_of_advice(annotations: Any) -> None:
    reply = validate(ADMISSION, review(service(annotations)))

    assert reply.allowed
    assert reply.warned_by == ["ELB905"]

"""A variable that was left unfilled is refused wherever it stands, in one finding that says so."""

import pytest

from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
ELB = "kubernetes.io/elb."
SPEC = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 443, "protocol": "TCP"}]}
WAYS = (
    *("${ID}", "${ID:=x}", "${ID:-x}", "$ID", "$(ID)", "$(id.name)", "{{ .Values.id }}", "{{id}}", "{% id %}", "#{Id}"),
    *("__ELB_ID__", "%ELB_ID%", "@ELB_ID@", "prefix-${ID}", "${ID", "${data.id[0]}", "${{ secrets.ID }}"),
)


def service(annotations: dict[str, str], **spec: object) -> dict[str, object]:
    named = {key if "/" in key else ELB + key: text for key, text in annotations.items()}
    return {"metadata": {"name": "web", "annotations": named}, "spec": {**SPEC, **spec}}


def findings(annotations: dict[str, str], policy: Policy | None = None) -> tuple[Finding, ...]:
    review = Guard(policy).review(Service(service(annotations)), Cluster())
    assert not review.faults
    return review.findings


def about(finding: Finding) -> str:
    return finding.where.brief


@pytest.mark.parametrize("text", WAYS)
def test_every_way_to_write_a_variable_is_known(text: str) -> None:
    [finding] = findings({"id": text})

    assert (finding.rule.id, finding.severity) == ("ELB921", Severity.ERROR)
    assert "a variable was left unfilled: " in finding.message


@pytest.mark.parametrize("text", ["<no value>", "%!s(<nil>)", "%!d(string=80)", "%!s(MISSING)", "x-<nil>"])
def test_what_a_template_printed_of_a_value_that_nobody_gave_is_refused_too(text: str) -> None:
    [finding] = findings({"id": text})

    assert (finding.rule.id, finding.severity) == ("ELB921", Severity.ERROR)
    assert "a template printed " in finding.message


@pytest.mark.parametrize(
    ("annotations", "where"),
    [
        ({"id": ID, "class": "${X}"}, "elb.class"),
        ({"id": ID, "lb-algorithm": "${X}"}, "elb.lb-algorithm"),
        ({"id": ID, "pass-through": "${X}"}, "elb.pass-through"),
        ({"id": ID, "protocol-port": "https:443", "cert-id": "${X}"}, "elb.cert-id"),
        ({"id": ID, "acl-id": "${X}", "acl-status": "on", "acl-type": "white"}, "elb.acl-id"),
        ({"id": ID, "acl-id": "${X},${Y}", "acl-status": "on", "acl-type": "white", "class": "performance"},
         "elb.acl-id"),
        ({"id": ID, "health-check-flag": "on", "health-check-option": '{"path": "/${X}", "protocol": "HTTP"}'},
         "elb.health-check-option.path"),
        ({"autocreate": "${X}"}, "elb.autocreate"),
        ({"autocreate": '{"type": "inner", "name": "${X}"}'}, "elb.autocreate.name"),
        ({"autocreate": '{"type": "inner", "vip_address": "${X}"}'}, "elb.autocreate.vip_address"),
        ({"autocreate": '{"type": "inner", "${X}": "1"}'}, "elb.autocreate.${X}"),
        ({"autocreate": '{"type": "inner"}', "tags": "team=${X}"}, "elb.tags"),
        ({"id": ID, "kubernetes.io/hws-hostNetwork": "${X}"}, "kubernetes.io/hws-hostNetwork"),
    ],
)  # fmt: skip
def test_a_variable_anywhere_is_refused_once(annotations: dict[str, str], where: str) -> None:
    [finding] = findings(annotations)

    assert finding.severity is Severity.ERROR
    assert about(finding).removeprefix("metadata.annotations.") in (where, where.removeprefix("kubernetes.io/"))
    assert "a variable was left unfilled: ${X}" in finding.message


def test_a_variable_far_down_in_json_is_found() -> None:
    checks = ",".join(f'{{"target_service_port": "TCP:{port}", "protocol": "TCP"}}' for port in range(1, 100))
    found = findings({"id": ID, "health-check-options": f'[{checks},{{"path": "/${{X}}"}}]'})

    assert "elb.health-check-options[99].path" in [about(each) for each in found if each.rule.id == "ELB921"]


@pytest.mark.parametrize(
    "annotations",
    [
        {"id": ID, "health-check-flag": "on", "health-check-option": '{"path": "/od/$metadata", "protocol": "HTTP"}'},
        {"id": ID, "health-check-flag": "on", "health-check-option": '{"path": "/a/$(b)", "protocol": "HTTP"}'},
        {"autocreate": '{"type": "inner"}', "tags": "price=5$,mail=web@example.com,share=100%,a_b=__c"},
        {"id": ID, "actions.web": '[{"RedirectUrlConfig": {"host": "${host}", "path": "${path}"}}]'},
        {"id": ID, "rewrite-target": "/${x}"},
        {"id": ID, "example.com/description": "${not ours}"},
    ],
)  # fmt: skip
def test_what_is_no_variable_of_ours_is_let_through(annotations: dict[str, str]) -> None:
    assert findings(annotations) == ()


def test_a_placeholder_for_people_is_told_as_before() -> None:
    [finding] = findings({"id": "CHANGE_ME"})

    assert (finding.rule.id, finding.severity) == ("ELB104", Severity.WARNING)
    assert "a placeholder was left unfilled: CHANGE_ME" in finding.message


def test_another_mistake_beside_the_variable_is_told_too() -> None:
    found = findings({"id": ID, "acl-id": "${X},web", "acl-status": "on", "acl-type": "white", "class": "performance"})

    assert [each.rule.id for each in found] == ["ELB921", "ELB865"]
    assert about(found[1]) == "elb.acl-id[1]"


def test_an_operator_who_switches_the_rule_off_hears_what_others_say() -> None:
    [finding] = findings({"id": "${X}"}, Policy(severities={"ELB921": Severity.OFF}))

    assert (finding.rule.id, finding.severity) == ("ELB104", Severity.WARNING)
    assert "a variable was left unfilled: ${X}" in finding.message


def test_who_had_it_before_is_warned_and_who_writes_it_anew_is_refused() -> None:
    old, same, other = ({"id": ID, "pass-through": text} for text in ("${X}", "${X}", "${Y}"))
    kept = Guard().review(Service(service(same), Service(service(old))), Cluster())
    new = Guard().review(Service(service(other), Service(service(old))), Cluster())

    assert [f.rule.id for f in kept.warnings] == ["ELB921"]
    assert not kept.errors
    assert [f.rule.id for f in new.errors] == ["ELB921"]


def test_an_address_that_was_left_unfilled_is_refused_too() -> None:
    review = Guard().review(Service(service({"class": "union"}, loadBalancerIP="${IP}")), Cluster())

    assert [(f.rule.id, f.field) for f in review.errors] == [("ELB921", "spec.loadBalancerIP")]

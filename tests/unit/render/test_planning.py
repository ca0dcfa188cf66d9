"""What a run builds: everything that is deployed, once, and nothing that is only a part of something else."""

import subprocess
from pathlib import Path

import pytest

from tests.support.builders import ID, found, helmsman, kustomizer, rendered, script, service, write

BAD = service(**{"class": "nope", "id": ID})
CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\n"
LOGGED = 'echo "$2" >> %s/built; true'


def builds(folder: Path, *paths: str) -> list[str]:
    """The folders that kustomize is asked to build, in their order."""
    rendered(folder, script(folder, "kustomize", LOGGED % folder), paths=paths or (".",))
    log = folder / "built"
    return [str(Path(line).relative_to(folder)) for line in log.read_text().splitlines()] if log.exists() else []


def test_a_base_is_built_as_part_of_its_overlays_only(tmp_path: Path) -> None:
    write(tmp_path, base__kustomization="resources: [svc.yaml]\n", base__svc=BAD)
    for name in ("dev", "prod"):
        write(tmp_path, **{f"overlays__{name}__kustomization": "resources: [../../base]\n"})

    assert builds(tmp_path) == ["overlays/dev", "overlays/prod"]


def test_a_base_of_the_old_kind_and_one_in_between_are_parts_too(tmp_path: Path) -> None:
    write(tmp_path, a__kustomization="resources: []\n", b__kustomization="bases: [../a]\n")
    write(tmp_path, c__kustomization="resources: [../b]\n")

    assert builds(tmp_path) == ["c"]


def test_a_base_that_is_checked_alone_is_built_and_lacks_nothing(tmp_path: Path) -> None:
    write(tmp_path, base__kustomization="resources: [svc.yaml]\n", base__svc=service(**{"class": "union"}))
    patched = "resources: [../../base]\npatches: [{path: id.yaml}]\n"
    write(tmp_path, overlays__prod__kustomization=patched, overlays__prod__id=service("spec: {}\n", id=ID))

    assert found(tmp_path, kustomizer(tmp_path), paths=("base",)) == set()
    assert found(tmp_path, kustomizer(tmp_path), paths=("base", "overlays")) == set()


def test_overlays_beside_a_base_are_found_however_many_folders_lie_around(tmp_path: Path) -> None:
    for number in range(2500):
        (tmp_path / f"{number:04}").mkdir()
    near = tmp_path / "zz"
    write(near, base__kustomization="resources: [svc.yaml]\n", base__svc=service(**{"class": "union"}))
    patched = "resources: [../../base]\npatches: [{path: id.yaml}]\n"
    write(near, overlays__prod__kustomization=patched, overlays__prod__id=service("spec: {}\n", id=ID))

    assert found(near, kustomizer(near), paths=("base",)) == set()


def test_a_component_is_no_build_and_one_that_nothing_takes_in_is_said(tmp_path: Path) -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
    write(tmp_path, lone__kustomization=component, taken__kustomization=component)
    write(tmp_path, app__kustomization="components: [../taken]\n")

    assert builds(tmp_path) == ["app"]
    done = rendered(tmp_path, str(tmp_path / ".tools"))
    assert "lone/kustomization.yaml:1:1: note: Component: a component of kustomize" in done.stderr
    assert "taken/" not in done.stderr


def test_a_component_adds_to_what_is_built(tmp_path: Path) -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: class.yaml}]\n"
    write(tmp_path, part__kustomization=component, part__class=service("spec: {}\n", **{"class": "nope"}))
    write(tmp_path, app__kustomization="resources: [svc.yaml]\ncomponents: [../part]\n", app__svc=service(id=ID))

    assert found(tmp_path, kustomizer(tmp_path)) == {"part/class.yaml:6:30 ELB101"}


@pytest.mark.parametrize("name", ["kustomization.yml", "Kustomization", "kustomization.yaml"])
def test_a_kustomization_has_one_of_three_names(tmp_path: Path, name: str) -> None:
    write(tmp_path, svc=BAD)
    (tmp_path / name).write_text("resources: [svc.yaml]\n")

    assert builds(tmp_path) == ["."]


def test_what_is_called_so_and_is_anothers_is_not_built(tmp_path: Path) -> None:
    write(tmp_path, apps__kustomization="apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n")

    assert builds(tmp_path) == []


def test_what_git_ignores_or_the_operator_excludes_is_not_built(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("ignored/\n.tools/\nbuilt\n")
    for name in ("ignored", "excluded", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Kustomization").write_text("resources: []\n")
    rendered(tmp_path, script(tmp_path, "kustomize", LOGGED % tmp_path), "--exclude", "excluded")

    assert (tmp_path / "built").read_text().splitlines() == [str(tmp_path / "kept")]


def test_kustomizations_that_take_in_each_other_are_said_by_kustomize(tmp_path: Path) -> None:
    write(tmp_path, a__kustomization="resources: [../b]\n", b__kustomization="resources: [../a]\n")
    done = rendered(tmp_path, kustomizer(tmp_path))

    assert done.returncode == 2
    assert "kubectl says: " in done.stderr


def test_a_file_beside_a_kustomization_that_it_does_not_take_in_is_judged_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, kustomization="resources: [svc.yaml]\n", svc=service(id=ID), other=BAD)

    assert "other.yaml:6:30 ELB101" in found(tmp_path, kustomizer(tmp_path))


def test_a_library_is_there_for_others_and_a_chart_in_the_tree_is_lent(tmp_path: Path) -> None:
    path = helmsman(tmp_path)
    template = '{{- define "common.svc" -}}\n' + BAD.replace("'", '"') + "{{- end }}\n"
    write(tmp_path, libs__common__Chart=CHART.replace("web", "common") + "type: library\n")
    write(tmp_path, **{"libs__common__templates___svc.tpl": template})
    needs = "dependencies: [{name: common, version: 0.1.0, repository: 'file://../../libs/common'}]\n"
    write(tmp_path, apps__web__Chart=CHART + needs, apps__web__templates__svc='{{ include "common.svc" . }}\n')
    done = rendered(tmp_path, path)

    assert "libs/common/templates/_svc.tpl:7:30: error[ELB101]" in done.stdout
    assert done.returncode == 1
    assert not (tmp_path / "apps" / "web" / "charts").exists(), "nothing is written into what is checked"


def test_a_chart_in_a_package_is_rendered_and_blamed_as_a_whole(tmp_path: Path) -> None:
    path = helmsman(tmp_path)
    write(tmp_path, src__web__Chart=CHART, src__web__templates__svc=BAD)
    helm = str(Path(path) / "helm")
    package = [helm, "package", "src/web", "--destination", "."]
    subprocess.run(package, cwd=tmp_path, check=True, capture_output=True)

    assert found(tmp_path, path, paths=("web-0.1.0.tgz",)) == {"web-0.1.0.tgz ELB101"}


@pytest.mark.parametrize("text", ["", "a: [", "name: 3\ndependencies: 5\n", "- a\n"])
def test_a_chart_that_cannot_be_read_is_no_traceback(tmp_path: Path, text: str) -> None:
    write(tmp_path, web__Chart=text, web__templates__a="{{ .Values.x }}\n", web__kustomization=text or "resources: 5\n")

    assert rendered(tmp_path, str(tmp_path)).returncode in (0, 2)


@pytest.mark.parametrize(
    "named", ["overlays/prod/class.yaml", "./overlays/prod/class.yaml", "overlays/prod/sub/id.yaml"]
)
def test_a_patch_that_is_named_is_judged_in_the_kustomization_that_it_is_part_of(tmp_path: Path, named: str) -> None:
    write(tmp_path, base__kustomization="resources: [svc.yaml]\n", base__svc=service(**{"class": "union"}))
    patched = "resources: [../../base]\npatches: [{path: class.yaml}, {path: sub/id.yaml}]\n"
    write(tmp_path, overlays__prod__kustomization=patched, overlays__prod__sub__id=service("spec: {}\n", id=ID))
    write(tmp_path, overlays__prod__class=service("spec: {}\n", **{"class": "nope"}))
    done = rendered(tmp_path, kustomizer(tmp_path), paths=(named,))

    assert "overlays/prod/class.yaml:6:30: error[ELB101]" in done.stdout
    assert "(rendered from overlays/prod)" in done.stdout
    assert done.stderr == ""


def test_a_template_that_is_named_is_judged_in_its_chart(tmp_path: Path) -> None:
    path = helmsman(tmp_path)
    write(tmp_path, web__Chart=CHART, web__templates__a__svc=BAD.replace("name: web", "name: {{ .Release.Name }}"))

    assert found(tmp_path, path, paths=("web/templates/a/svc.yaml",)) == {"web/templates/a/svc.yaml:6:30 ELB101"}


def test_what_was_built_is_judged_by_the_project_nearest_to_it(tmp_path: Path) -> None:
    write(tmp_path, base__kustomization="resources: [svc.yaml]\n", base__svc=BAD)
    for name in ("dev", "prod"):
        write(tmp_path, **{f"overlays__{name}__kustomization": "resources: [../../base]\n"})
    (tmp_path / "overlays" / "prod" / ".elbguard.yaml").write_text("ignore: [ELB101]\n")
    done = rendered(tmp_path, kustomizer(tmp_path))

    assert "(rendered from overlays/dev)" in done.stdout

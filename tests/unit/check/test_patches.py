"""Patches, wherever they lie and whoever names them: judged by what stands in them, and not by what they lack."""

from pathlib import Path

import pytest

from elbguard.check.checking import check
from elbguard.report.model import Report, Why
from elbguard.settings import Settings
from tests.support.builders import ID, service, write

PATCH = service(**{"class": "union"})  # looks like a whole Service that lacks its elb.id
BASE = service(id=ID)


def rules(report: Report) -> set[str]:
    assert not report.troubles
    return {entry.rule.id for entry in report.entries}


@pytest.mark.parametrize(
    "kustomization",
    [
        "patches: [{path: %s}]\n",
        "patches:\n- path: %s\n  target: {kind: Service}\n",
        "patchesStrategicMerge: [%s]\n",
        "patchesStrategicMerge:\n- %s\n- |-\n  kind: Deployment\n",
    ],
)
@pytest.mark.parametrize("path", ["patch.yaml", "patches/patch.yaml", "patches/services/patch.yaml"])
def test_a_patch_lacks_nothing_however_deep_it_lies(tmp_path: Path, kustomization: str, path: str) -> None:
    write(tmp_path, base__svc=BASE, base__kustomization="resources: [svc.yaml]\n")
    write(tmp_path, **{f"prod__{path}": PATCH})
    write(tmp_path, prod__kustomization="resources: [../base]\n" + kustomization % path)

    assert rules(check([str(tmp_path)], Settings())) == set()
    alone = check([str(tmp_path / "prod" / path)], Settings())
    assert rules(alone) == set()
    assert [note.why for note in alone.notes] == [Why.PATCH]


def test_a_patch_beside_the_overlays_that_share_it_is_known_when_it_is_checked_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, deploy__overlays__prod__kustomization="patches: [{path: ../../shared/patch.yaml}]\n")
    write(tmp_path, deploy__shared__patch=PATCH)

    assert rules(check([str(tmp_path / "deploy" / "shared")], Settings())) == set()
    assert rules(check([str(tmp_path / "deploy" / "shared" / "patch.yaml")], Settings())) == set()


@pytest.mark.parametrize("kind", ["PatchTransformer", "PatchStrategicMergeTransformer"])
def test_a_patch_that_a_transformer_names_is_a_patch(tmp_path: Path, kind: str) -> None:
    named = "paths: [patch.yaml]" if "Strategic" in kind else "path: patch.yaml"
    write(tmp_path, kustomization="resources: [svc.yaml]\ntransformers: [t.yaml]\n", svc=BASE, patch=PATCH)
    write(tmp_path, t=f"apiVersion: builtin\nkind: {kind}\nmetadata: {{name: p}}\n{named}\n")

    assert rules(check([str(tmp_path)], Settings())) == set()


@pytest.mark.parametrize(
    "patch",
    [
        PATCH.replace("spec:", "$patch: replace\nspec:"),
        PATCH.replace("{type: ", "{$retainKeys: [type], type: "),
        PATCH.replace("  annotations:\n", "  annotations:\n    $patch: replace\n"),
        PATCH.replace("[{port: 80}]", "[{port: 80, $patch: delete}]"),
    ],
)
def test_what_has_a_directive_is_a_patch_whoever_names_it(tmp_path: Path, patch: str) -> None:
    assert "$" in patch
    write(tmp_path, patch=patch)

    assert rules(check([str(tmp_path)], Settings())) == set()


def test_an_annotation_that_a_patch_removes_is_no_mistake(tmp_path: Path) -> None:
    removal = "  annotations:\n    kubernetes.io/elb.autocreate: null\n    kubernetes.io/elb.class: null\n"
    write(tmp_path, kustomization="resources: [svc.yaml]\npatches: [{path: patch.yaml}]\n", svc=BASE)
    write(tmp_path, patch=f"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n{removal}")

    assert rules(check([str(tmp_path)], Settings())) == set()


def test_a_patch_is_still_judged_by_what_stands_in_it(tmp_path: Path) -> None:
    write(tmp_path, kustomization="resources: [svc.yaml]\npatches: [{path: a/b/patch.yaml}]\n", svc=BASE)
    write(tmp_path, a__b__patch=service(**{"class": "nope"}))

    assert rules(check([str(tmp_path)], Settings())) == {"ELB101"}


def test_a_base_whose_overlay_lies_far_away_in_the_work_tree_lacks_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, apps__web__base__kustomization="resources: [svc.yaml]\n", apps__web__base__svc=PATCH)
    far = "resources: [../../../apps/web/base]\npatches: [{path: id.yaml}]\n"
    write(tmp_path, clusters__prod__web__kustomization=far, clusters__prod__web__id=service("spec: {}\n", id=ID))

    assert rules(check([str(tmp_path / "apps")], Settings())) == set()


def test_a_kustomization_without_an_ending_names_patches_too(tmp_path: Path) -> None:
    write(tmp_path, svc=BASE, patches__web=PATCH)
    (tmp_path / "Kustomization").write_text("resources: [svc.yaml]\npatches: [{path: patches/web.yaml}]\n")

    assert rules(check([str(tmp_path)], Settings())) == set()

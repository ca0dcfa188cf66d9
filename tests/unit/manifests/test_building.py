"""Every kubectl builds every overlay, old ones and new ones alike, and nothing is left lying about."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.built import (
    BASE,
    BEFORE_1_21,
    COMPONENTS,
    FOLDERS,
    MANIFESTS,
    MATCH_CONDITIONS,
    MONITORING,
    NAME,
    PATCHING,
    POLICY,
    POLICY_AUDIT,
    Manifest,
    builders,
    built,
    combined,
    kustomized,
)
from tests.support.kubectl import NO_CURRENT, current, is_current, kubectls
from tests.support.trying import thorough

OF_CERT_MANAGER = "cert-manager.io/v1"
PATCHES = [f"components/{each}" for each in COMPONENTS if each != "monitoring"]  # which takes a folder
LABELS = {"app.kubernetes.io/name": NAME}


def identity(each: Manifest) -> tuple[str, ...]:
    metadata = each["metadata"]
    return each["apiVersion"], each["kind"], metadata.get("namespace", ""), metadata["name"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_old_and_new_kubectl_build_the_same_objects(folder: str) -> None:
    first, *others = [sorted(built(folder, each), key=identity) for each in builders(folder)]

    assert first
    for other in others:
        assert other == first


@pytest.mark.parametrize("folder", [*FOLDERS, POLICY, POLICY_AUDIT, MONITORING])
def test_no_kubectl_says_a_word_about_deprecations(folder: str) -> None:
    assert [kustomized(folder, each)[1] for each in builders(folder)] == [""] * len(builders(folder))


def test_before_1_21_everything_is_as_in_the_base_but_for_the_version_of_the_budget() -> None:
    older, base = (sorted(built(folder), key=lambda each: each["kind"]) for folder in (BEFORE_1_21, BASE))

    assert older == [
        {**each, "apiVersion": "policy/v1beta1"} if each["kind"] == "PodDisruptionBudget" else each for each in base
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_field_reference_says_its_version_as_the_api_server_stores_it(folder: str) -> None:
    # Else server-side apply after client-side apply of the same file meets a conflict with itself.
    assert [each for each in references(list(built(folder))) if each.get("apiVersion") != "v1"] == []
    assert len(list(references(list(built(folder))))) == 1


def references(value: Any) -> Iterator[dict[str, Any]]:
    members = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, dict) and "fieldPath" in value:
        yield value
    for each in members:
        yield from references(each)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_object_is_there_twice(folder: str) -> None:
    identities = [identity(each) for each in built(folder)]

    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("folder", FOLDERS)
def test_one_command_names_everything_that_does_not_go_with_the_namespace(folder: str) -> None:
    text = (MANIFESTS / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(r"^kubectl delete --ignore-not-found -n kube-system (.+)$", text, re.M)
    kinds, *names = command.split()
    for each in built(folder):
        kind, place = each["kind"].lower(), each["metadata"].get("namespace")
        assert each["metadata"]["labels"].items() >= LABELS.items()
        if place != NAME:
            assert place in (None, "kube-system")
            assert kind in kinds.split(",")
            assert each["metadata"]["name"] in names
        elif kind != "secret" and each["apiVersion"] != OF_CERT_MANAGER:
            assert each["metadata"]["name"] == NAME


@pytest.mark.parametrize("folder", FOLDERS)
def test_outside_the_namespace_no_overlay_adds_anything_to_remove(folder: str) -> None:
    outside, of_base = (
        {each["kind"] for each in built(where) if "namespace" not in each["metadata"]} for where in (folder, BASE)
    )

    assert outside == of_base


@pytest.mark.parametrize("folder", [*FOLDERS, *PATCHES])
def test_every_file_of_the_folder_is_used(folder: str) -> None:
    kustomization = yaml.safe_load((MANIFESTS / folder / "kustomization.yaml").read_text(encoding="utf-8"))
    there = {path.name for path in (MANIFESTS / folder).iterdir()} - {"kustomization.yaml"}

    assert set(named(kustomization)) == there


@pytest.mark.parametrize("folder", [*FOLDERS, POLICY])
def test_only_words_are_used_that_its_kubectls_know(folder: str) -> None:
    # `kubectl kustomize` of v1.20 is kustomize 2.0.3: no folders among the resources, and no `patches` of this form.
    kustomization = yaml.safe_load((MANIFESTS / folder / "kustomization.yaml").read_text(encoding="utf-8"))
    known = {"apiVersion", "kind", "resources", "images"}

    assert kustomization.keys() - known == ({"components"} if folder in PATCHING else set())
    if folder not in PATCHING:
        assert all(Path(each).suffix for each in kustomization["resources"])


FIRST, *OTHERS = combinations(COMPONENTS, 2)


@pytest.mark.parametrize("pair", [FIRST, *thorough(*OTHERS)], ids="+".join)
def test_two_components_are_the_same_in_either_order(pair: tuple[str, str], tmp_path: Path) -> None:
    one, other = combined(tmp_path, *pair), combined(tmp_path, *reversed(pair))

    assert sorted(one, key=identity) == sorted(other, key=identity)


@pytest.mark.parametrize("folders", [COMPONENTS, COMPONENTS[::-1], COMPONENTS[2:] + COMPONENTS[:2]], ids="+".join)
def test_all_components_go_together_and_each_does_its_part(folders: tuple[str, ...], tmp_path: Path) -> None:
    together = combined(tmp_path, *folders)

    assert [len(each["matchConditions"]) for each in together.webhooks] == [4, 4]
    assert len(together.webhooks[0]["namespaceSelector"]["matchExpressions"]) == 2
    assert "mode: audit" in together.one("ConfigMap")["data"]["config.yaml"]
    assert "--tls-cert=/etc/elbguard-tls/tls.crt" in together.container["args"]
    assert together.one("PodDisruptionBudget")["apiVersion"] == "policy/v1beta1"
    assert together.one("ServiceMonitor")["metadata"]["namespace"] == NAME
    assert sorted(together, key=identity) == sorted(combined(tmp_path, *COMPONENTS), key=identity)


def test_the_component_for_old_clusters_makes_what_their_own_kubectl_has_as_one_file(tmp_path: Path) -> None:
    assert list(combined(tmp_path, BEFORE_1_21)) == list(built(BEFORE_1_21, current()))


@pytest.mark.parametrize("folder", PATCHING)
def test_an_overlay_is_the_base_with_its_component(folder: str, tmp_path: Path) -> None:
    assert list(combined(tmp_path, folder)) == list(built(folder, builders(folder)[0]))


def test_in_another_namespace_the_webhooks_and_rights_are_found_there(tmp_path: Path) -> None:
    moved = combined(tmp_path, MATCH_CONDITIONS, namespace="platform")

    assert [each["clientConfig"]["service"]["namespace"] for each in moved.webhooks] == ["platform", "platform"]
    assert moved.one("ClusterRoleBinding")["subjects"][0]["namespace"] == "platform"
    assert moved.one("Namespace")["metadata"]["name"] == "platform"
    assert {each["metadata"].get("namespace", "platform") for each in moved} == {"platform"}


OWN = """\
images:
- name: elbguard
  newName: REGISTRY/elbguard
  newTag: TAG
"""


@pytest.mark.parametrize("where", ["the base", "a kustomization of one's own"])
def test_every_current_kubectl_takes_the_image_s_name_from_where_the_readme_says(tmp_path: Path, where: str) -> None:
    shutil.copytree(MANIFESTS, tmp_path / "manifests")
    base = tmp_path / "manifests" / BASE / "kustomization.yaml"
    mine = tmp_path / "mine" / "kustomization.yaml"
    mine.parent.mkdir()
    [shown] = re.findall(r"```yaml\n(.*?)```", (MANIFESTS / "README.md").read_text(encoding="utf-8"), re.DOTALL)[:1]
    assert shown.endswith(OWN)
    if where == "the base":
        before, _, _ = base.read_text(encoding="utf-8").partition("images:\n")
        base.write_text(before + OWN, encoding="utf-8")
        shown = shown.removesuffix(OWN)
    mine.write_text(shown, encoding="utf-8")

    for kubectl in filter(is_current, kubectls()) if current() else pytest.skip(NO_CURRENT):  # folders among resources
        command = [str(kubectl), "kustomize", str(mine.parent)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert re.findall(r"image: (.*)", done.stdout) == ["REGISTRY/elbguard:TAG"]


def named(kustomization: dict[str, Any]) -> Iterator[str]:
    yield from (each for each in kustomization.get("resources", ()) if Path(each).suffix in {".yaml", ".json"})
    yield from (patch["path"] for patch in kustomization.get("patches", ()))

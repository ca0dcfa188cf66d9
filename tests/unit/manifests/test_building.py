"""Every kubectl builds every overlay, old ones and new ones alike, and nothing is left lying about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.manifests.built import BASE, FOLDERS, MANIFESTS, NAME, Manifest, built, kubectls

OF_CERT_MANAGER = "cert-manager.io/v1"
LABELS = {"app.kubernetes.io/name": NAME}


def identity(each: Manifest) -> tuple[str, ...]:
    metadata = each["metadata"]
    return each["apiVersion"], each["kind"], metadata.get("namespace", ""), metadata["name"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_old_and_new_kubectl_build_the_same_objects(folder: str) -> None:
    first, *others = [sorted(built(folder, each), key=identity) for each in kubectls()] or [list(built(folder))]

    assert first
    for other in others:
        assert other == first


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_object_is_there_twice(folder: str) -> None:
    identities = [identity(each) for each in built(folder)]

    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("folder", FOLDERS)
def test_everything_has_one_name_so_that_one_command_removes_it(folder: str) -> None:
    ours = [each for each in built(folder) if each["apiVersion"] != OF_CERT_MANAGER]

    assert {each["metadata"]["name"] for each in ours} == {NAME}
    for each in built(folder):
        assert each["metadata"]["labels"].items() >= LABELS.items()
        assert each["metadata"].get("namespace", NAME) == NAME


@pytest.mark.parametrize("folder", FOLDERS)
def test_outside_the_namespace_no_overlay_adds_anything_to_remove(folder: str) -> None:
    outside, of_base = (
        {each["kind"] for each in built(where) if "namespace" not in each["metadata"]} for where in (folder, BASE)
    )

    assert outside == of_base


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_the_folder_is_used(folder: str) -> None:
    kustomization = yaml.safe_load((MANIFESTS / folder / "kustomization.yaml").read_text(encoding="utf-8"))
    there = {path.name for path in (MANIFESTS / folder).iterdir()} - {"kustomization.yaml"}

    assert set(named(kustomization)) == there


@pytest.mark.parametrize("folder", FOLDERS)
def test_only_words_are_used_that_the_oldest_kustomize_knows(folder: str) -> None:
    # `kubectl kustomize` of v1.20 is kustomize 2.0.3: bases, not folders among the resources, and no `patches`.
    kustomization = yaml.safe_load((MANIFESTS / folder / "kustomization.yaml").read_text(encoding="utf-8"))
    known = {"apiVersion", "kind", "bases", "resources", "images", "patchesStrategicMerge", "patchesJson6902"}

    assert kustomization.keys() <= known
    assert all(Path(each).suffix for each in kustomization.get("resources", ()))


def named(kustomization: dict[str, Any]) -> Iterator[str]:
    yield from kustomization.get("resources", ())
    yield from kustomization.get("patchesStrategicMerge", ())
    yield from (patch["path"] for patch in kustomization.get("patchesJson6902", ()))

"""The manifests against the OpenAPI schemas of Kubernetes releases, unknown members refused."""

import pytest
from kubernetes_validate import ValidationError, validate  # type: ignore[import-untyped]
from kubernetes_validate.utils import all_versions  # type: ignore[import-untyped]

from tests.support.built import BASE, BEFORE_1_21, FOLDERS, MATCH_CONDITIONS, Manifest, built
from tests.unit.manifests.test_building import OF_CERT_MANAGER

FIRST_WITH_MATCH_CONDITIONS = "1.28"
VERSIONS = tuple(version.rpartition(".")[0] for version in all_versions())
OLDEST, NEWEST = VERSIONS[0], VERSIONS[-1]


def judged(folder: str) -> list[Manifest]:
    """What these schemas know: cert-manager brings its own, and the first beta of budgets is older than they are."""
    beyond = {OF_CERT_MANAGER, "policy/v1beta1"}
    return [each for each in built(folder) if each["apiVersion"] not in beyond]


@pytest.mark.parametrize(
    ("version", "folder"),
    [
        *((OLDEST, folder) for folder in FOLDERS if folder != MATCH_CONDITIONS),
        (FIRST_WITH_MATCH_CONDITIONS, MATCH_CONDITIONS),
        *((NEWEST, folder) for folder in FOLDERS),
    ],
)
def test_every_object_fits_the_schemas_of(version: str, folder: str) -> None:
    for each in judged(folder):
        assert validate(each, version, strict=True) == version


def test_a_member_that_does_not_exist_is_noticed_in_every_kind() -> None:
    for each in judged(BASE):
        with pytest.raises(ValidationError, match="elbguard_typo"):
            validate({**each, "elbguard_typo": True}, NEWEST, strict=True)


def test_the_beta_of_budgets_is_used_in_its_own_overlay_only() -> None:
    for folder in FOLDERS:
        assert (built(folder).one("PodDisruptionBudget")["apiVersion"] == "policy/v1beta1") == (folder == BEFORE_1_21)

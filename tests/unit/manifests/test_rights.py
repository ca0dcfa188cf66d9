"""Least privilege: what the ServiceAccount may do is this and no more."""

import pytest

from tests.support.built import BASE, CERT_MANAGER, FOLDERS, NAME, built

IN_OUR_NAMESPACE = [
    {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["elbguard-tls"], "verbs": ["get", "patch"]},
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
]
CERTIFICATES = {
    "apiGroups": ["admissionregistration.k8s.io"],
    "resources": ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    "resourceNames": [NAME],
    "verbs": ["get", "patch"],
}
FACTS = [
    {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]},
    {
        "apiGroups": ["k8s.cni.cncf.io"],
        "resources": ["network-attachment-definitions"],
        "resourceNames": ["default-network"],
        "verbs": ["get"],
    },
]


@pytest.mark.parametrize("folder", [each for each in FOLDERS if each != CERT_MANAGER])
def test_the_rights_are_these(folder: str) -> None:
    assert built(folder).one("Role")["rules"] == IN_OUR_NAMESPACE
    assert built(folder).one("ClusterRole")["rules"] == [CERTIFICATES, *FACTS]


def test_with_cert_manager_there_is_no_right_to_write_anything() -> None:
    assert "subjects" not in built(CERT_MANAGER).one("RoleBinding")
    assert built(CERT_MANAGER).one("ClusterRole")["rules"] == FACTS


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
def test_they_are_given_to_our_service_account_only(folder: str, kind: str) -> None:
    binding = built(folder).one(f"{kind}Binding")
    account = {"kind": "ServiceAccount", "namespace": NAME, "name": NAME}

    assert binding["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": NAME}
    assert all(subject == account for subject in binding.get("subjects", ()))


def test_the_secret_is_the_one_that_the_command_is_told() -> None:
    assert f"--secret-name={IN_OUR_NAMESPACE[0]['resourceNames'][0]}" in built(BASE).container["args"]

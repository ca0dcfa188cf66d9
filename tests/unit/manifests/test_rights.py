"""Least privilege: what the ServiceAccount may do is this and no more."""

import pytest

from tests.support.built import BASE, CERT_MANAGER, FOLDERS, NAME, built

IN_OUR_NAMESPACE = [
    {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["elbguard-tls"], "verbs": ["get", "patch"]},
]
CERTIFICATES = {
    "apiGroups": ["admissionregistration.k8s.io"],
    "resources": ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    "resourceNames": [NAME],
    "verbs": ["get", "patch"],
}
FACTS = [
    {"apiGroups": [""], "resources": ["nodes", "services"], "verbs": ["list", "watch"]},
    {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": ["list", "watch"]},
]
IN_KUBE_SYSTEM = [
    {
        "apiGroups": ["k8s.cni.cncf.io"],
        "resources": ["network-attachment-definitions"],
        "resourceNames": ["default-network"],
        "verbs": ["get"],
    },
]


@pytest.mark.parametrize("folder", [each for each in FOLDERS if each != CERT_MANAGER])
def test_the_rights_are_these(folder: str) -> None:
    assert {each["metadata"]["namespace"]: each["rules"] for each in built(folder) if each["kind"] == "Role"} == {
        NAME: IN_OUR_NAMESPACE,
        "kube-system": IN_KUBE_SYSTEM,
    }
    assert built(folder).one("ClusterRole")["rules"] == [CERTIFICATES, *FACTS]


def test_with_cert_manager_there_is_no_right_to_write_anything_and_no_secret_of_ours() -> None:
    bindings = {each["metadata"]["namespace"]: each for each in built(CERT_MANAGER) if each["kind"] == "RoleBinding"}

    assert "subjects" not in bindings[NAME]
    assert "subjects" in bindings["kube-system"]
    assert built(CERT_MANAGER).one("ClusterRole")["rules"] == FACTS
    assert [each for each in built(CERT_MANAGER) if each["kind"] == "Secret"] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_they_are_given_to_our_service_account_only(folder: str) -> None:
    bindings = [each for each in built(folder) if each["kind"] in ("RoleBinding", "ClusterRoleBinding")]
    account = {"kind": "ServiceAccount", "namespace": NAME, "name": NAME}

    assert len(bindings) == 3
    for binding in bindings:
        kind, name = binding["kind"].removesuffix("Binding"), binding["metadata"]["name"]
        assert binding["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
        assert all(subject == account for subject in binding.get("subjects", ()))


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_rule_names_everything_or_creates_anything(folder: str) -> None:
    for role in (each for each in built(folder) if each["kind"] in ("Role", "ClusterRole")):
        for rule in role["rules"]:
            assert "*" not in [*rule["apiGroups"], *rule["resources"], *rule["verbs"]]
            assert not {"create", "delete", "deletecollection", "update", "bind", "escalate"} & set(rule["verbs"])
            assert "resourceNames" in rule or rule in FACTS


@pytest.mark.parametrize("folder", [each for each in FOLDERS if each != CERT_MANAGER])
def test_the_secret_is_installed_without_a_word_about_its_content(folder: str) -> None:
    secret = built(folder).one("Secret")

    assert secret.keys() == {"apiVersion", "kind", "metadata", "type"}
    assert (secret["type"], secret["metadata"]["name"]) == ("Opaque", IN_OUR_NAMESPACE[0]["resourceNames"][0])


def test_the_secret_is_the_one_that_the_command_is_told() -> None:
    assert f"--secret-name={IN_OUR_NAMESPACE[0]['resourceNames'][0]}" in built(BASE).container["args"]

"""Whoever lacks a right is told which, and the commands that grant it."""

import shlex

import pytest

from elbguard.cluster.asking import ApiError
from elbguard.cluster.rights import Right, refused

HOST = "https://10.0.0.1:6443"
EVERYWHERE = Right("list", "services")
IN_ONE = Right("list,create", "policyreports.wgpolicyk8s.io", "shop")
FORBIDDEN = 'services is forbidden: User "{}" cannot list resource "services" in API group "" at the cluster scope'


def told(right: Right, user: str) -> str:
    """What a user is told who lacks a right."""
    return refused(ApiError(403, FORBIDDEN.format(user)), right, HOST)


def test_a_person_is_granted_it_in_all_namespaces() -> None:
    assert told(EVERYWHERE, "ada@example.com").endswith(
        "Grant it: kubectl create clusterrole elbguard-services --verb=list --resource=services && "
        "kubectl create clusterrolebinding elbguard-services --clusterrole=elbguard-services --user=ada@example.com"
    )


def test_an_account_is_granted_it_in_a_namespace() -> None:
    said = told(IN_ONE, "system:serviceaccount:elbguard:audit")

    assert "to list, create policyreports.wgpolicyk8s.io in the namespace shop" in said
    assert said.endswith("--role=elbguard-policyreports --serviceaccount=elbguard:audit --namespace=shop")


def test_a_name_cannot_add_a_command() -> None:
    words = shlex.split(told(EVERYWHERE, "a; rm -rf /").rpartition("Grant it: ")[2])

    assert words[-1] == "--user=a; rm -rf /"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ApiError(403, "no"), "--user=NAME"),
        (ApiError(401, "Unauthorized"), "does not know who is asking"),
        (ApiError(403, FORBIDDEN.format("system:anonymous")), "does not know who is asking"),
        (ApiError(0, "no answer: refused"), "cannot be asked: no answer: refused"),
        (ApiError(500, "broken"), "cannot list services: 500 broken"),
    ],
)
def test_other_refusals_say_what_it_was(error: ApiError, said: str) -> None:
    assert said in refused(error, EVERYWHERE, HOST)

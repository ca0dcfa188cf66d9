"""The Pods against the profile "restricted" of Kubernetes' Pod Security Standards, point by point."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.built import BASE, FOLDERS, NAME, Manifest, built

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def violations(pod: Manifest) -> Iterator[str]:
    """What the profile forbids."""
    context = pod.get("securityContext", {})
    yield from (f"spec.{name}" for name in ("hostNetwork", "hostPID", "hostIPC") if pod.get(name))
    yield from (f"volume {each['name']}" for each in pod.get("volumes", ()) if not each.keys() <= VOLUMES | {"name"})
    yield from (name for name in ("sysctls", "seLinuxOptions", "windowsOptions", "appArmorProfile") if name in context)
    for container in [*pod["containers"], *pod.get("initContainers", ())]:
        own = container.get("securityContext", {})
        both = {**context, **own}
        if both.get("runAsNonRoot") is not True:
            yield "runAsNonRoot"
        if both.get("runAsUser") == 0:
            yield "runAsUser"
        if both.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
            yield "seccompProfile"
        if own.get("allowPrivilegeEscalation") is not False:
            yield "allowPrivilegeEscalation"
        if own.get("privileged"):
            yield "privileged"
        capabilities = own.get("capabilities", {})
        if "ALL" not in capabilities.get("drop", ()) or not set(capabilities.get("add", ())) <= {"NET_BIND_SERVICE"}:
            yield "capabilities"
        if own.get("procMount", "Default") != "Default":
            yield "procMount"
        yield from ("hostPort" for port in container.get("ports", ()) if port.get("hostPort"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_pods_are_restricted(folder: str) -> None:
    assert list(violations(built(folder).pod)) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"hostNetwork": True}, "spec.hostNetwork"),
        ({"volumes": [{"name": "host", "hostPath": {"path": "/"}}]}, "volume host"),
        ({"securityContext": {}}, "runAsNonRoot"),
    ],
)
def test_a_pod_that_asks_for_more_is_noticed(change: dict[str, Any], named: str) -> None:
    assert named in violations({**built(BASE).pod, **change})


@pytest.mark.parametrize("member", ["allowPrivilegeEscalation", "capabilities"])
def test_a_container_that_says_less_is_noticed(member: str) -> None:
    container = built(BASE).container
    context = {name: value for name, value in container["securityContext"].items() if name != member}

    assert member in violations({**built(BASE).pod, "containers": [{**container, "securityContext": context}]})


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_namespace_enforces_it(folder: str) -> None:
    labels = built(folder).one("Namespace")["metadata"]["labels"]

    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_written_inside_the_container(folder: str) -> None:
    container = built(folder).container

    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert all(mount.get("readOnly") for mount in container["volumeMounts"])


@pytest.mark.parametrize("folder", FOLDERS)
def test_only_the_deployment_asks_for_the_token(folder: str) -> None:
    assert built(folder).one("ServiceAccount")["automountServiceAccountToken"] is False
    assert built(folder).pod["automountServiceAccountToken"] is True
    assert built(folder).pod["serviceAccountName"] == NAME

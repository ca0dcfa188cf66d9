"""The CronJob of an audit: its rights, its Pods, and the command that runs in them."""

from typing import Any

import click
import pytest
from kubernetes_validate import validate  # type: ignore[import-untyped]

from elbguard.audit.publishing import KINDS
from elbguard.cli import elbguard
from tests.support.built import AUDIT, BASE, NAME, Manifest, builders, built, kustomized
from tests.unit.manifests.test_building import LABELS, identity
from tests.unit.manifests.test_pod_security import violations
from tests.unit.manifests.test_schemas import NEWEST, OLDEST

JOB = "elbguard-audit"
READS = [
    {"apiGroups": [""], "resources": ["services", "nodes"], "verbs": ["list"]},
    {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": ["list"]},
    {
        "apiGroups": ["k8s.cni.cncf.io"],
        "resources": ["network-attachment-definitions"],
        "resourceNames": ["default-network"],
        "verbs": ["get"],
    },
]


def pod() -> Manifest:
    """The spec of the job's Pods."""
    found: Manifest = built(AUDIT).one("CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


def container() -> dict[str, Any]:
    """Their only container."""
    [found] = pod()["containers"]
    return dict(found)


def test_old_and_new_kubectl_build_the_same_objects_without_a_word() -> None:
    first, *others = [kustomized(AUDIT, each) for each in builders(AUDIT)]

    assert first[1] == ""
    for other in others:
        assert sorted(other[0], key=identity) == sorted(first[0], key=identity)


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_object_fits_the_schemas_of(version: str) -> None:
    for each in built(AUDIT):
        assert validate(each, version, strict=True) == version


def test_the_rights_are_these_and_nothing_is_written_but_reports() -> None:
    reports = [
        {
            "apiGroups": [kind.version.partition("/")[0]],
            "resources": [kind.plural],
            "verbs": ["list", "get", "create", "update", "delete"],
        }
        for kind in KINDS
    ]

    assert built(AUDIT).one("ClusterRole")["rules"] == READS + reports
    [subject] = built(AUDIT).one("ClusterRoleBinding")["subjects"]
    assert subject == {"kind": "ServiceAccount", "namespace": NAME, "name": pod()["serviceAccountName"]}


def test_the_pods_are_restricted() -> None:
    assert list(violations(pod())) == []


def test_the_command_understands_its_arguments() -> None:
    verb, *flags = container()["args"]
    command = elbguard.commands[verb]
    params = command.make_context(verb, flags).params

    assert isinstance(command, click.Command)
    assert (params["policy_report"], params["fail_on"]) == (True, "never")
    [mount] = container()["volumeMounts"]
    [volume] = pod()["volumes"]
    settings = built(BASE).one("ConfigMap")
    assert volume["configMap"]["name"] == settings["metadata"]["name"]
    assert str(params["config"]) == f"{mount['mountPath']}/{next(iter(settings['data']))}"


def test_no_service_takes_its_pods_for_replicas_of_the_webhook() -> None:
    job = built(AUDIT).one("CronJob")["spec"]["jobTemplate"]["spec"]["template"]
    selector = built(BASE).one("Service")["spec"]["selector"]

    assert not selector.items() <= job["metadata"]["labels"].items()
    assert {each["metadata"]["name"] for each in built(AUDIT)} == {JOB}
    assert selector == LABELS


def test_the_image_is_the_one_that_the_base_waits_for() -> None:
    assert container()["image"] == built(BASE).container["image"]

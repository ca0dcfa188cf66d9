"""The parts of an installation fit each other and the command that runs in it."""

import re
from pathlib import Path
from typing import Any

import click
import pytest

from elbguard.cli import elbguard
from elbguard.settings import load
from tests.support.built import BASE, CERT_MANAGER, FOLDERS, NAME, built

SERVE = elbguard.commands["serve"]
HOW_CERTIFICATES_COME = re.compile(r"--(manage-certificates|namespace|service-name|secret-name|webhook-name|tls-).*")


def arguments(folder: str) -> list[str]:
    """The arguments as the kubelet gives them, its variables filled in."""
    return [each.replace("$(POD_NAMESPACE)", NAME) for each in built(folder).container["args"]]


def understood(folder: str) -> dict[str, Any]:
    """The arguments as the command understands them."""
    verb, *flags = arguments(folder)
    assert verb == SERVE.name
    return SERVE.make_context(verb, flags).params


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_command_understands_its_arguments(folder: str) -> None:
    assert understood(folder)["port"] == built(folder).container["ports"][0]["containerPort"]


def test_with_cert_manager_only_the_certificates_come_otherwise() -> None:
    ours, theirs = (
        [each for each in arguments(folder) if not HOW_CERTIFICATES_COME.fullmatch(each)]
        for folder in (BASE, CERT_MANAGER)
    )

    assert ours == theirs


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_command_understands_its_settings(folder: str, tmp_path: Path) -> None:
    config = Path(understood(folder)["config"])
    text = built(folder).one("ConfigMap")["data"][config.name]
    (tmp_path / config.name).write_text(text, encoding="utf-8")
    mounts = {mount["mountPath"]: mount for mount in built(folder).container["volumeMounts"]}

    load({}, tmp_path / config.name)
    assert "subPath" not in mounts[str(config.parent)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mounted_volume_is_there_and_no_mount_is_inside_another(folder: str) -> None:
    volumes = [volume["name"] for volume in built(folder).pod["volumes"]]
    mounts = built(folder).container["volumeMounts"]
    paths = [Path(mount["mountPath"]) for mount in mounts]

    assert sorted(mount["name"] for mount in mounts) == sorted(volumes)
    assert not [path for path in paths for other in paths if other in path.parents]


@pytest.mark.parametrize("folder", FOLDERS)
def test_service_links_cannot_be_taken_for_flags(folder: str) -> None:
    # A Service elbguard would give its neighbours ELBGUARD_PORT=tcp://10.247.0.9:443.
    variables = {option.envvar for option in SERVE.params if isinstance(option, click.Option)}

    assert "ELBGUARD_PORT" in variables
    assert built(folder).pod["enableServiceLinks"] is False


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_replica_has_the_time_to_drain_and_to_finish(folder: str) -> None:
    in_flight = max(webhook["timeoutSeconds"] for webhook in built(folder).webhooks)

    assert built(folder).pod["terminationGracePeriodSeconds"] > understood(folder)["drain_seconds"] + in_flight + 5


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_rollout_and_no_drain_of_nodes_takes_the_last_replica(folder: str) -> None:
    spec, budget = built(folder).one("Deployment")["spec"], built(folder).one("PodDisruptionBudget")["spec"]
    autoscaler = built(folder).one("HorizontalPodAutoscaler")["spec"]

    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert budget["minAvailable"] < spec["replicas"] == autoscaler["minReplicas"] < autoscaler["maxReplicas"]
    assert autoscaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME}


@pytest.mark.parametrize("folder", FOLDERS)
def test_everything_selects_the_pods(folder: str) -> None:
    deployment, pod = built(folder).one("Deployment")["spec"], built(folder).pod
    labels = deployment["template"]["metadata"]["labels"]

    assert deployment["selector"]["matchLabels"] == labels
    assert built(folder).one("Service")["spec"]["selector"] == labels
    assert built(folder).one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    for spread in pod["topologySpreadConstraints"]:
        assert spread["labelSelector"]["matchLabels"] == labels
        assert spread["whenUnsatisfiable"] == "ScheduleAnyway"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_webhooks_lead_through_the_service_to_the_port(folder: str) -> None:
    [port], [listening] = built(folder).one("Service")["spec"]["ports"], built(folder).container["ports"]

    assert port["targetPort"] == listening["name"]
    for webhook, path in zip(built(folder).webhooks, ("/mutate", "/validate"), strict=True):
        expected = {"namespace": NAME, "name": NAME, "port": port["port"], "path": path}
        assert webhook["clientConfig"] == {"service": expected}


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_the_probes_ask_over_https(folder: str, probe: str) -> None:
    path = "/readyz" if probe == "readinessProbe" else "/healthz"

    assert built(folder).container[probe]["httpGet"] == {"scheme": "HTTPS", "port": "https", "path": path}


@pytest.mark.parametrize("folder", FOLDERS)
def test_resources_are_asked_for_and_the_cpu_is_not_throttled(folder: str) -> None:
    resources = built(folder).container["resources"]

    assert resources["requests"].keys() == {"cpu", "memory"}
    assert resources["limits"].keys() == {"memory"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_image_is_a_placeholder_that_a_node_refuses_at_once(folder: str) -> None:
    name, _, tag = str(built(folder).container["image"]).partition(":")

    assert (name, tag) == (NAME, "-SET-THE-IMAGE-")
    assert not re.fullmatch(r"\w[\w.-]{0,127}", tag, re.ASCII)  # what the distribution's grammar calls a tag


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_priority_is_ours(folder: str) -> None:
    assert built(folder).pod["priorityClassName"] == built(folder).one("PriorityClass")["metadata"]["name"]


def test_cert_manager_makes_the_pair_that_is_served_and_the_ca_that_is_trusted() -> None:
    certificates = {c["metadata"]["name"]: c["spec"] for c in built(CERT_MANAGER) if c["kind"] == "Certificate"}
    issuers = {i["metadata"]["name"]: i["spec"] for i in built(CERT_MANAGER) if i["kind"] == "Issuer"}
    leaf, ca = certificates[NAME], certificates["elbguard-ca"]
    given = understood(CERT_MANAGER)
    [mount] = [m for m in built(CERT_MANAGER).container["volumeMounts"] if m["name"] == "tls"]
    [volume] = [v for v in built(CERT_MANAGER).pod["volumes"] if v["name"] == "tls"]
    files = [f"{mount['mountPath']}/tls.crt", f"{mount['mountPath']}/tls.key"]

    assert volume["secret"]["secretName"] == leaf["secretName"]
    assert [str(given["tls_cert"]), str(given["tls_key"])] == files
    assert leaf["dnsNames"] == [f"{NAME}.{NAME}.svc"]
    assert issuers[leaf["issuerRef"]["name"]] == {"ca": {"secretName": ca["secretName"]}}
    assert issuers[ca["issuerRef"]["name"]] == {"selfSigned": {}}
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        annotations = built(CERT_MANAGER).one(kind)["metadata"]["annotations"]
        assert annotations == {"cert-manager.io/inject-ca-from": f"{NAME}/{NAME}"}

"""What is filled in stays as it is: however the same manifest is applied again, nothing changes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import PROGRAM
from tests.support.places import ROOT
from tests.support.webhook import Webhook

from .cluster import Cluster, Result

MANIFESTS = Path(__file__).parent / "manifests"
MANIFEST = "to-fill.yaml"


def annotations(cluster: Cluster, namespace: str) -> dict[str, str]:
    """Return CCE's annotations of the Service, without those that kubectl keeps for itself."""
    answer = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services/web")
    found: dict[str, str] = answer.body["metadata"]["annotations"]
    return {key: text for key, text in found.items() if key.startswith("kubernetes.io/")}


def whole(cluster: Cluster, namespace: str) -> dict[str, Any]:
    """Return the object without its version and the times of its owners: v1.20 writes those anew at each second."""
    found = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services/web").body
    for owner in found["metadata"].pop("managedFields", ()):
        found["metadata"].setdefault("owners", []).append((owner["manager"], owner["fieldsV1"]))
    del found["metadata"]["resourceVersion"]
    return found


def test_the_documented_defaults_are_filled_in(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "apply", "-f", MANIFEST, cwd=MANIFESTS, check=True)
    filled = annotations(guarded, namespace)
    autocreate = json.loads(filled["kubernetes.io/elb.autocreate"])

    assert filled["kubernetes.io/elb.class"] == "union"
    assert filled["kubernetes.io/elb.lb-algorithm"] == "ROUND_ROBIN"
    assert json.loads(filled["kubernetes.io/elb.session-affinity-option"]) == {"persistence_timeout": "60"}
    assert json.loads(filled["kubernetes.io/elb.health-check-option"]) == {
        "delay": "5",
        "timeout": "10",
        "max_retries": "3",
        "protocol": "TCP",
    }
    assert autocreate["bandwidth_chargemode"] == "bandwidth"
    assert autocreate["name"].startswith("cce-lb-")
    assert autocreate["bandwidth_name"].startswith("cce-bandwidth-")


@pytest.mark.parametrize("apply", ["apply", "apply --server-side"])
def test_applying_again_changes_nothing(guarded: Cluster, apply: str) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, *apply.split(), "-f", MANIFEST, cwd=MANIFESTS, check=True)
    before = whole(guarded, namespace)
    guarded.kubectl("-n", namespace, *apply.split(), "-f", MANIFEST, cwd=MANIFESTS, check=True)

    assert whole(guarded, namespace) == before


def test_replacing_by_the_manifest_changes_nothing(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "create", "-f", MANIFEST, cwd=MANIFESTS, check=True)
    filled = annotations(guarded, namespace)
    live = guarded.request("GET", f"/api/v1/namespaces/{namespace}/services/web").body
    manifest: dict[str, Any] = yaml.safe_load((MANIFESTS / MANIFEST).read_text())
    manifest["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
    manifest["spec"] |= {name: live["spec"][name] for name in ("clusterIP", "healthCheckNodePort")}
    answer = guarded.request("PUT", f"/api/v1/namespaces/{namespace}/services/web", manifest)

    assert answer.status == 200
    assert annotations(guarded, namespace) == filled


def test_what_the_platform_writes_back_survives_a_replacement_without_annotations(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "create", "-f", MANIFEST, cwd=MANIFESTS, check=True)
    written = {"kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", "kubernetes.io/elb.mark": "0"}
    answer = guarded.patch_service(namespace, "web", {"metadata": {"annotations": written}}, user="controller")
    live = answer.body
    del live["metadata"]["annotations"]
    replaced = guarded.request("PUT", f"/api/v1/namespaces/{namespace}/services/web", live)

    assert replaced.status == 200
    assert annotations(guarded, namespace) == {
        "kubernetes.io/elb.class": "union",
        "kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0",
        "kubernetes.io/elb.lb-algorithm": "ROUND_ROBIN",
        "kubernetes.io/elb.mark": "0",
    }


def test_a_replacement_that_names_no_load_balancer_keeps_the_one_there_is(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "create", "-f", "good.yaml", cwd=MANIFESTS, check=True)
    before = annotations(guarded, namespace)
    manifest: dict[str, Any] = yaml.safe_load((MANIFESTS / "good.yaml").read_text())
    manifest["metadata"]["annotations"] = {"kubernetes.io/elb.lb-algorithm": "LEAST_CONNECTIONS"}
    live = guarded.request("GET", f"/api/v1/namespaces/{namespace}/services/web").body
    manifest["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
    manifest["spec"]["clusterIP"] = live["spec"]["clusterIP"]
    replaced = guarded.kubectl("-n", namespace, "replace", "-f", "-", stdin=json.dumps(manifest))

    assert (replaced.stdout, replaced.stderr) == ("service/web replaced\n", "")
    assert annotations(guarded, namespace) == before | {"kubernetes.io/elb.lb-algorithm": "LEAST_CONNECTIONS"}


def test_diff_of_the_applied_manifest_is_empty(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "apply", "-f", MANIFEST, cwd=MANIFESTS, check=True)
    difference = guarded.kubectl("-n", namespace, "diff", "-f", MANIFEST, cwd=MANIFESTS)

    assert (difference.stdout, difference.code) == ("", 0)


MANAGERS = {
    "a second field manager": ("apply --server-side", "apply --server-side --field-manager=another"),
    "from client-side to server-side": ("apply", "apply --server-side"),
}


def handed_over(cluster: Cluster, namespace: str, manager: str, *manifests: Path) -> Result:
    """Apply a manifest by one manager, then a manifest by another, who meets a conflict or not."""
    first, second = MANAGERS[manager]
    cluster.kubectl("-n", namespace, *first.split(), "-f", str(manifests[0]), check=True)
    return cluster.kubectl("-n", namespace, *second.split(), "-f", str(manifests[-1]))


def fixed(manifest: Path, namespace: str, into: Path) -> Path:
    """The manifest in this namespace after `elbguard fix --defaults --write`."""
    text = manifest.read_text(encoding="utf-8")
    into.write_text(text.replace("name: web\n", f"name: web\n  namespace: {namespace}\n", 1), encoding="utf-8")
    command = [*PROGRAM, "fix", "--defaults", "--write", str(into)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return into


@pytest.mark.parametrize("manager", MANAGERS)
def test_another_manager_meets_a_conflict_in_what_was_filled_inside_json_until_it_is_written(
    guarded: Cluster, tmp_path: Path, manager: str
) -> None:
    before, manifest = guarded.namespace(), MANIFESTS / MANIFEST
    conflict = handed_over(guarded, before, manager, manifest)
    written = fixed(manifest, before, tmp_path / MANIFEST)

    assert ".metadata.annotations.kubernetes.io/elb.autocreate" in conflict.stderr
    assert "1 conflict" in conflict.stderr
    taken = guarded.kubectl("-n", before, *MANAGERS[manager][1].split(), "-f", str(written))
    assert (taken.stderr, taken.code) == ("", 0)

    after = guarded.namespace()
    written = fixed(manifest, after, tmp_path / MANIFEST)
    assert handed_over(guarded, after, manager, written).code == 0


@pytest.mark.parametrize("manager", MANAGERS)
def test_no_manager_meets_a_conflict_where_nothing_is_filled_inside_json(cluster: Cluster, manager: str) -> None:
    with Webhook(["--no-default", "elb.autocreate"]) as webhook:
        cluster.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        applied = handed_over(cluster, cluster.namespace(), manager, MANIFESTS / MANIFEST)
        cluster.unregister()

    assert (applied.stderr, applied.code) == ("", 0)


@pytest.mark.parametrize("apply", ["apply", "apply --server-side"])
def test_what_was_filled_in_goes_where_the_manifest_asks_for_something_else(guarded: Cluster, apply: str) -> None:
    namespace = guarded.namespace()
    plain = {"kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"}
    checked = plain | {
        "kubernetes.io/elb.health-check-flag": "on",
        "kubernetes.io/elb.session-affinity-mode": "SOURCE_IP",
    }
    by_port = plain | {"kubernetes.io/elb.health-check-options": '[{"target_service_port": "TCP:80"}]'}
    for asked in (checked, by_port, checked, plain, checked):
        result = guarded.kubectl("-n", namespace, *apply.split(), "-f", "-", stdin=_manifest(asked), check=True)
        found = annotations(guarded, namespace)

        assert result.stderr == ""
        assert ("kubernetes.io/elb.health-check-option" in found) is (asked is checked)
        assert ("kubernetes.io/elb.session-affinity-option" in found) is (asked is checked)


def _manifest(asked: dict[str, str]) -> str:
    ports = [{"port": 80, "protocol": "TCP"}]
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "annotations": asked},
            "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": ports},
        }
    )

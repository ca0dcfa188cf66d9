"""What a user of kubectl meets: refusals in every way of writing a Service, and what must never be refused."""

from pathlib import Path

import pytest

from tests.support.webhook import Webhook

from .cluster import Cluster, Result
from .goldens import check_golden
from .registration import VALIDATING

MARK = "[ELB"
MANIFESTS = Path(__file__).parent / "manifests"
UPDATES = {
    "update-annotate": "annotate service web --overwrite kubernetes.io/elb.lb-algorithm=ROUND_ROBBIN",
    "update-annotate-class": "annotate service web --overwrite kubernetes.io/elb.class=performance",
    "update-annotate-id": "annotate service web --overwrite kubernetes.io/elb.id=5083f225-9bf8-48fa-9c8b-67bd9693c4c0",
    "update-annotate-two-faults": (
        "annotate service web --overwrite kubernetes.io/elb.lb-algorithm=FASTEST"
        " kubernetes.io/elb.session-affinity-mode=COOKIE"
    ),
    "update-apply": "apply -f one-fault.yaml",
    "update-apply-server-side": "apply --server-side --force-conflicts -f one-fault.yaml",
    "update-diff": "diff -f one-fault.yaml",
}
CREATES = {
    "apply-one-fault": "apply -f one-fault.yaml",
    "apply-two-faults": "apply -f two-faults.yaml",
    "apply-two-services": "apply -f two-broken-services.yaml",
    "apply-server-side": "apply --server-side -f two-faults.yaml",
    "apply-dry-run": "apply --dry-run=server -f two-faults.yaml",
    "diff": "diff -f two-faults.yaml",
    "create": "create -f two-faults.yaml",
    "create-generated-name": "create -f generated-name.yaml",
}


def run(cluster: Cluster, namespace: str, command: str) -> Result:
    """Run kubectl where the manifests lie, in this namespace; `command` is split at its spaces."""
    return cluster.kubectl("-n", namespace, *command.split(" "), cwd=MANIFESTS)


def services(cluster: Cluster, namespace: str) -> list[str]:
    """Return the names of the Services that exist in the namespace."""
    answer = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services")
    return [item["metadata"]["name"] for item in answer.body["items"]]


@pytest.mark.parametrize("name", CREATES)
def test_a_broken_service_is_not_created(guarded: Cluster, name: str) -> None:
    namespace = guarded.namespace()
    result = run(guarded, namespace, CREATES[name])
    assert result.code != 0
    assert MARK in result.stderr
    assert services(guarded, namespace) == []
    check_golden(name, CREATES[name], result, namespace)


@pytest.mark.parametrize("name", UPDATES)
def test_a_good_service_is_not_broken(guarded: Cluster, name: str) -> None:
    namespace = guarded.namespace()
    created = run(guarded, namespace, "apply -f good.yaml")
    assert created.stdout == "service/web created\n"
    result = run(guarded, namespace, UPDATES[name])
    assert result.code != 0
    assert MARK in result.stderr
    kept = guarded.request("GET", f"/api/v1/namespaces/{namespace}/services/web")
    assert kept.body["metadata"]["annotations"]["kubernetes.io/elb.lb-algorithm"] == "ROUND_ROBIN"
    check_golden(name, UPDATES[name], result, namespace)


def test_who_takes_the_id_away_by_hand_is_told_that_it_is_back(guarded: Cluster) -> None:
    namespace, command = guarded.namespace(), "annotate service web kubernetes.io/elb.id-"
    run(guarded, namespace, "apply -f good.yaml")
    check_golden("update-take-id-away", command, run(guarded, namespace, command), namespace)


def test_a_good_service_is_applied_once(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    command = "apply -f good.yaml"
    check_golden("good-created", command, run(guarded, namespace, command), namespace)
    check_golden("good-unchanged", command, run(guarded, namespace, command), namespace)


def test_a_deleted_service_gives_up_its_finalizer_though_it_is_broken(cluster: Cluster, webhook: Webhook) -> None:
    namespace = cluster.namespace()
    cluster.unregister()
    run(cluster, namespace, "create -f with-finalizer.yaml")
    cluster.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
    deleted = run(cluster, namespace, "delete service web --wait=false")
    assert deleted.code == 0
    assert services(cluster, namespace) == ["web"]
    command = 'patch service web --type=merge --patch={"metadata":{"finalizers":null}}'
    result = run(cluster, namespace, command)
    assert result.code == 0
    assert services(cluster, namespace) == []
    check_golden("finalizer-removed", command, result, namespace)


def test_the_cloud_controller_may_write_what_it_likes(guarded: Cluster) -> None:
    namespace = guarded.namespace()
    broken = (MANIFESTS / "two-faults.yaml").read_text(encoding="utf-8")
    refused = guarded.kubectl("-n", namespace, "create", "-f", "-", stdin=broken, user="alice")
    assert MARK in refused.stderr
    written = guarded.kubectl("-n", namespace, "create", "-f", "-", stdin=broken, user="controller")
    assert written.stdout == "service/web created\n"


def test_of_a_refused_creation_the_message_and_the_causes_are_each_complete(guarded: Cluster) -> None:
    manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "annotations": {"kubernetes.io/elb.lb-algorithm": "ROUND_ROBBIN"}},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    answer = guarded.create_service(guarded.namespace(), manifest)
    assert answer.status == 422
    assert answer.body["reason"] == "Invalid"
    assert answer.body["message"].startswith(f'admission webhook "{VALIDATING}" denied the request: ')
    assert MARK in answer.body["message"]
    details = answer.body["details"]
    assert details["name"] == "web"
    assert details["kind"] == "Service"
    assert details["causes"]
    assert all(MARK in cause["message"] for cause in details["causes"])

"""What is written along with a status: annotations that whoever may write it could slip in."""

from typing import Any

import pytest

from .api import Answer
from .cluster import MERGE_PATCH, Cluster

ELB = "kubernetes.io/elb."
GOOD = {ELB + "id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", ELB + "lb-algorithm": "ROUND_ROBIN"}
ADDRESS = {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}


def created(cluster: Cluster) -> str:
    """Create a Service without a mistake and return its path."""
    namespace = cluster.namespace()
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "annotations": GOOD}, "spec": spec}
    assert cluster.create_service(namespace, body).ok
    return f"/api/v1/namespaces/{namespace}/services/web"


def patch_status(cluster: Cluster, path: str, annotations: dict[str, Any], user: str = "alice") -> Answer:
    """Write an address, and annotations by their short names, by a merge patch of the status."""
    texts = {ELB + name: text for name, text in annotations.items()}
    patch = {"metadata": {"annotations": texts}, "status": ADDRESS}
    return cluster.request("PATCH", path + "/status", patch, user, MERGE_PATCH)


def put_status(cluster: Cluster, path: str, annotations: dict[str, Any]) -> Answer:
    """The same by replacing the status."""
    live: dict[str, Any] = cluster.request("GET", path).body
    live["metadata"]["annotations"] |= {ELB + name: text for name, text in annotations.items()}
    return cluster.request("PUT", path + "/status", live | {"status": ADDRESS}, "alice")


@pytest.mark.parametrize("write", [patch_status, put_status])
def test_a_wrong_annotation_does_not_come_in_with_a_status(guarded: Cluster, write: Any) -> None:
    path = created(guarded)
    before = guarded.request("GET", path).body
    answer = write(guarded, path, {"lb-algorithm": "ROUND_ROBBIN"})

    assert answer.status == 403
    assert "[ELB301]" in answer.refusal
    assert guarded.request("GET", path).body == before


@pytest.mark.parametrize("user", ["alice", "controller"])
def test_a_status_is_written_and_so_are_good_annotations(guarded: Cluster, user: str) -> None:
    path = created(guarded)
    answers = [patch_status(guarded, path, {}, user), patch_status(guarded, path, {"mark": "0"}, user)]
    live = guarded.request("GET", path).body

    assert [answer.refusal for answer in answers] == ["", ""]
    assert live["status"] == ADDRESS
    assert live["metadata"]["annotations"] == {**GOOD, ELB + "mark": "0"}


def test_what_a_controller_writes_is_not_judged_and_what_is_old_hinders_no_status(guarded: Cluster) -> None:
    path = created(guarded)

    assert patch_status(guarded, path, {"lb-algorithm": "ROUND_ROBBIN"}, user="controller").ok
    assert patch_status(guarded, path, {"mark": "1"}).ok
    assert patch_status(guarded, path, {"lb-algorithm": "ROUND_ROBBINS"}).status == 403

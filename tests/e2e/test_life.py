"""The life of a Service: its author creates it, CCE writes into it, its author applies and replaces it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from .cluster import Cluster

MANIFESTS = Path(__file__).parent / "manifests"
MANIFEST = "to-fill.yaml"
ELB = "kubernetes.io/elb."
ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
EIP = "8560972c-2cc5-4699-94d6-e46f146eb73d"
OTHER = "0e78a84a-7deb-4747-aeb6-09b6a820b001"
NOTED: tuple[dict[str, str], ...] = (
    {"mark": "0"},
    {"id": ID},
    {"eip-id": EIP},
    {"mark": "1"},
    {"pass-through": "onlyLocal", "enterpriseID": "0"},
    {"listener-port": "80"},
    {"mark": "2"},
    {"custom-eip-status": f'{{"id": "{OTHER}", "public_ip_address": "192.0.2.7"}}'},
)


def annotations(cluster: Cluster, namespace: str) -> dict[str, str]:
    """Return CCE's annotations of the Service by their short names."""
    live = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services/web").body
    found: dict[str, str] = live["metadata"]["annotations"]
    return {key.removeprefix(ELB): text for key, text in found.items() if key.startswith(ELB)}


def write_back(cluster: Cluster, namespace: str, user: str) -> list[str]:
    """Write into the Service what CCE writes, as one of the users; return the rules that warned."""
    changes: list[dict[str, Any]] = [
        {"metadata": {"annotations": {ELB + name: text for name, text in noted.items()}}} for noted in NOTED
    ]
    changes.append({"spec": {"loadBalancerIP": "192.0.2.7"}})
    changes.append({"metadata": {"finalizers": ["service.kubernetes.io/load-balancer-cleanup"]}})
    warned: list[str] = []
    for change in changes:
        answer = cluster.patch_service(namespace, "web", change, user=user)
        assert (change, answer.refusal) == (change, "")
        warned += [warning.rpartition("[")[2].rstrip("]") for warning in answer.warnings]
    return warned


def replace(cluster: Cluster, namespace: str) -> None:
    """Replace the Service by its manifest, as a tool does that knows nothing of what was written since."""
    live = cluster.request("GET", f"/api/v1/namespaces/{namespace}/services/web").body
    manifest: dict[str, Any] = yaml.safe_load((MANIFESTS / MANIFEST).read_text())
    manifest["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
    manifest["spec"] |= {name: live["spec"][name] for name in ("clusterIP", "healthCheckNodePort")}
    answer = cluster.request("PUT", f"/api/v1/namespaces/{namespace}/services/web", manifest)
    assert (answer.refusal, answer.warnings) == ("", ())


@pytest.mark.parametrize(("writer", "warned"), [("controller", []), ("alice", ["ELB712", "ELB712"])])
def test_what_cce_writes_is_let_in_and_outlives_what_the_author_does(
    guarded: Cluster, writer: str, warned: list[str]
) -> None:
    namespace = guarded.namespace()
    guarded.kubectl("-n", namespace, "apply", "-f", MANIFEST, cwd=MANIFESTS, check=True)
    created = annotations(guarded, namespace)

    assert write_back(guarded, namespace, writer) == warned

    written = annotations(guarded, namespace)
    assert written == created | {name: text for noted in NOTED for name, text in noted.items()}

    applied = guarded.kubectl("-n", namespace, "apply", "-f", MANIFEST, cwd=MANIFESTS, check=True)
    assert (applied.stderr, annotations(guarded, namespace)) == ("", written)

    replace(guarded, namespace)
    settings = {"pass-through", "enterpriseID"}  # CCE writes them again, and nothing hangs on the latter any more
    assert annotations(guarded, namespace) == {name: written[name] for name in written.keys() - settings}

    for name, text, rule in (("class", "performance", "ELB701"), ("id", OTHER, "ELB702"), ("eip-id", OTHER, "ELB705")):
        change = {"metadata": {"annotations": {ELB + name: text}}}
        assert f"[{rule}]" in guarded.patch_service(namespace, "web", change, user="alice").refusal

    deleted = guarded.kubectl("-n", namespace, "delete", "service", "web", "--wait=false", user="alice")
    assert (deleted.stderr, deleted.code) == ("", 0)

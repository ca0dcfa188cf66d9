"""What a real API server asked, replayed: from our own recording, and from its audit log."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Done, elbguard
from tests.support.reviews import EXISTING, WRONG, service
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

from .cluster import Cluster

ELB = "kubernetes.io/elb."
SECRET = "of-nobody's-business"  # noqa: S105 - it is looked for
MANIFEST = json.dumps(service({**EXISTING, "example.com/token": SECRET}, {"name": "applied", "namespace": None}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the recording is."""
    return tmp_path_factory.mktemp("recorded")


@pytest.fixture(scope="module")
def asked(cluster: Cluster, folder: Path) -> str:
    """The namespace of a day's work, recorded from its beginning to its end."""
    recording = folder / "asked.jsonl"
    with Webhook(["--record", str(recording)]) as webhook:
        cluster.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        namespace = cluster.namespace()
        days_work(cluster, namespace)
        wait_until(lambda: '"name":"last"' in recording.read_text())
        cluster.unregister()
    return namespace


def days_work(cluster: Cluster, namespace: str) -> None:
    """Everything that people and controllers do to Services, good and bad."""
    path = f"/api/v1/namespaces/{namespace}/services/web"
    assert cluster.create_service(namespace, named("web", EXISTING), user="alice").ok
    assert cluster.create_service(namespace, named("bad", WRONG), user="alice").status == 422
    assert cluster.create_service(namespace, named("tried", WRONG), dry_run=True).status == 422
    assert cluster.create_service(namespace, named("plain", {}, type="ClusterIP")).ok
    for algorithm, status in (("LEAST_CONNECTIONS", 200), ("ROUND_ROBBIN", 403)):
        changed = {"metadata": {"annotations": {ELB + "lb-algorithm": algorithm}}}
        assert cluster.patch_service(namespace, "web", changed, user="alice").status == status
    for flag in ("on", "off"):
        assert cluster.patch_service(
            namespace, "web", {"metadata": {"annotations": {ELB + "health-check-flag": flag}}}
        ).ok
    live: dict[str, Any] = cluster.request("GET", path).body
    live["metadata"]["annotations"][ELB + "class"] = "performant"
    assert cluster.request("PUT", path, live, user="alice").status == 403
    assert cluster.request("PATCH", path + "/status", {"status": {}}, "alice", "application/merge-patch+json").ok
    for manner in ([], ["--server-side", "--force-conflicts"], []):
        cluster.kubectl("-n", namespace, "apply", *manner, "-f", "-", stdin=MANIFEST, check=True)
    cluster.kubectl("-n", namespace, "annotate", "service", "applied", ELB + "lb-algorithm-", check=True)
    refused = cluster.kubectl("-n", namespace, "annotate", "service", "applied", ELB + "class=x", "--overwrite")
    assert refused.code == 1
    cluster.kubectl("-n", namespace, "delete", "service", "applied", check=True)
    assert cluster.create_service(namespace, named("last", EXISTING)).ok


def named(name: str, annotations: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """A Service of this name."""
    return service(annotations, {"name": name, "namespace": None}, **spec)


def audited(cluster: Cluster, namespace: str, folder: Path) -> Path:
    """The events of a namespace."""
    events = [line for line in cluster.audit_log.read_text().splitlines(keepends=True) if f'"{namespace}"' in line]
    (folder / "audit.log").write_text("".join(events))
    return folder / "audit.log"


def replayed(file: Path, *flags: str) -> tuple[Done, set[tuple[str, str]]]:
    """Replay a file: how it ended, and which Services are answered otherwise, and how."""
    done = elbguard("replay", str(file), "--format", "json", *flags)
    differences = json.loads(done.stdout)["differences"]
    return done, {(each["service"].rpartition("/")[2], each["change"]) for each in differences}


@pytest.mark.parametrize("source", ["recording", "audit log"])
def test_the_same_version_says_the_same_and_others_are_told_apart(
    cluster: Cluster, asked: str, folder: Path, source: str
) -> None:
    file = folder / "asked.jsonl" if source == "recording" else audited(cluster, asked, folder)
    same, none = replayed(file)
    numbers = json.loads(same.stdout)["summary"]
    without, admitted = replayed(file, "--ignore", "ELB301")
    harder, otherwise = replayed(file, "--default-class", "performance")

    assert (same.returncode, none) == (0, set())
    assert (numbers["not_compared"], numbers["unread"]) == ([], 0)
    assert numbers["refused"] in (5, 5 + 3)  # an update that is refused may be asked about once more
    assert (without.returncode, harder.returncode) == (1, 1)
    assert admitted == {(name, "no-longer-refused") for name in ("bad", "tried", "web")}
    assert ("web", "filled-in-otherwise") in otherwise


def test_neither_users_nor_what_is_not_ours_is_in_the_recording(asked: str, folder: Path) -> None:
    text = (folder / "asked.jsonl").read_text()

    assert f'"namespace":"{asked}"' in text
    assert [word for word in ("alice", SECRET, "system:masters", '"manager"') if word in text] == []

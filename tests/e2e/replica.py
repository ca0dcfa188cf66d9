"""A replica as the manifests run it: a Deployment's command, with the rights of its service account alone."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.command import PROGRAM
from tests.support.places import ROOT
from tests.support.process import LOOPBACK, Server, free_ports

from .cluster import Cluster
from .registration import MUTATING_PATH, VALIDATING_PATH

NAME = "elbguard"


def account(namespace: str = NAME) -> str:
    """The user name of the service account."""
    return f"system:serviceaccount:{namespace}:{NAME}"


def account_config(cluster: Cluster, folder: Path, namespace: str = NAME) -> Path:
    """A kubeconfig with a token of our service account, and so with its rights alone."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{NAME}/token"
    token = cluster.request("POST", path, body).body["status"]["token"]
    text = cluster.kubeconfig.read_text(encoding="utf-8").replace(cluster.token("admin"), token)
    found = folder / "kubeconfig"
    found.write_text(text, encoding="utf-8")
    return found


@contextmanager
def replica(cluster: Cluster, folder: Path, args: Sequence[str], namespace: str = NAME) -> Iterator[Server]:
    """Run the command with the arguments of a Deployment in a namespace, but for what is of the machine."""
    [port] = free_ports(1)
    given = [each for each in args if not each.startswith(("--port", "--config", "--drain"))]
    flags = [each.replace("$(POD_NAMESPACE)", namespace) for each in given]
    command = [*PROGRAM, *flags, "--host", LOOPBACK, "--port", str(port), "--drain-seconds=0"]
    env = os.environ | {"KUBECONFIG": str(account_config(cluster, folder, namespace))}
    running = Server(NAME, command, folder / f"replica-{port}.log", env, ROOT)
    try:
        yield running
    finally:
        running.stop()


def bundles(cluster: Cluster) -> list[str]:
    """The caBundles of both webhook configurations; of one that has none, no text."""
    found = [cluster.request("GET", f"{path}/{NAME}").body["webhooks"][0] for path in (MUTATING_PATH, VALIDATING_PATH)]
    return [each["clientConfig"].get("caBundle", "") for each in found]

"""What both webhooks cost a creation at a real API server, beside an application that does nothing."""

import http.client
import json
import os
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import yaml

from elbguard import pairs
from tests.bench.https import OURS, served
from tests.bench.results import Row, Table, skipped
from tests.bench.reviews import review
from tests.e2e.cluster import Cluster
from tests.e2e.control_plane import BINARIES

_ROUNDS: Final = 7
_CREATIONS: Final = 60  # of a round
_NOTHING: Final = "tests.bench.https:nothing"
_TITLE: Final = "A creation at a real API server"


def measure() -> Table:
    """Milliseconds of a dry-run creation, with no webhook, with one that does nothing, and with ours."""
    assets = Path(os.environ.get("KUBEBUILDER_ASSETS", "/nowhere")).resolve()
    if not all((assets / name).is_file() for name in BINARIES):
        return skipped(_TITLE, "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd")
    with tempfile.TemporaryDirectory() as folder, Cluster(assets) as cluster:
        pairs.write(Path(folder), ["localhost"])
        ca = Path(folder, "ca.crt").read_bytes()
        found: dict[str, list[float]] = {"none": [], "nothing": [], "ours": []}
        namespace = cluster.namespace()
        with served(_NOTHING, Path(folder)) as (idle, _), served(OURS, Path(folder)) as (ours, _):
            for turn in range(_ROUNDS):
                for name, port in (("none", 0), ("nothing", idle), ("ours", ours)):
                    if port:
                        url = f"https://localhost:{port}"
                        cluster.register(f"{url}/mutate", f"{url}/validate", ca)
                    else:
                        cluster.unregister()
                    found[name] += _creations(cluster, namespace, turn)
    none, nothing, both = (median(found[name]) for name in ("none", "nothing", "ours"))
    rows = (
        Row("no webhook", "", f"{none:.2f} ms"),
        Row("both webhooks, an application that does nothing", "1", f"{nothing:.2f} ms, {nothing - none:+.2f}"),
        Row(
            "both webhooks, elbguard",
            f"{(both - none) / (nothing - none):.2f} x what nothing costs",
            f"{both:.2f} ms, {both - none:+.2f}",
            "1.3",
        ),
    )
    remark = f"kube-apiserver v1.20, dry run, median of {_ROUNDS} alternated rounds of {_CREATIONS} creations"
    return Table(_TITLE, remark, rows)


def _creations(cluster: Cluster, namespace: str, turn: int) -> list[float]:
    """The milliseconds of each creation of one round."""
    with _connected(cluster) as connection:
        return [_creation(connection, cluster.token("admin"), namespace, turn * 1000 + n) for n in range(_CREATIONS)]


@contextmanager
def _connected(cluster: Cluster) -> Iterator[http.client.HTTPSConnection]:
    known = yaml.safe_load(Path(cluster.kubeconfig).read_text())["clusters"][0]["cluster"]
    context = ssl.create_default_context(cafile=known["certificate-authority"])
    connection = http.client.HTTPSConnection(cluster.url.removeprefix("https://"), context=context, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def _creation(connection: http.client.HTTPSConnection, token: str, namespace: str, number: int) -> float:
    service = json.loads(review(number))["request"]["object"]
    service["metadata"].pop("managedFields")
    service["metadata"]["namespace"] = namespace
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    start = time.perf_counter()
    connection.request("POST", f"/api/v1/namespaces/{namespace}/services?dryRun=All", json.dumps(service), headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 201:
        raise RuntimeError(body[:300])
    return (time.perf_counter() - start) * 1000

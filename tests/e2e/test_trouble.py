"""Trouble in the cluster while Services are applied: nothing is lost, nobody is wrongly refused.

These tests have an API server of their own, since they stop and stall it.
"""

import base64
import os
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from elbguard import pairs
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

from . import registration
from .api import Answer
from .cluster import Cluster
from .conftest import NO_API_SERVER
from .control_plane import BINARIES

ELB = "kubernetes.io/elb."
SWAPPED = 'elbguard_certificate_swaps_total{result="swapped"} 2.0'
GOOD = {f"{ELB}id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"}
BAD = {**GOOD, f"{ELB}lb-algorithm": "ROUND_ROBBIN"}


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """Run an API server that nobody else uses."""
    assets = os.environ.get("KUBEBUILDER_ASSETS", "")
    if not assets or not all((Path(assets) / name).is_file() for name in BINARIES):
        pytest.skip(NO_API_SERVER)
    with Cluster(Path(assets).resolve()) as running:
        yield running


@dataclass
class Tally:
    """What became of the Services that were applied."""

    admitted: int = 0
    refused: int = 0
    wrongly_refused: list[str] = field(default_factory=list)
    wrongly_admitted: int = 0
    unreached: list[str] = field(default_factory=list)  # the webhook could not be called
    broken: list[str] = field(default_factory=list)  # the API server itself could not do it


@contextmanager
def applying(cluster: Cluster, threads: int = 3) -> Iterator[Tally]:
    """Apply good and bad Services, without a pause, while something happens."""
    tally, ended, namespace = Tally(), threading.Event(), cluster.namespace()

    def run() -> None:
        while not ended.is_set():
            for annotations in (GOOD, BAD):
                body = service(annotations)
                try:
                    note(tally, cluster.create_service(namespace, body, dry_run=True), good=annotations is GOOD)
                except (urllib.error.URLError, OSError) as error:
                    tally.broken.append(str(error))
                    time.sleep(0.1)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield tally
    finally:
        ended.set()
        for worker in workers:
            worker.join()


def service(annotations: dict[str, str]) -> dict[str, Any]:
    """Make a Service with annotations."""
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "annotations": annotations},
        "spec": spec,
    }


def note(tally: Tally, answer: Answer, *, good: bool) -> None:
    """Count an answer."""
    if answer.ok:
        tally.admitted += good
        tally.wrongly_admitted += not good
    elif "[ELB" in answer.refusal:
        tally.refused += not good
        if good:
            tally.wrongly_refused.append(answer.refusal)
    elif "failed calling webhook" in answer.refusal:
        tally.unreached.append(answer.refusal)
    else:
        tally.broken.append(answer.refusal)


def until(tally: Tally, more: int) -> None:
    """Wait until so many more Services were admitted and refused."""
    admitted, refused = tally.admitted + more, tally.refused + more
    wait_until(lambda: tally.admitted >= admitted and tally.refused >= refused, lambda: tally)


def test_a_certificate_that_changes_under_load_costs_nothing(own: Cluster) -> None:
    with Webhook() as webhook:
        own.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        with applying(own) as tally:
            until(tally, 30)
            new_ca, leaf = pairs.make(["127.0.0.1", "localhost"])
            both = webhook.ca_pem + new_ca.certificate
            for path in (registration.MUTATING_PATH, registration.VALIDATING_PATH):
                trust(own, path, both)
            until(tally, 30)
            (webhook.workdir / "tls.key").write_bytes(leaf.key)  # for a moment they do not match
            time.sleep(0.5)
            (webhook.workdir / "tls.crt").write_bytes(leaf.certificate)
            swapped = 'elbguard_certificate_swaps_total{result="swapped"} 2.0'
            wait_until(lambda: swapped in metrics(webhook, new_ca.certificate), webhook.log)
            until(tally, 60)
        own.unregister()

    assert (tally.wrongly_refused, tally.wrongly_admitted, tally.unreached, tally.broken) == ([], 0, [], [])


def trust(cluster: Cluster, path: str, bundle: bytes) -> None:
    """Write a caBundle, as the one who rotates does before the leaf changes."""
    patch = [{"op": "replace", "path": "/webhooks/0/clientConfig/caBundle", "value": base64.b64encode(bundle).decode()}]
    answer = cluster.request("PATCH", f"{path}/{registration.NAME}", patch, content_type="application/json-patch+json")
    assert answer.ok, answer.refusal


def metrics(webhook: Webhook, new_ca: bytes) -> str:
    """Read the metrics, whichever of the two certificates is served."""
    old = webhook.ca_pem
    webhook.ca_pem = old + new_ca
    try:
        return webhook.get("/metrics")[1]
    finally:
        webhook.ca_pem = old


def test_a_webhook_that_is_killed_and_comes_back_refuses_nobody_wrongly(own: Cluster) -> None:
    with Webhook() as webhook:
        own.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        ignore = [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]  # as the base installs it
        path = f"{registration.VALIDATING_PATH}/{registration.NAME}"
        assert own.request("PATCH", path, ignore, content_type="application/json-patch+json").ok
        with applying(own) as tally:
            until(tally, 30)
            webhook.kill()
            admitted = tally.admitted
            while tally.admitted < admitted + 20:
                time.sleep(0.05)
            webhook.restart()
            until(tally, 30)
        own.unregister()

    assert (tally.wrongly_refused, tally.broken, tally.unreached) == ([], [], [])


def test_an_api_server_that_restarts_finds_the_webhook_again(own: Cluster) -> None:
    with Webhook() as webhook:
        own.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        with applying(own) as tally:
            until(tally, 20)
            own.restart_api_server()
            before = (tally.wrongly_admitted, len(tally.unreached))
            until(tally, 30)
        own.unregister()

    assert tally.wrongly_refused == []
    assert (tally.wrongly_admitted, len(tally.unreached)) == before  # a young API server reads its webhooks a bit late


def test_an_etcd_that_stalls_is_not_our_trouble(own: Cluster) -> None:
    with Webhook() as webhook:
        own.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
        with applying(own) as tally:
            until(tally, 20)
            own.stall_etcd(3)
            until(tally, 30)
        log = webhook.log()
        own.unregister()

    assert (tally.wrongly_refused, tally.wrongly_admitted, tally.unreached) == ([], 0, [])
    assert "internal error" not in log

"""Fixtures of the end-to-end tests: one API server and one running program for the whole session."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.webhook import Webhook

from .cluster import Cluster
from .control_plane import BINARIES

HERE = Path(__file__).parent
NO_API_SERVER = (
    "end-to-end tests need a real API server: set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl"
)


@contextmanager
def started() -> Iterator[Cluster]:
    """A real API server; where there is none the test is skipped, and says so."""
    assets = os.environ.get("KUBEBUILDER_ASSETS", "")
    if not assets or not all((Path(assets) / name).is_file() for name in BINARIES):
        pytest.skip(NO_API_SERVER)
    with Cluster(Path(assets).resolve()) as running:
        yield running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a real API server."""
    with started() as running:
        yield running


@pytest.fixture(scope="session")
def webhook(cluster: Cluster) -> Iterator[Webhook]:
    """Run the real program with its default flags, if there is an API server to call it."""
    with Webhook() as running:
        yield running


@pytest.fixture
def guarded(cluster: Cluster, webhook: Webhook) -> Iterator[Cluster]:
    """Register the program with the API server; a program that died fails the test with its log."""
    webhook.require_running()
    cluster.register(webhook.mutate_url, webhook.validate_url, webhook.ca_pem)
    yield cluster
    webhook.require_running()

"""Every real manifest goes through the real API server and gets the verdict of a careful reading."""

from collections.abc import Callable
from operator import attrgetter

import pytest

from tests.support.corpus import Entry, read_corpus

from .api import Answer
from .cluster import Cluster

CORPUS = read_corpus()
MARK = "[ELB"
Record = Callable[[str, object], None]

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="the corpus of real manifests is absent: set ELBGUARD_CORPUS to its folder"
)


def showing(operation: str) -> list[Entry]:
    """Return the entries whose manifest shows this operation."""
    return [entry for entry in CORPUS if entry.operation == operation]


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> str:
    """Give the dry runs one namespace: they leave nothing behind."""
    return cluster.namespace()


def check_verdict(entry: Entry, answer: Answer, record: Record) -> None:
    """Compare the answer with the expected verdict and note both in the test report."""
    record("expected", entry.expected)
    record("status", answer.status)
    record("warnings", list(answer.warnings))
    record("refusal", answer.refusal)
    if not answer.ok:
        assert MARK in answer.refusal, f"refused by the API server itself, not by the webhook: {answer.refusal}"
    if entry.expected == "reject":
        assert not answer.ok, "admitted, but it is to be refused"
    elif entry.expected != "unknown":
        assert answer.ok, answer.refusal
    if entry.expected == "warn":
        assert answer.warnings, "admitted without a word, but it deserves a warning"


@pytest.mark.parametrize("entry", showing("CREATE"), ids=attrgetter("file"))
def test_creating_a_real_manifest(guarded: Cluster, namespace: str, entry: Entry, record_property: Record) -> None:
    answer = guarded.create_service(namespace, entry.service(), dry_run=True)
    check_verdict(entry, answer, record_property)


@pytest.mark.parametrize("entry", showing("UPDATE"), ids=attrgetter("file"))
def test_updating_a_live_object(guarded: Cluster, entry: Entry, record_property: Record) -> None:
    own_namespace = guarded.namespace()
    service = entry.service()
    created = guarded.create_service(own_namespace, service, user="controller")
    assert created.ok, f"the cloud controller itself was refused: {created.refusal}"
    patch = {"metadata": {"labels": {"e2e": "updated"}}}
    answer = guarded.patch_service(own_namespace, service["metadata"]["name"], patch)
    check_verdict(entry, answer, record_property)

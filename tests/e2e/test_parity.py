"""Two doors, one verdict: the same manifest through the real API server and through `elbguard check`."""

import json
from typing import Any

import pytest
import yaml

from elbguard.check.judge import Judge
from elbguard.settings import Settings
from elbguard.webhook.responses import warning
from elbguard_rules.core.problem import Severity
from tests.support.cases import Case, each_case
from tests.support.corpus import Entry, read_corpus
from tests.support.trying import each_of

from .api import Answer
from .cluster import Cluster

# What facts or a policy of its own decide is another webhook's verdict; suppressions are heeded by check alone; v1.20
# does not know these two fields and drops them. The API server sees no key twice, and no option that
# the mutating webhook has not filled in yet.
OTHERWISE = ("elbguard.io/ignore", "loadBalancerClass", "allocateLoadBalancerNodePorts")
ALONE = ("ELB951", "ELB952", "ELB313")
WHOLE = {"apiVersion", "kind", "metadata", "spec", "status"}


def is_dropped(manifest: dict[str, Any]) -> bool:
    """Return whether the API server drops a part, of which the webhook then knows nothing."""
    unknown = any("/" in name or name.startswith("elb.") for name in manifest["metadata"])
    return (
        unknown
        or not manifest.keys() <= WHOLE
        or not {"annotations", "labels", "metadata"}.isdisjoint(manifest["spec"])
    )


CORPUS = read_corpus()


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> str:
    """Give the dry runs one namespace: they leave nothing behind."""
    return cluster.namespace()


def through_the_api_server(answer: Answer) -> tuple[set[str], set[str]]:
    """Return the refusals and the warnings of the webhook, as texts."""
    causes = [] if answer.ok else answer.body["details"]["causes"]
    warnings = {line.encode("latin-1").decode() for line in answer.warnings}  # headers travel as bytes
    return {f"{c['field']}: {c['message'].removesuffix(' (elbguard)')}" for c in causes}, warnings


def through_check(text: str, service: str) -> tuple[set[str], set[str]]:
    """Return the errors and the warnings of `elbguard check` about a Service of this name, as the same texts."""
    findings = [entry.finding for entry in Judge(Settings()).judge(text, "manifest.yaml").entries]
    errors = {f"{f.field}: {f.message}" for f in findings if f.severity is Severity.ERROR}
    return errors, {warning(f, service) for f in findings if f.severity is Severity.WARNING}


def is_unfilled(text: str) -> bool:
    """Return whether `check` says that a value is still to be filled in, and leaves it unjudged."""
    return bool(Judge(Settings()).judge(text, "manifest.yaml").notes)


def assert_same(text: str, service: str, answer: Answer) -> None:
    """Compare both doors; of a value still to be filled in `check` may say less, and nothing else."""
    checked, served = through_check(text, service), through_the_api_server(answer)
    if is_unfilled(text):
        assert all(here <= there for here, there in zip(checked, served, strict=True))
    else:
        assert checked == served


def dry_run(cluster: Cluster, namespace: str, service: dict[str, Any]) -> Answer:
    """Create a Service without leaving a trace, in a namespace that exists."""
    service["metadata"].pop("namespace", None)
    return cluster.create_service(namespace, service, dry_run=True)


def is_elsewhere(case: Case) -> bool:
    """Return whether a case is another webhook's or none's, as above."""
    others = case.settings or {*ALONE} & {*case.about} or any(word in case.document.manifest for word in OTHERWISE)
    return bool(others) or is_dropped(case.manifest)


@each_case("deny", "warn", "admit")
def test_a_case_file_gets_one_verdict(case: Case, guarded: Cluster, namespace: str) -> None:
    if is_elsewhere(case):
        return
    answer = dry_run(guarded, namespace, case.manifest)
    if not answer.ok and "[ELB" not in answer.refusal:
        return  # v1.20 refuses it by itself

    assert_same(case.document.manifest, f"{namespace}/{case.service.name}", answer)


@pytest.mark.skipif(not CORPUS, reason="the corpus of real manifests is absent: set ELBGUARD_CORPUS to its folder")
@each_of(CORPUS)
def test_a_real_manifest_gets_one_verdict(entry: Entry, guarded: Cluster, namespace: str) -> None:
    answer = dry_run(guarded, namespace, entry.service())

    name = f"{namespace}/{entry.service()['metadata']['name']}"
    assert_same(json.dumps(entry.service()), name, answer)
    assert_same(yaml.safe_dump(entry.service()), name, answer)

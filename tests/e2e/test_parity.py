"""Two doors, one verdict: the same manifest through the real API server and through `elbguard check`."""

import json
from operator import attrgetter
from typing import Any

import pytest
import yaml

from app.check.judge import Judge
from app.settings import Settings
from app.webhook.wording import warning
from rules.core.finding import Severity
from tests.unit.cases import Case, cases

from .api import Answer
from .cluster import Cluster
from .corpus import Entry, read_corpus

# What facts or a policy of its own decide is another webhook's verdict; suppressions are heeded by check alone; v1.20
# does not know these two fields and drops them.
OTHERWISE = ("elbguard.io/ignore", "loadBalancerClass", "allocateLoadBalancerNodePorts")
CASES = [c for c in cases("deny", "warn", "admit") if not c.settings and not any(w in c.text for w in OTHERWISE)]
CORPUS = read_corpus()
SERVICE = "shop/web"


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> str:
    """Give the dry runs one namespace: they leave nothing behind."""
    return cluster.namespace()


def through_the_api_server(answer: Answer) -> tuple[set[str], set[str]]:
    """Return the refusals and the warnings of the webhook, as texts; of warnings without the Service's name."""
    causes = [] if answer.ok else answer.body["details"]["causes"]
    return {f"{c['field']}: {c['message'].removesuffix(' (elbguard)')}" for c in causes}, set(
        map(nameless, answer.warnings)
    )


def through_check(text: str) -> tuple[set[str], set[str]]:
    """Return the errors and the warnings of `elbguard check`, as the same texts."""
    findings = [entry.finding for entry in Judge(Settings()).judge(text, "manifest.yaml").entries]
    errors = {f"{f.field}: {f.message}" for f in findings if f.severity is Severity.ERROR}
    return errors, {nameless(warning(f, SERVICE)) for f in findings if f.severity is Severity.WARNING}


def nameless(line: str) -> str:
    """Return a warning's place and rule: how much of the rest fits depends on the Service's name."""
    return f"{line.split(': ')[2]} {line[-8:]}"


def dry_run(cluster: Cluster, namespace: str, service: dict[str, Any]) -> Answer:
    """Create a Service without leaving a trace, in a namespace that exists."""
    service["metadata"].pop("namespace", None)
    return cluster.create_service(namespace, service, dry_run=True)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_file_gets_one_verdict(guarded: Cluster, namespace: str, case: Case) -> None:
    answer = dry_run(guarded, namespace, case.manifest)
    if not answer.ok and "[ELB" not in answer.refusal:
        pytest.skip(f"v1.20 refuses it by itself: {answer.refusal[:120]}")

    assert through_check(case.text) == through_the_api_server(answer)


@pytest.mark.skipif(not CORPUS, reason="the corpus of real manifests is absent: set ELBGUARD_CORPUS to its folder")
@pytest.mark.parametrize("entry", CORPUS, ids=attrgetter("file"))
def test_a_real_manifest_gets_one_verdict(guarded: Cluster, namespace: str, entry: Entry) -> None:
    answer = dry_run(guarded, namespace, entry.service())

    assert through_check(json.dumps(entry.service())) == through_the_api_server(answer)
    assert through_check(yaml.safe_dump(entry.service())) == through_the_api_server(answer)

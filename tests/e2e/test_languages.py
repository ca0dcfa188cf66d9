"""What a user of kubectl meets where the operator asked for Chinese: through a real API server, as warnings too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from elbguard.webhook.responses import LONGEST_WARNING
from tests.support.kubectl import NO_CURRENT, current
from tests.support.webhook import Webhook

from .cluster import Cluster, Result
from .goldens import check_golden

MANIFESTS = Path(__file__).parent / "manifests"
COMMANDS = {
    "chinese-apply-two-faults": "apply -f two-faults.yaml",
    "chinese-update-annotate": "annotate service web --overwrite kubernetes.io/elb.lb-algorithm=ROUND_ROBBIN",
    "chinese-warned": "apply -f warned.yaml",
}
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def chinese(cluster: Cluster) -> Iterator[Webhook]:
    """The program with `lang: zh`."""
    with Webhook(env={"ELBGUARD_LANG": "zh"}) as running:
        yield running


@pytest.fixture
def guarded(cluster: Cluster, chinese: Webhook) -> Cluster:
    """Register it with the API server."""
    chinese.require_running()
    cluster.register(chinese.mutate_url, chinese.validate_url, chinese.ca_pem)
    return cluster


def run(cluster: Cluster, namespace: str, command: str, program: Path | None = None) -> Result:
    return cluster.kubectl("-n", namespace, *command.split(" "), cwd=MANIFESTS, program=program)


@pytest.mark.parametrize("name", COMMANDS)
def test_kubectl_shows_it_in_chinese(guarded: Cluster, name: str) -> None:
    namespace = guarded.namespace()
    made(guarded, namespace, name)

    result = run(guarded, namespace, COMMANDS[name])

    assert (result.code == 0) == (name == "chinese-warned")
    assert HAN.search(result.stderr)
    check_golden(name, COMMANDS[name], result, namespace)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_current_kubectl_shows_the_same_sentences(guarded: Cluster, name: str) -> None:
    program = current()
    if program is None:
        pytest.skip(NO_CURRENT)
    namespace = guarded.namespace()
    made(guarded, namespace, name)
    old = run(guarded, namespace, f"{COMMANDS[name]} --dry-run=server")

    new = run(guarded, namespace, f"{COMMANDS[name]} --dry-run=server", program)

    assert sentences(new) == sentences(old) != []


def made(cluster: Cluster, namespace: str, name: str) -> None:
    """Create the Service that a command updates."""
    if "update" in name:
        run(cluster, namespace, "apply -f good.yaml")


def sentences(result: Result) -> list[str]:
    """What elbguard said, line by line, without what each kubectl puts in front."""
    lines = (line.rpartition("denied the request: ")[2] for line in result.stderr.splitlines())
    return [line for line in lines if HAN.search(line)]


def test_each_finding_is_a_cause_for_programs(guarded: Cluster) -> None:
    service = yaml.safe_load((MANIFESTS / "two-faults.yaml").read_text())
    answer = guarded.create_service(guarded.namespace(), service)

    causes = answer.body["details"]["causes"]
    assert [cause["field"].rpartition(".")[2] for cause in causes] == ["bandwidth_size", "lb-algorithm]"]
    assert [cause["reason"] for cause in causes] == ["FieldValueInvalid", "FieldValueNotSupported"]
    assert all(HAN.search(cause["message"]) and cause["message"].endswith("] (elbguard)") for cause in causes)


def test_a_warning_is_as_short_as_in_english(guarded: Cluster) -> None:
    result = run(guarded, guarded.namespace(), "apply -f warned.yaml")

    told = [line.removeprefix("Warning: ") for line in sentences(result)]
    assert len(told) > 1
    assert all(line.startswith("elbguard: ") and len(line) <= LONGEST_WARNING for line in told)

"""Dashboard and alerts ask for what the server really exposes."""

import asyncio
import json
import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from elbguard.modes import Mode, Modes
from elbguard.settings import Settings
from elbguard.webhook.server import AdmissionServer
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

FOLDER = Path(__file__).parent.parent.parent / "manifests/monitoring"
ALERTS = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["spec"]["groups"][0]["rules"]
PANELS = json.loads((FOLDER / "dashboard.json").read_text())["panels"]


def exposed() -> str:
    """What the server says at /metrics once everything has happened to it."""
    server = AdmissionServer(Settings())
    metrics = server.metrics
    service = Service({"spec": {"type": "LoadBalancer"}, "metadata": {"annotations": {"kubernetes.io/elb.class": "x"}}})
    findings = Guard().review(service, Settings().cluster).findings
    metrics.found(Modes(Mode.AUDIT).sort("shop", findings))
    metrics.answered("CREATE", "allowed", dry_run=False)
    metrics.took("/validate", 0.001)
    metrics.fault("ELB101")
    metrics.reloaded("refused")
    metrics.swapped("refused")
    metrics.turned_away()
    metrics.cut("crowd")
    metrics.watch(lambda: 2e9, lambda: {"version": 1.0}, ["version"])
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": [], "query_string": b"", "root_path": ""}
    asyncio.run(server(scope, receive, send))
    return bytes(sent[1]["body"]).decode()


def queries() -> Iterator[str]:
    """All expressions of the alerts and of the dashboard."""
    yield from (rule["expr"] for rule in ALERTS)
    yield from (target["expr"] for panel in PANELS for target in panel["targets"])


EXPOSED = exposed()


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_a_query_asks_for_metrics_and_labels_that_exist(query: str) -> None:
    for name in re.findall(r"elbguard_\w+", query):
        samples = re.findall(rf"^{name}(\{{.*\}})? ", EXPOSED, re.MULTILINE)

        assert samples, f"{name} is not exposed"
        for label in re.findall(r"by \(([\w, ]+)\)", query):
            wanted = {word.strip() for word in label.split(",")}
            assert wanted <= set(re.findall(r'(\w+)="', samples[0]))


def test_every_metric_is_on_the_dashboard() -> None:
    ours = set(re.findall(r"^# TYPE (elbguard_\w+?)(?:_created)? ", EXPOSED, re.MULTILINE))
    shown = " ".join(target["expr"] for panel in PANELS for target in panel["targets"])

    assert [name for name in ours if name not in shown] == []


def test_an_alert_says_what_it_means_and_what_to_do() -> None:
    assert all(rule["annotations"].keys() == {"summary", "action"} for rule in ALERTS)

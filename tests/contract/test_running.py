"""The server while it runs: draining, too many requests, a configuration that changes, metrics, logs."""

import asyncio
import base64
import http.client
import json
import ssl
import threading
from collections.abc import MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from elbguard.settings import Settings
from elbguard.webhook.server import AdmissionServer
from elbguard_rules.core.facts import Cluster, Version
from tests.support.reviews import EXISTING, WRONG, encoded, review, service
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook


def connected(webhook: Webhook) -> http.client.HTTPSConnection:
    """A connection to a running server, as the API server has one."""
    context = ssl.create_default_context(cadata=webhook.ca_pem.decode())
    return http.client.HTTPSConnection(webhook.url.removeprefix("https://"), context=context, timeout=10)


def ask(connection: http.client.HTTPSConnection, new: Any = None) -> tuple[int, str | None, bytes]:
    """Send one review on a connection that stays open: status, the header `connection`, the whole answer."""
    connection.request("POST", "/validate", encoded(review(new or service(EXISTING))))
    response = connection.getresponse()
    return response.status, response.getheader("connection"), response.read()


def verdict(webhook: Webhook, new: Any) -> dict[str, Any]:
    """The response to a review on a connection of its own."""
    with closing(connected(webhook)) as connection:
        answer: dict[str, Any] = json.loads(ask(connection, new)[2])["response"]
    return answer


def test_nothing_is_lost_when_it_is_told_to_stop_under_load() -> None:
    answers: list[int] = []
    lost: list[Exception] = []
    with Webhook(["--drain-seconds", "2"]) as webhook:
        stopped = threading.Event()

        def load() -> None:
            with closing(connected(webhook)) as connection:
                while not stopped.is_set():
                    try:
                        status, says, _ = ask(connection)
                    except Exception as error:
                        lost.append(error)
                        return
                    answers.append(status)
                    if says == "close":
                        return  # as the API server: this pod is not asked again

        threads = [threading.Thread(target=load) for _ in range(8)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(answers) > 200)
        webhook.terminate()
        wait_until(lambda: webhook.get("/readyz") == (503, "draining\n"))
        for thread in threads:
            thread.join(10)
        stopped.set()
        wait_until(webhook.has_ended)

    assert lost == []
    assert set(answers) == {200}


SCOPE = {"type": "http", "path": "/validate", "method": "POST", "headers": []}


class Client:
    """Asks the ASGI application without a network; its body has arrived at once, or when it is let."""

    def __init__(self, *, arrived: bool = True) -> None:
        self.rest = asyncio.Event()
        self.sent: list[MutableMapping[str, Any]] = []
        if arrived:
            self.rest.set()

    async def receive(self) -> MutableMapping[str, Any]:
        """Give the body."""
        await self.rest.wait()
        return {"type": "http.request", "body": encoded(review(service(EXISTING)))}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Note what is answered."""
        self.sent.append(message)

    async def ask(self, server: AdmissionServer) -> int:
        """Ask, and give the status of the answer."""
        await server(dict(SCOPE), self.receive, self.send)
        status: int = self.sent[0]["status"]
        return status


def test_more_than_it_can_bear_is_turned_away_in_a_form_that_is_repeated() -> None:
    server = AdmissionServer(Settings(), most=2, brief=0)
    clients = [Client() for _ in range(5)]

    async def run() -> list[int]:
        together = await asyncio.gather(*(client.ask(server) for client in clients))
        return [*together, await Client().ask(server)]

    assert asyncio.run(run()) == [200, 200, 503, 503, 503, 200]
    assert (b"retry-after", b"1") in clients[-1].sent[0]["headers"]


def test_bodies_that_are_still_arriving_turn_nobody_away() -> None:
    server = AdmissionServer(Settings(), most=1)
    slow = [Client(arrived=False) for _ in range(50)]

    async def run() -> list[int]:
        waiting = [asyncio.create_task(client.ask(server)) for client in slow]
        await asyncio.sleep(0)
        answers = [await Client().ask(server) for _ in range(3)]
        for client, task in zip(slow, waiting, strict=True):
            client.rest.set()
            answers.append(await task)
        return answers

    assert set(asyncio.run(run())) == {200}


def test_between_two_decisions_that_take_long_others_have_their_turn() -> None:
    server = AdmissionServer(Settings(), brief=0)
    clients = [Client() for _ in range(3)]
    seen: set[int] = set()

    async def run() -> None:
        asking = [asyncio.create_task(client.ask(server)) for client in clients]
        while not all(task.done() for task in asking):
            seen.add(sum(bool(client.sent) for client in clients))
            await asyncio.sleep(0)

    asyncio.run(run())

    assert seen >= {1, 2}


def test_after_a_decision_that_takes_long_the_next_one_waits_for_its_turn() -> None:
    async def run(brief: float) -> list[bool]:
        server = AdmissionServer(Settings(), brief=brief)
        judge = server.at_once(b"/validate?timeout=10s")
        assert judge
        body = encoded(review(service(EXISTING)))
        told = [judge(body, SCOPE), judge(body, SCOPE)]
        await asyncio.sleep(0)
        return [bool(each) for each in (*told, judge(body, SCOPE))]

    assert asyncio.run(run(0)) == [True, False, True]
    assert asyncio.run(run(3600)) == [True, True, True]


def test_a_configuration_that_changes_is_used_and_a_broken_one_is_not(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ignore: []\n")
    with Webhook(["--config", str(config)]) as webhook:

        def allowed() -> bool:
            return bool(verdict(webhook, service(WRONG))["allowed"])

        assert not allowed()
        config.write_text("ignore: [ELB301]\n")
        wait_until(allowed)
        config.write_text("ignore: [ELB301\n")
        wait_until(lambda: 'elbguard_config_reloads_total{result="refused"} 1.0' in webhook.get("/metrics")[1])
        log = webhook.log()

        assert allowed()
        assert "the last good one stays" in log


@pytest.mark.parametrize(
    ("mode", "allowed", "warned"),
    [("enforce", False, False), ("warn", True, True), ("audit", True, False), ("off", True, False)],
)
def test_a_mode_says_how_far_a_finding_goes(tmp_path: Path, mode: str, allowed: bool, warned: bool) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"modes:\n- mode: {mode}\n  namespaces: [sh*]\n  rules: [ELB301]\n")
    with Webhook(["--config", str(config), "--log-format", "json"]) as webhook:
        response = verdict(webhook, service(WRONG))
        other = verdict(webhook, service(WRONG, {"namespace": "prod"}))
        metrics = webhook.get("/metrics")[1]
        lines = [json.loads(line) for line in webhook.log().splitlines() if line.startswith("{")]

    assert (response["allowed"], bool(response.get("warnings"))) == (allowed, warned)
    assert not other["allowed"]
    would_deny = 'elbguard_would_deny_total{rule="ELB301"} 1.0' in metrics
    assert would_deny == (mode in ("warn", "audit"))
    assert ("would deny" in {line.get("verdict") for line in lines}) == would_deny
    assert not any("ROUND_ROBBIN" in json.dumps(line) for line in lines)


async def answered(server: AdmissionServer, path: str, body: bytes) -> dict[str, Any]:
    """The response to a review."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await server({"type": "http", "path": path, "method": "POST", "headers": []}, receive, send)
    response: dict[str, Any] = json.loads(sent[1]["body"])["response"]
    return response


def test_facts_of_a_changed_configuration_stand_above_what_is_observed() -> None:
    observed = Cluster(version=Version.parse("v1.28.15-r0"))
    server = AdmissionServer(Settings(), cluster=lambda: observed)
    dedicated = encoded(review(service({**EXISTING, "kubernetes.io/elb.class": "performance"})))

    assert asyncio.run(answered(server, "/validate", dedicated))["allowed"]
    server.use(Settings(cluster_version=Version.parse("v1.15.11-r1")))
    assert not asyncio.run(answered(server, "/validate", dedicated))["allowed"]


def test_the_profile_of_a_changed_configuration_reaches_rules_and_defaults() -> None:
    observed = Cluster(version=Version.parse("v1.28.15-r0"))
    server = AdmissionServer(Settings(), cluster=lambda: observed)
    lb = {"type": "public", "bandwidth_size": 5, "bandwidth_sharetype": "PER", "eip_type": "5_sbgp"}
    public = encoded(review(service({"kubernetes.io/elb.autocreate": json.dumps(lb)})))

    def warned() -> bool:
        response = asyncio.run(answered(server, "/validate", public))
        assert response["allowed"]
        return any("[ELB224]" in warning for warning in response.get("warnings", []))

    def patch() -> str:
        return base64.b64decode(asyncio.run(answered(server, "/mutate", public))["patch"]).decode()

    assert not warned()
    assert "traffic" not in patch()
    server.use(Settings(profile="otc"))
    assert warned()
    assert "traffic" in patch()

"""When a rule of ours breaks down: nobody is refused because of it, and everybody can see it."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, Unobserved
from elbguard.webhook.server import AdmissionServer
from elbguard_rules.core.check import Check
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.rule import Document, Rule, Source
from elbguard_rules.core.service import Service
from elbguard_rules.guard import CHECKS
from tests.support.reviews import CREATED, EXISTING, WRONG, encoded, mutate, review, service, validate


def _breaks_down(service: Service, cluster: Cluster) -> Iterator[Problem]:
    raise ZeroDivisionError("this rule is broken")
    yield


BROKEN = Check(
    Rule("ELB999", "broken-rule", "This rule breaks down.", Source(Document("none"), "none"), "Mend it."),
    _breaks_down,
    always=True,
)


class Faults(Unobserved):
    """Notes which rules broke down."""

    def __init__(self) -> None:
        self.rules: list[str] = []

    def fault(self, rule: str) -> None:
        """Note the rule."""
        self.rules.append(rule)


@pytest.fixture
def broken_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a rule that breaks down among all others."""
    monkeypatch.setattr("elbguard_rules.guard.CHECKS", (BROKEN, *CHECKS))


def _unknowable() -> Cluster:
    raise OSError("no facts today")


@pytest.mark.usefixtures("broken_rule")
def test_a_rule_that_breaks_down_refuses_nobody() -> None:
    reply = validate(Admission(Settings()), review(service(EXISTING)))

    assert reply.allowed


@pytest.mark.usefixtures("broken_rule")
def test_the_other_rules_still_judge() -> None:
    reply = validate(Admission(Settings()), review(service(WRONG)))

    assert reply.refused_by == ["ELB301"]


@pytest.mark.usefixtures("broken_rule")
def test_a_warning_names_the_rule_that_broke_down() -> None:
    reply = validate(Admission(Settings()), review(service(EXISTING)))

    assert reply.warnings == ["elbguard: shop/web: rule ELB999 could not judge it: an internal error of elbguard"]


@pytest.mark.usefixtures("broken_rule")
def test_the_log_shows_where_a_rule_broke_down(caplog: pytest.LogCaptureFixture) -> None:
    validate(Admission(Settings()), review(service(EXISTING)))

    [record] = caplog.records
    assert (logging.ERROR, "ELB999" in record.getMessage()) == (record.levelno, True)
    assert "this rule is broken" in caplog.text
    assert "_breaks_down" in caplog.text


@pytest.mark.usefixtures("broken_rule")
def test_every_breakdown_is_counted_by_its_rule() -> None:
    counted = Faults()
    admission = Admission(Settings(), observer=counted)
    validate(admission, review(service(EXISTING)))
    validate(admission, review(service(WRONG)))
    mutate(admission, review(service(CREATED)))

    assert counted.rules == ["ELB999", "ELB999"]


@pytest.mark.usefixtures("broken_rule")
def test_a_rule_that_is_switched_off_does_not_break_down() -> None:
    admission = Admission(Settings().model_copy(update={"severity": {"ELB999": Severity.OFF}}))

    assert validate(admission, review(service(EXISTING))).warnings == []


@pytest.mark.usefixtures("broken_rule")
def test_the_metrics_count_every_breakdown() -> None:
    server = AdmissionServer(Settings())
    for _ in range(3):
        assert asyncio.run(_ask(server, "POST", "/validate", encoded(review(service(EXISTING)))))[0] == 200
    status, metrics = asyncio.run(_ask(server, "GET", "/metrics"))

    assert status == 200
    assert b'elbguard_internal_errors_total{rule="ELB999"} 3.0' in metrics


def test_when_the_decision_itself_fails_the_service_is_let_through_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counted = Faults()
    reply = validate(Admission(Settings(), _unknowable, counted), review(service(WRONG)))

    assert reply.allowed
    assert reply.warnings == ["elbguard: shop/web: not checked, elbguard had an internal error"]
    assert counted.rules == ["internal"]
    assert "no facts today" in caplog.text


def test_when_filling_itself_fails_the_service_is_let_through_unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("elbguard_rules.guard.fill", fail)
    reply = mutate(Admission(Settings()), review(service(CREATED)))

    assert reply.allowed
    assert reply.patch == []
    assert len(reply.warnings) == 1


async def _ask(server: AdmissionServer, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """One request to the ASGI application, without a network."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "http_version": "1.1"}
    await server(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)

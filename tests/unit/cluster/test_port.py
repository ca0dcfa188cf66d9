"""A port as it shows itself: its certificate whoever vouches for it, who does not take it, and its metrics."""

from collections.abc import Iterator

import pytest

from elbguard.cluster import port
from tests.support.process import LOOPBACK, free_ports
from tests.support.webhook import Webhook


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    """Run the real program."""
    with Webhook() as running:
        yield running


def number(webhook: Webhook) -> int:
    """Its port."""
    return int(webhook.url.rpartition(":")[2])


def test_a_certificate_is_shown_to_everybody_and_taken_by_who_trusts_it(webhook: Webhook) -> None:
    shown = port.handshake(LOOPBACK, number(webhook), LOOPBACK)

    assert shown.certificate
    assert port.refusal(LOOPBACK, number(webhook), "localhost", webhook.ca_pem.decode()) == ""
    assert "mismatch" in port.refusal(LOOPBACK, number(webhook), "elbguard.elbguard.svc", webhook.ca_pem.decode())
    assert "certificate" in port.refusal(LOOPBACK, number(webhook), LOOPBACK, "")


def test_its_metrics_tell_of_its_settings(webhook: Webhook) -> None:
    assert "elbguard_settings_info{digest=" in (port.metrics(LOOPBACK, number(webhook)) or "")


def test_where_nobody_listens_it_is_said() -> None:
    [free] = free_ports(1)

    assert "refused" in port.handshake(LOOPBACK, free, LOOPBACK).why_not
    assert "refused" in port.refusal(LOOPBACK, free, LOOPBACK, "")
    assert port.metrics(LOOPBACK, free) is None

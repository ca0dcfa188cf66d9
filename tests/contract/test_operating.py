"""What an operator meets: how a start is told or refused, SIGHUP, bad requests in the log, metrics of workers."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.webhook.refusals import MOST, WINDOW, Refusals
from tests.contract.reviews import WRONG, service
from tests.contract.test_running import connected, verdict, wait_for
from tests.e2e.webhook import PROGRAM, Webhook


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    """A server of one process."""
    with Webhook(["--log-format", "json", "--mode", "audit", "--ignore", "ELB101"]) as running:
        yield running


def _lines(webhook: Webhook, logger: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in webhook.log().splitlines() if line.startswith("{")]
    return [line for line in lines if line["logger"] == logger]


def test_one_line_at_the_start_says_what_runs_where_and_how(webhook: Webhook) -> None:
    [line] = [line for line in _lines(webhook, "elbguard.run") if " serves on " in str(line["message"])]

    assert line["message"] == f"elbguard 0.1.0 serves on {webhook.url}"
    assert line["mode"] == "audit"
    assert line["settings"] == {"ignore": ["ELB101"], "mode": "audit"}
    assert str(line["certificate_ends"]).startswith("20")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/validate", "no review: SECRET", 400),
        ("GET", "/nowhere\r/é", "", 404),
        ("PUT", "/validate", "SECRET", 405),
        ("POST", "/healthz", "SECRET", 405),
        ("POST", "/mutate", "SECRET" * 2_000_000, 413),
    ],
)
def test_a_bad_request_is_in_the_log_without_its_content(
    webhook: Webhook, method: str, path: str, body: str, status: int
) -> None:
    quoted = path.replace("\r", "%0D").replace("é", "%C3%A9")
    with closing(connected(webhook)) as connection:
        connection.putrequest(method, quoted + "?SECRET=1")
        connection.putheader("content-length", str(len(body)))
        connection.endheaders()
        if status != 413:
            connection.send(body.encode())
        assert connection.getresponse().status == status
    wait_for(lambda: any(line.get("path") == path for line in _lines(webhook, "elbguard.requests")) or status == 405)
    [line] = [
        line
        for line in _lines(webhook, "elbguard.requests")
        if (line["path"], line["method"], line["bytes"]) == (path, method, len(body))
    ]

    assert line["message"] == f"a request was answered {status}"
    assert str(line["peer"]).startswith("127.0.0.1:")
    assert "SECRET" not in webhook.log()


def test_bad_requests_cannot_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    scope = {"method": "GET", "path": "/" * 100_000, "client": ("::1", 5), "headers": []}
    for _ in range(MOST + 1000):
        refusals.tell(scope, 404)
    now[0] = WINDOW
    refusals.tell(scope, 404)

    assert len(caplog.records) == MOST + 2
    assert caplog.messages[-2] == "1000 more requests were answered so since, and are not shown"
    assert vars(caplog.records[0])["peer"] == "[::1]:5"
    assert max(len(vars(record).get("path", "")) for record in caplog.records) == 200


def test_what_is_built_is_in_the_metrics(webhook: Webhook) -> None:
    assert 'elbguard_build_info{python="3.' in webhook.get("/metrics")[1]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_sighup_reads_the_configuration_anew_and_ends_nothing(tmp_path: Path, workers: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ignore: []\n")
    with Webhook(["--config", str(config), "--workers", workers]) as webhook:
        assert not verdict(webhook, service(WRONG))["allowed"]
        config.write_text("ignore: ELB301\n")
        webhook.hang_up()

        def allowed() -> bool:
            try:
                return bool(verdict(webhook, service(WRONG))["allowed"])
            except (OSError, http.client.HTTPException):  # of a worker that is being replaced
                return False

        wait_for(allowed, 30)
        status, said = webhook.get("/metrics")

        assert (status, "several workers" in said.lower()) == ((200, False) if workers == "1" else (501, True))
        assert not webhook.has_ended()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("host", "reason"), [("127.0.0.1", "address already in use"), ("no.such.invalid", "known"), ("a" * 70 + ".b", "")]
)
def test_what_cannot_be_listened_on_is_said_in_a_sentence(
    webhook: Webhook, workers: str, host: str, reason: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        files = ["--tls-cert", str(webhook.workdir / "tls.crt"), "--tls-key", str(webhook.workdir / "tls.key")]
        command = [*PROGRAM, "serve", "--host", host, "--port", port, "--workers", workers, *files]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))
    last = done.stderr.splitlines()[-1]

    assert done.returncode == 2
    assert last.startswith(f"Error: {host}:{port} cannot be listened on: ")
    assert reason in last
    assert "Traceback" not in done.stderr

"""What an operator meets: how a start is told or refused, SIGHUP, bad requests in the log, metrics of workers."""

import errno
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import yaml

from elbguard.webhook.refusals import MOST, WINDOW, Refusals
from tests.contract.test_running import ask, connected, verdict
from tests.support.command import Done, elbguard
from tests.support.places import ROOT as REPO
from tests.support.reviews import WRONG, service
from tests.support.trying import thorough
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

ONE_OR_SEVERAL = pytest.mark.parametrize("workers", ["1", *thorough("2")])
TAKEN = os.strerror(errno.EADDRINUSE).lower()
ELSEWHERE = os.strerror(errno.EADDRNOTAVAIL).lower()


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

    assert line["message"] == f"elbguard {version('elbguard')} serves on {webhook.url}"
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
    wait_until(lambda: any(line.get("path") == path for line in _lines(webhook, "elbguard.requests")) or status == 405)
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

    assert len(caplog.records) == MOST + 3
    assert caplog.messages[MOST] == "further requests that are answered so are only counted for the rest of a minute"
    assert caplog.messages[-2] == "1000 more requests were answered so since, and are not shown"
    assert vars(caplog.records[0])["peer"] == "[::1]:5"
    assert max(len(vars(record).get("path", "")) for record in caplog.records) == 200


HOST = b"\r\nHost: x\r\n"
MALFORMED = {
    "no request": b"SECRET\r\n\r\n",
    "zeros": b"\0" * 100,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version there is not": b"GET /SECRET HTTP/9.9" + HOST + b"\r\n",
    "a method there is not": b"SECRET /validate HTTP/1.1" + HOST + b"\r\n",
    "a proxy's method": b"CONNECT secret:1 HTTP/1.1" + HOST + b"\r\n",
    "a WebSocket": b"GET /SECRET HTTP/1.1" + HOST + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    "bytes in the path": b"GET /SECRET\xff HTTP/1.1" + HOST + b"\r\n",
    "a header without a colon": b"GET / HTTP/1.1" + HOST + b"SECRET\r\n\r\n",
    "a length that is none": b"POST /validate HTTP/1.1" + HOST + b"Content-Length: SECRET\r\n\r\n",
    "a length without end": b"POST /validate HTTP/1.1" + HOST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
    "a chunk that is none": b"POST /validate HTTP/1.1" + HOST + b"Transfer-Encoding: chunked\r\n\r\nSECRET\r\n",
}


@pytest.mark.parametrize("sent", [*MALFORMED.values(), b"GET /" + b"SECRET" * 20_000], ids=[*MALFORMED, "a long head"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_no_http_is_in_the_log_without_its_content(request: Any, sent: bytes, workers: str) -> None:
    webhook: Webhook = request.getfixturevalue("quiet" if workers == "1" else "several")
    before = len(webhook.log())
    status = _status(webhook, sent)
    wait_until(lambda: f"a request was answered {status}" in webhook.log()[before:])
    [line] = [line for line in webhook.log()[before:].splitlines() if "was answered" in line]

    assert status == (431 if len(sent) > 70_000 else 400)
    assert "127.0.0.1:" in line
    assert "secret" not in line.casefold()


def test_what_is_no_http_cannot_flood_the_log() -> None:
    with Webhook() as webhook:
        for sent in [*MALFORMED.values()] * 5:
            assert _status(webhook, sent) == 400
        for _ in range(40):
            assert webhook.get("/nowhere")[0] == 404

        assert webhook.log().count("was answered 4") == MOST
        assert webhook.log().count("\n") < MOST + 10


def test_who_asked_is_who_connected_whatever_a_header_says(quiet: Webhook) -> None:
    before = len(quiet.log())
    _status(quiet, b"GET /nowhere HTTP/1.1" + HOST + b"X-Forwarded-For: 10.9.8.7\r\n\r\n")
    wait_until(lambda: "/nowhere" in quiet.log()[before:])

    assert "10.9.8.7" not in quiet.log()


@pytest.fixture(scope="module")
def quiet() -> Iterator[Webhook]:
    """A server that has refused less than what is told of by a line each."""
    with Webhook() as running:
        yield running


@pytest.fixture(scope="module")
def several() -> Iterator[Webhook]:
    """A server of several processes."""
    with Webhook(["--workers", "2"]) as running:
        yield running


def _status(webhook: Webhook, sent: bytes) -> int:
    """The status of the answer to some bytes."""
    with _secured(webhook) as connection:
        connection.sendall(sent)
        return int(connection.recv(65536).split()[1])


def _secured(webhook: Webhook) -> ssl.SSLSocket:
    context = ssl.create_default_context(cadata=webhook.ca_pem.decode())
    connection = socket.create_connection(("127.0.0.1", int(webhook.url.rpartition(":")[2])), timeout=10)
    return context.wrap_socket(connection, server_hostname="localhost")


ALERTS = yaml.safe_load((REPO / "manifests/monitoring/alerts.yaml").read_text())["spec"]["groups"][0]["rules"]
SELECTED = sorted({each for rule in ALERTS for each in re.findall(r"(elbguard_\w+)(\{[^}]*\})?", rule["expr"])})


@pytest.mark.parametrize(("name", "labels"), SELECTED)
def test_what_an_alert_asks_for_is_shown_by_a_server_to_which_nothing_has_happened(
    webhook: Webhook, name: str, labels: str
) -> None:
    """An age of a fact is shown where the cluster is watched, as soon as there is one."""
    shown = webhook.get("/metrics")[1]
    series = re.findall(rf"^{name}(?:\{{(.*)\}})? ", shown, re.MULTILINE)
    wanted = set(re.findall(r'\w+="[^"]*"', labels))

    assert f"# TYPE {name.removesuffix('_total').removesuffix('_bucket')}" in shown
    assert any(wanted <= set(each.split(",")) for each in series) or name == "elbguard_cluster_fact_age_seconds"


def test_what_is_built_is_in_the_metrics(webhook: Webhook) -> None:
    told = f'elbguard_build_info{{python="{platform.python_version()}",version="{version("elbguard")}"}} 1.0'
    assert told in webhook.get("/metrics")[1]


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

        wait_until(allowed)
        status, said = webhook.get("/metrics")

        assert (status, "several workers" in said.lower()) == ((200, False) if workers == "1" else (501, True))
        assert not webhook.has_ended()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
@ONE_OR_SEVERAL
def test_sighup_reads_the_certificate_anew_and_a_wrong_one_changes_nothing(tmp_path: Path, workers: str) -> None:
    with Webhook(["--workers", workers, "--drain-seconds", "0"]) as webhook:
        first = _served(webhook)
        (webhook.workdir / "tls.crt").write_text("no certificate")
        webhook.hang_up()
        wait_until(lambda: "cannot be served" in webhook.log() or "is not served" in webhook.log())
        assert _served(webhook) == first

        elbguard("certs", str(tmp_path), "--host", "localhost")
        for name in ("tls.crt", "tls.key"):
            shutil.copy(tmp_path / name, webhook.workdir / name)
        webhook.hang_up()
        wait_until(lambda: all(_served(webhook) != first for _ in range(5)))

        assert not webhook.has_ended()
        assert "Traceback" not in webhook.log()


def _finished(webhook: Webhook, workers: int) -> bool:
    return webhook.log().count("Finished server process") >= workers


def _served(webhook: Webhook) -> bytes:
    """The certificate that is served now; nothing where a worker that is being replaced hangs up."""
    text = ssl.get_server_certificate(("127.0.0.1", int(webhook.url.rpartition(":")[2])), timeout=10)
    return ssl.PEM_cert_to_DER_cert(text)


@pytest.mark.thorough
def test_settings_that_are_wrong_at_sighup_leave_the_last_good_ones_to_workers(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ignore: []\n")
    with Webhook(["--config", str(config), "--workers", "2", "--drain-seconds", "0"]) as webhook:
        for text in ("ignore: ELB301\n", "ingore: []\nmode: warm\n"):
            config.write_text(text)
            started = webhook.log().count("Started server process")
            webhook.hang_up()
            wait_until(partial(_finished, webhook, started))
        [line] = [line for line in webhook.log().splitlines() if "the last good one stays" in line]

        assert "did you mean ignore?" in line
        assert "did you mean warn?" in line
        assert all(verdict(webhook, service(WRONG))["allowed"] for _ in range(5))


def test_workers_end_when_their_supervisor_is_killed() -> None:
    with Webhook(["--workers", "2", "--drain-seconds", "0"]) as webhook:
        wait_until(lambda: webhook.log().count("Started server process") == 2)
        webhook.kill()
        wait_until(lambda: webhook.log().count("Finished server process") == 2, webhook.log)

        with pytest.raises(URLError):
            webhook.get("/healthz")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
@ONE_OR_SEVERAL
def test_sighup_under_load_loses_no_request(workers: str) -> None:
    answers: list[int] = []
    lost: list[Exception] = []
    stopped = threading.Event()

    def load(webhook: Webhook) -> None:
        with closing(connected(webhook)) as connection:
            while not stopped.is_set():
                try:
                    status, says, _ = ask(connection)
                except Exception as error:
                    lost.append(error)
                    return
                answers.append(status)
                if says == "close":
                    connection.close()  # and the next request opens it anew, as the API server does
                time.sleep(0.005)

    with Webhook(["--workers", workers, "--drain-seconds", "1"]) as webhook:
        threads = [threading.Thread(target=load, args=(webhook,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(answers) > 100)
        webhook.hang_up()
        if workers == "1":
            wait_until(lambda: "SIGHUP" in webhook.log())
        else:
            wait_until(lambda: webhook.log().count("Finished server process") == 2)
        seen = len(answers)
        wait_until(lambda: len(answers) > seen + 100)
        stopped.set()
        for thread in threads:
            thread.join(10)

    assert lost == []
    assert set(answers) == {200}


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
@pytest.mark.thorough
def test_a_worker_that_gets_sighup_itself_lives_on() -> None:
    with Webhook(["--workers", "2"]) as webhook:
        wait_until(lambda: webhook.log().count("Started server process") == 2)
        workers = [int(number) for number in re.findall(r"Started server process \[(\d+)\]", webhook.log())]
        for worker in workers:
            os.kill(worker, signal.SIGHUP)
        verdict(webhook, service(WRONG))

        assert all(Path(f"/proc/{worker}").exists() for worker in workers)
        assert "died" not in webhook.log()


@pytest.mark.parametrize("moment", [0.0, 0.4, 0.9])
def test_a_configuration_that_changes_in_the_first_second_is_followed(tmp_path: Path, moment: float) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ignore: []    \n")
    before = config.stat()

    def change() -> None:
        config.write_text("ignore: ELB301\n")
        os.utime(config, ns=(before.st_atime_ns, before.st_mtime_ns))  # neither time nor size tell of it

    timer = threading.Timer(moment, change)
    timer.start()
    with Webhook(["--config", str(config)]) as webhook:
        timer.join()
        wait_until(lambda: verdict(webhook, service(WRONG))["allowed"])


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", f"{TAKEN}; give --host or --port"),
        ("0.0.0.0", f"{TAKEN}; give --host or --port"),  # noqa: S104 - nothing will listen
        ("no.such.invalid", ""),
        ("300.1.1.1", ""),
        ("https://localhost", ""),
        ("192.0.2.1", f"{ELSEWHERE}; give --host or --port"),
        ("a" * 70 + ".b", "this is no host name"),
        ("b..c", ""),
    ],
)
def test_what_cannot_be_listened_on_is_said_in_a_sentence(
    webhook: Webhook, workers: str, host: str, reason: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = elbguard("serve", "--host", host, "--port", port, "--workers", workers, *webhook.pair)

    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {host}:{port} cannot be listened on: ")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("certificate", "key", "words"),
    [
        ("none.crt", "tls.key", "none.crt: no such file; make a pair with: elbguard certs"),
        ("tls.crt/x", "tls.key", "tls.crt/x: no such file"),
        (".", "tls.key", ": is a folder; give a PEM file"),
        ("pipe", "tls.key", "pipe: is no regular file; give a PEM file"),
        ("x" * 300, "tls.key", "cannot be read: file name too long"),
        ("loop", "tls.key", "loop: cannot be read: too many levels of symbolic links"),
        ("empty", "tls.key", "cannot be served with: the certificate is not whole PEM text"),
        ("tls.key", "tls.crt", "cannot be served with: certificate and key are given the wrong way round"),
        ("half.crt", "tls.key", "cannot be served with: the certificate is not whole PEM text"),
        ("tls.crt", "empty", "cannot be served with: the key is not whole PEM text"),
        ("tls.crt", "ca.key", "cannot be served with: certificate and key do not belong together"),
    ],
)
def test_a_certificate_that_cannot_be_served_with_is_said_in_a_sentence(
    webhook: Webhook, certificate: str, key: str, words: str
) -> None:
    folder = webhook.workdir
    (folder / "empty").touch()
    (folder / "half.crt").write_bytes((folder / "tls.crt").read_bytes()[:200])
    if not (folder / "pipe").exists():
        os.mkfifo(folder / "pipe")
        (folder / "loop").symlink_to("loop")
    workers = "2" if key == "ca.key" else "1"
    done = _started("--workers", workers, "--tls-cert", str(folder / certificate), "--tls-key", str(folder / key))

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever is root may read every file")
def test_a_key_that_may_not_be_read_is_said_in_a_sentence(webhook: Webhook, tmp_path: Path) -> None:
    key = tmp_path / "tls.key"
    key.write_text("")
    key.chmod(0)
    done = _started("--tls-cert", str(webhook.workdir / "tls.crt"), "--tls-key", str(key))

    assert (done.returncode, done.stderr) == (2, f"Error: {key}: cannot be read: permission denied\n")


def _started(*flags: str) -> Done:
    return elbguard("serve", "--host", "127.0.0.1", "--port", "0", *flags)

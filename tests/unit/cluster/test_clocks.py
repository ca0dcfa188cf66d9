"""Whose time it is: what is heard of the API server's clock, and when it and ours disagree."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from kubernetes.client import Configuration

from elbguard import pairs
from elbguard.cluster.api import Unavailable
from elbguard.cluster.asking import NotFound
from elbguard.cluster.certificate_api import PATIENCE, KubernetesCertificateApi
from elbguard.cluster.client import KubernetesApi
from elbguard.cluster.clocks import AGAIN, APART, Clocks, HeardClock, ticks

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
DATE = "Sat, 31 Jan 2026 12:00:00 GMT"
SECOND = timedelta(seconds=1)


class Times:
    """Two clocks that tests set, and what is made of them."""

    def __init__(self) -> None:
        self.own = NOON
        self.server: datetime | None = NOON
        self.clocks = Clocks(lambda: self.own, lambda: self.server)

    def look(self, ahead: timedelta) -> str:
        """Look once, our clock being ahead by this."""
        assert self.server
        self.own = self.server + ahead
        self.clocks.moment()
        self.clocks.looked()
        return self.clocks.disagreement


def test_a_date_goes_on_by_a_clock_that_nobody_sets() -> None:
    seconds = [100.0]
    heard = HeardClock(lambda: seconds[0])
    heard.hear(DATE)
    seconds[0] += 3600

    assert heard.now() == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "soon",
        "Sat, 31 Jan 2026 12:00:00",
        "Sat, 31 Jan 2026 12:00:00 -0000",
        "Sat, 31 Feb 2026 12:00:00 GMT",
        "Sat, 31 Jan 2026 25:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 +2300",
        "\x00" * 70_000,
        "1" * 70_000,
        "2026-01-31T12:00:00Z",
        "Saturday, 31-Jan-26 12:00:00 GMT",
        "Fri, 31 Jan 2026 12:00:00 GMT",
    ],
)
def test_a_date_that_is_missing_or_garbled_leaves_the_time_unknown(date: str | None) -> None:
    heard = HeardClock()
    heard.hear(DATE)
    heard.hear(date)

    assert heard.now() is None


def test_ticks_never_go_back() -> None:
    first = ticks()

    assert ticks() >= first


@pytest.mark.parametrize("sign", [1, -1], ids=["ahead", "behind"])
def test_clocks_disagree_when_they_are_minutes_apart(sign: int, caplog: pytest.LogCaptureFixture) -> None:
    times = Times()
    near = times.look(sign * APART)
    far = [times.look(sign * (APART + SECOND)) for _ in range(3)]

    assert near == ""
    assert far[0]
    assert len(set(far)) == 1
    assert f"{NOON:%F %T} UTC" in far[0]
    assert f"{NOON + sign * (APART + SECOND):%F %T} UTC" in far[0]
    assert "NTP" in far[0]
    assert caplog.messages == [far[0]]


def test_clocks_that_agree_by_turns_disagree() -> None:
    times = Times()
    seen = [bool(times.look(ahead)) for ahead in [timedelta(hours=1), *[timedelta()] * (AGAIN - 1)] * 3]

    assert all(seen)


def test_clocks_agree_again_after_some_looks_that_say_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    times = Times()
    times.look(timedelta(hours=1))
    seen = [bool(times.look(timedelta())) for _ in range(AGAIN)]

    assert seen == [True] * (AGAIN - 1) + [False]
    assert "agree again" in caplog.messages[-1]


def test_what_is_made_begins_before_both_clocks_and_lives_by_the_servers() -> None:
    times = Times()
    moments = []
    for ahead in (timedelta(minutes=-2), timedelta(minutes=2)):
        times.own = NOON + ahead
        moments.append(times.clocks.moment())

    assert [moment.now for moment in moments] == [NOON, NOON]
    assert [moment.begin for moment in moments] == [NOON - timedelta(minutes=2), NOON]


def test_without_the_servers_time_ours_is_gone_by_and_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    times = Times()
    times.server, times.own = None, NOON + timedelta(days=400)
    moments = [times.clocks.moment() for _ in range(3)]

    assert {moment.now for moment in moments} == {moment.begin for moment in moments} == {times.own}
    assert times.clocks.disagreement == ""
    assert len(caplog.messages) == 1
    assert "Date" in caplog.messages[0]


class Fake(BaseHTTPRequestHandler):
    """An API server that answers every GET with the Date that its server object says."""

    def do_GET(self) -> None:
        """A Secret, or no such thing."""
        missing = "none" in self.path
        code, body = (404, b'{"message": "no"}') if missing else (200, b'{"metadata": {"resourceVersion": "1"}}')
        self.send_response_only(code)
        if date := self.server.date:  # type: ignore[attr-defined]
            self.send_header("Date", date)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class FakeServer(socketserver.ThreadingMixIn, HTTPServer):
    """Listens on a free port of the loopback address, by TLS if there is a certificate."""

    daemon_threads = True
    date: str | None = DATE

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Fake)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if folder else None
        if self._context and folder:
            self._context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
            self.socket = self._context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is expected."""


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    """Run it without TLS."""
    with FakeServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


def _api(server: FakeServer, scheme: str = "http", ca: Path | None = None) -> KubernetesCertificateApi:
    configuration = Configuration(host=f"{scheme}://127.0.0.1:{server.server_port}")
    configuration.ssl_ca_cert = str(ca) if ca else None
    return KubernetesCertificateApi(KubernetesApi(configuration, PATIENCE))


def test_every_answer_tells_the_servers_time(fake: FakeServer) -> None:
    api = _api(fake)
    before = api.now()
    api.read_secret("guard", "some")
    some = api.now()
    fake.date = "Sat, 31 Jan 2026 13:00:00 GMT"
    with pytest.raises(NotFound):
        api.read_secret("guard", "none")
    none = api.now()
    fake.date = None
    api.read_secret("guard", "some")

    assert before is None
    assert some
    assert none
    assert NOON <= some < none
    assert none >= NOON + timedelta(hours=1)
    assert api.now() is None


@pytest.mark.parametrize("years", [-3, 3], ids=["has expired", "is not good yet"])
def test_a_server_whose_certificate_is_of_another_time_makes_us_doubt_our_clock(tmp_path: Path, years: int) -> None:
    now = datetime.now(UTC)
    then = now + timedelta(days=365 * years)
    ca = pairs.make_ca(min(now, then))
    leaf = pairs.make_leaf(ca, ["127.0.0.1"], then, timedelta(days=1))
    (tmp_path / "ca.crt").write_bytes(ca.certificate)
    (tmp_path / "tls.crt").write_bytes(leaf.certificate)
    (tmp_path / "tls.key").write_bytes(leaf.key)
    with FakeServer(tmp_path) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            with pytest.raises(Unavailable, match=r"by this machine's clock.*NTP"):
                _api(server, "https", tmp_path / "ca.crt").read_secret("guard", "some")
        finally:
            server.shutdown()

"""The adapter over real connections: what an HTTP server may do to a client, and what the client may not do."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread, Timer

import pytest

from elbguard.cluster.asking import ApiError
from elbguard.cluster.client import KubernetesApi, Patience, connect
from elbguard.cluster.connecting import NoApiServer

TOKEN = "a-token"  # noqa: S105 - of no server
PATIENCE = Patience(connect=5, answer=0.5, silence=0.5)
REFUSAL = {"kind": "Status", "message": 'nodes is forbidden: User "x"\ncannot list'}


class Handler(BaseHTTPRequestHandler):
    """An API server with manners of many kinds, by path."""

    protocol_version = "HTTP/1.1"
    connections = 0
    authorizations: list[str] = []  # noqa: RUF012 - of one test at a time
    ended = Event()

    def setup(self) -> None:
        """Count the connection."""
        super().setup()
        Handler.connections += 1

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        Handler.authorizations.append(self.headers.get("Authorization", ""))
        match self.path.partition("?")[0]:
            case "/version":
                self._json(200, b'{"gitVersion": "v1.28.15-r0"}')
            case "/forbidden":
                self._json(403, json.dumps(REFUSAL).encode())
            case "/html":
                self._json(200, b"<html>")
            case "/elsewhere":
                self._json(302, b"{}", ("Location", "/version"))
            case "/slow":
                Handler.ended.wait(10)
            case "/watch/split":
                self._stream(b'{"type": "ADD', b'ED"}\n\n{"type":', b' "DELETED"}\n')
            case "/watch/cut":
                self._stream(b'{"type": "ADDED"}\n', b'{"type": "ADD', whole=False)
            case "/watch/garbage":
                self._stream(b"gar\xffbage\n")
            case "/watch/silent":
                self._stream(b'{"type": "ADDED"}\n', wait=True)

    def do_POST(self) -> None:
        """Give back what was sent, with its query, and warn twice."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        warnings = [("Warning", r'299 - "say \"please\"", 299 - "and thank you"'), ("Warning", '299 - "bye"')]
        self._json(201, json.dumps({"body": body, "query": self.path.partition("?")[2]}).encode(), *warnings)

    def _json(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, *chunks: bytes, whole: bool = True, wait: bool = False) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if wait:
            Handler.ended.wait(10)
        if whole:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """Run the HTTP server."""
    Handler.connections, Handler.authorizations = 0, []
    Handler.ended.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        Handler.ended.set()
        running.shutdown()


def kubeconfig(folder: Path, url: str, token: str = TOKEN) -> dict[str, str]:
    """Write one; the environment that names it."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {"server": url}}],
        "users": [{"name": "it", "user": {"token": token}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "current-context": "it",
    }
    (folder / "kubeconfig").write_text(json.dumps(content), encoding="utf-8")
    return {"KUBECONFIG": str(folder / "kubeconfig")}


@pytest.fixture
def api(server: ThreadingHTTPServer, tmp_path: Path) -> Iterator[KubernetesApi]:
    """Connect to the server as a kubeconfig says."""
    connected = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{server.server_port}"), tmp_path, PATIENCE)
    yield connected
    connected.close()


def test_answers_come_over_one_connection_with_the_token(api: KubernetesApi) -> None:
    assert [api.get("/version", {})["gitVersion"] for _ in range(3)] == ["v1.28.15-r0"] * 3
    assert Handler.connections == 1
    assert Handler.authorizations == [f"Bearer {TOKEN}"] * 3


def test_a_refusal_says_why_on_one_line(api: KubernetesApi) -> None:
    with pytest.raises(ApiError) as refused:
        api.get("/forbidden", {"limit": "1"})

    assert refused.value.forbidden
    assert str(refused.value) == '403 nodes is forbidden: User "x" cannot list'


def test_a_token_is_not_carried_elsewhere(api: KubernetesApi) -> None:
    with pytest.raises(ApiError) as refused:
        api.get("/elsewhere", {})

    assert refused.value.status == 302
    assert len(Handler.authorizations) == 1


@pytest.mark.parametrize("path", ["/html", "/slow"])
def test_what_is_no_answer_or_late_is_no_answer(api: KubernetesApi, path: str) -> None:
    with pytest.raises(ApiError) as refused:
        api.get(path, {})

    assert refused.value.status == 0


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    api = connect(kubeconfig(tmp_path, "http://127.0.0.1:1"), tmp_path, PATIENCE)
    for ask in (lambda: api.get("/version", {}), lambda: list(api.watch("/version", {}))):
        with pytest.raises(ApiError) as refused:
            ask()
        assert refused.value.passing


def test_a_token_that_would_break_a_header_is_not_told(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    token = "the\r\nrest-of-it"  # noqa: S105
    api = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{server.server_port}", token), tmp_path, PATIENCE)
    with pytest.raises(ApiError) as refused:
        api.get("/version", {})

    assert "rest-of-it" not in str(refused.value)
    assert Handler.authorizations == []


def test_a_rehearsal_keeps_nothing_and_tells_the_warnings(api: KubernetesApi) -> None:
    found, warnings = api.rehearse("/services", {"kind": "Service"})

    assert found == {"body": {"kind": "Service"}, "query": "fieldManager=elbguard&dryRun=All"}
    assert warnings == ('say "please"', "and thank you", "bye")


def test_a_plain_text_is_taken_as_it_is(api: KubernetesApi) -> None:
    assert api.text("/html") == "<html>"
    with pytest.raises(ApiError) as refused:
        api.text("/forbidden")
    assert refused.value.forbidden


def test_events_are_put_together_from_pieces(api: KubernetesApi) -> None:
    assert list(api.watch("/watch/split", {})) == [{"type": "ADDED"}, {"type": "DELETED"}]


@pytest.mark.parametrize("path", ["/watch/cut", "/watch/garbage"])
def test_a_watch_that_breaks_says_so(api: KubernetesApi, path: str) -> None:
    with pytest.raises(ApiError) as broken:
        list(api.watch(path, {}))

    assert broken.value.passing


def test_a_silent_watch_ends_by_itself(api: KubernetesApi) -> None:
    assert list(api.watch("/watch/silent", {})) == [{"type": "ADDED"}]


def test_closing_ends_a_watch_from_another_thread(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    patient = Patience(connect=5, answer=5, silence=600)
    api = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{server.server_port}"), tmp_path, patient)
    ends: list[object] = []

    def watch() -> None:
        try:
            for _ in api.watch("/watch/silent", {}):
                Timer(0.1, api.close).start()
        except ApiError as error:
            ends.append(error)
        ends.append("over")

    thread = Thread(target=watch, daemon=True)
    thread.start()
    thread.join(5)  # the server would hold the connection for 10 seconds
    assert ends[-1:] == ["over"]


def test_nowhere_to_ask_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoApiServer, match="neither by KUBECONFIG nor as a Pod"):
        connect({}, tmp_path)
    with pytest.raises(NoApiServer):
        connect({"KUBECONFIG": str(tmp_path / "missing")}, tmp_path)

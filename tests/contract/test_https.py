"""The webhook over real HTTPS, asked in the ways of the API server and in worse ones."""

import gzip
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from tests.contract.bodies import LARGEST, ORDINARY, READABLE, UNREADABLE, padded
from tests.support.connection import SECONDS, Connection
from tests.support.reviews import CREATED, EXISTING, UID, WRONG, encoded, mutate, review, service, validate
from tests.support.webhook import Webhook

DOORS = pytest.mark.parametrize("path", ["/validate", "/mutate"])
TOO_LARGE = "The body is larger than 7 MiB, the largest AdmissionReview there is."


def _in_parts(body: bytes, size: int = 64 * 1024) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("annotations", [EXISTING, CREATED, WRONG], ids=["plain", "gaps", "wrong"])
def test_the_answer_over_https_is_the_decisions_own(connection: Connection, annotations: dict[str, str]) -> None:
    body = encoded(review(service(annotations)))
    admission = Admission(Settings())

    assert validate(admission, body) == connection.ask("/validate", body)
    assert mutate(admission, body) == connection.ask("/mutate", body)


@DOORS
def test_the_timeout_in_the_address_changes_nothing(connection: Connection, path: str) -> None:
    assert connection.ask(path, ORDINARY) == connection.ask(f"{path}?timeout=10s", ORDINARY)


@DOORS
@pytest.mark.parametrize("content_type", ["text/plain", "application/yaml", "multipart/form-data", "", "\xe9"])
def test_the_content_type_does_not_matter(connection: Connection, path: str, content_type: str) -> None:
    reply = connection.ask(path, ORDINARY, headers={"Content-Type": content_type})

    assert reply.response["uid"] == UID


@DOORS
@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE)
def test_a_readable_review_is_answered_with_its_uid(connection: Connection, path: str, body: bytes) -> None:
    assert connection.ask(path, body).response["uid"] == UID


@DOORS
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_body_is_refused_in_one_sentence(connection: Connection, path: str, body: bytes) -> None:
    reply = connection.ask(path, body)

    assert reply.status == 400
    assert reply.sentence.isprintable()


@DOORS
def test_a_compressed_body_is_refused_since_nobody_may_send_one(connection: Connection, path: str) -> None:
    reply = connection.ask(path, gzip.compress(ORDINARY), headers={"Content-Encoding": "gzip"})

    assert reply.status == 400
    assert reply.sentence == "The body is not JSON: it is compressed by gzip: send it as it is."


@DOORS
@pytest.mark.parametrize(("body", "why"), [(b" \n", "it is empty"), (b'"\xe9"', "it is no UTF-8 text")])
def test_why_a_body_is_not_json_is_said_in_plain_words(
    connection: Connection, path: str, body: bytes, why: str
) -> None:
    assert connection.ask(path, body).sentence == f"The body is not JSON: {why}."


@DOORS
def test_a_body_in_chunks_is_read(connection: Connection, path: str) -> None:
    assert connection.ask(path, _in_parts(ORDINARY, 100)) == connection.ask(path, ORDINARY)


@DOORS
def test_a_review_of_7_mib_is_answered(connection: Connection, path: str) -> None:
    body = padded(LARGEST)

    assert len(body) == LARGEST
    assert connection.ask(path, body).response["uid"] == UID
    assert connection.ask(path, _in_parts(body)).response["uid"] == UID


@DOORS
@pytest.mark.parametrize("more", [1, 20 * 1024 * 1024])
def test_a_larger_one_that_is_announced_is_refused(server: Webhook, path: str, more: int) -> None:
    body = ORDINARY + b" " * (LARGEST - len(ORDINARY) + more)
    with Connection(server.url, server.ca_pem.decode()) as connection:
        reply = connection.ask(path, body)

        assert (reply.status, reply.sentence) == (413, TOO_LARGE)
        assert connection.ask(path, ORDINARY).response["uid"] == UID


@DOORS
@pytest.mark.parametrize("more", [1, 20 * 1024 * 1024])
def test_a_larger_one_in_chunks_is_refused(server: Webhook, path: str, more: int) -> None:
    body = ORDINARY + b" " * (LARGEST - len(ORDINARY) + more)
    with Connection(server.url, server.ca_pem.decode()) as connection:
        reply = connection.ask(path, _in_parts(body))

        assert (reply.status, reply.sentence) == (413, TOO_LARGE)
        assert connection.ask(path, ORDINARY).response["uid"] == UID


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "0x10", str(2**63), "9" * 400])
def test_a_length_that_is_no_number_or_too_large_crashes_nothing(server: Webhook, length: str) -> None:
    status = _raw(server, f"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())

    assert status in (b"HTTP/1.1 400", b"HTTP/1.1 413")


def test_a_client_that_leaves_in_the_middle_of_its_body_harms_nobody(server: Webhook, connection: Connection) -> None:
    for _ in range(3):
        _raw(server, b"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", wait=False)

    assert connection.ask("/validate", ORDINARY).response["uid"] == UID
    server.require_running()


def test_what_is_no_http_harms_nobody(server: Webhook, connection: Connection) -> None:
    _raw(server, b"\x16\x03\x01 this is no HTTP\r\n\r\n", wait=False)
    with socket.create_connection(_address(server), timeout=SECONDS) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

    assert connection.ask("/validate", ORDINARY).response["uid"] == UID
    server.require_running()


@DOORS
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_review_is_sent_by_post_only(connection: Connection, path: str, method: str) -> None:
    reply = connection.ask(path, method=method)

    assert (reply.status, reply.sentence) == (405, "Send an AdmissionReview by POST.")
    assert connection.headers["allow"] == "POST"


@DOORS
def test_a_head_of_a_door_has_no_body(connection: Connection, path: str) -> None:
    reply = connection.ask(path, method="HEAD")

    assert (reply.status, reply.body) == (405, b"")
    assert connection.ask(path, ORDINARY).response["uid"] == UID


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered(connection: Connection, path: str) -> None:
    reply = connection.ask(path, method="GET")

    assert (reply.status, reply.body) == (200, b"ok\n")
    assert reply.content_type.startswith("text/plain")
    assert connection.ask(path, b"{}").status == 405


def test_metrics_are_given(connection: Connection) -> None:
    reply = connection.ask("/metrics", method="GET")

    assert reply.status == 200
    assert reply.content_type.startswith("text/plain")


@pytest.mark.parametrize("path", ["/", "/validate/", "/Validate", "/mutate/x", "/docs", "/openapi.json", "/%00"])
def test_there_is_nothing_else(connection: Connection, path: str) -> None:
    assert connection.ask(path, ORDINARY).status == 404
    assert connection.ask(path, method="GET").status == 404


def test_200_questions_go_over_one_connection(connection: Connection) -> None:
    port = connection.local_port
    for number in range(100):
        uid = f"question-{number}"
        asked = encoded(review(service(CREATED), uid=uid))

        assert connection.ask("/validate", asked).response["uid"] == uid
        assert connection.ask("/mutate", asked).response["uid"] == uid
    assert port == connection.local_port


def test_refusals_of_http_keep_the_connection(connection: Connection) -> None:
    port = connection.local_port
    for _ in range(5):
        assert connection.ask("/validate", b"").status == 400
        assert connection.ask("/validate", method="GET").status == 405
        assert connection.ask("/nowhere", method="GET").status == 404

    assert connection.ask("/validate", ORDINARY).response["uid"] == UID
    assert port == connection.local_port


def test_50_connections_are_served_at_once(server: Webhook) -> None:
    def ask(number: int) -> list[str]:
        with Connection(server.url, server.ca_pem.decode()) as connection:
            body = encoded(review(service(WRONG), uid=f"connection-{number}"))
            return [connection.ask(path, body).response["uid"] for path in ("/validate", "/mutate") * 5]

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(ask, range(50)))

    assert answers == [[f"connection-{number}"] * 10 for number in range(50)]


def test_the_server_says_nothing_about_itself(connection: Connection) -> None:
    connection.ask("/validate", ORDINARY)

    assert connection.headers.keys() == {"content-type", "content-length"}


def _address(server: Webhook) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("https://").partition(":")
    return host, int(port)


def _raw(server: Webhook, request: bytes, *, wait: bool = True) -> bytes:
    """Send bytes over TLS; give the first twelve of the answer, or hang up at once."""
    context = ssl.create_default_context(cadata=server.ca_pem.decode())
    with (
        socket.create_connection(_address(server), timeout=SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=_address(server)[0]) as secure,
    ):
        secure.sendall(request)
        return secure.recv(12) if wait else b""

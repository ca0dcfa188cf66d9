"""Clients that are slow, silent, endless or many, over real TLS: each is bounded, and everybody else is answered."""

import json
import re
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.contract.bodies import ORDINARY
from tests.support.connection import SECONDS, Connection
from tests.support.reviews import UID
from tests.support.trying import thorough
from tests.support.waiting import wait_until
from tests.support.webhook import Webhook

COMMAND = (sys.executable, "-m", "tests.contract.limited")
MIB = 1024 * 1024
SHORT = {"handshake": 2, "silent": 2, "head": 2, "body": 2, "answer": 2, "closing": 1, "connections": 60}
HEAD = b"POST /validate HTTP/1.1\r\nHost: x\r\n"
HALF = HEAD + b"Content-Length: 1000\r\n\r\n{"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module", params=["uvloop", *thorough("asyncio")])
def loop(request: pytest.FixtureRequest) -> str:
    """Name an event loop."""
    return str(request.param)


@pytest.fixture(scope="module")
def lasting(loop: str) -> Iterator[Webhook]:
    """Run a server with the limits as they are."""
    with Webhook(["--loop", loop], command=COMMAND) as running:
        yield running
        running.require_running()
        assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def hasty(loop: str) -> Iterator[Webhook]:
    """Run a server that waits two seconds for anything, and has room for 60 connections."""
    with Webhook(["--loop", loop, "--limits", json.dumps(SHORT)], command=COMMAND) as running:
        yield running
        running.require_running()
        assert "Traceback" not in running.log()


class Stranger:
    """A connection of whoever reaches the port: plain TCP, or with TLS what it says first."""

    def __init__(self, server: Webhook, says: bytes | None = None) -> None:
        address = urlsplit(server.url)
        self._socket = socket.create_connection((str(address.hostname), address.port or 0), SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as Go does: what is said is sent at once
        if says is not None:
            context = ssl.create_default_context(cadata=server.ca_pem.decode())
            self._socket = context.wrap_socket(self._socket, server_hostname=address.hostname)
            self.say(says)

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def say(self, something: bytes) -> bool:
        """Say something; whether it could be said."""
        try:
            self._socket.sendall(something)
        except OSError:
            return False
        return True

    def ended(self) -> bool:
        """Whether the server has hung up; what it said before is thrown away."""
        self._socket.setblocking(False)
        try:
            while self._socket.recv(65536):
                pass
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            pass
        else:
            return True
        finally:
            self._socket.settimeout(SECONDS)
        return True

    @staticmethod
    def is_heard(server: Webhook) -> bool:
        """Whether a server still listens."""
        address = urlsplit(server.url)
        try:
            socket.create_connection((address.hostname, address.port), SECONDS).close()
        except OSError:
            return False
        return True

    def listen(self) -> bytes:
        """What is said next; raises where nothing more is."""
        if part := self._socket.recv(65536):
            return part
        raise EOFError

    def hear(self, last: bytes) -> None:
        """Listen until this is said."""
        said = b""
        while not said.endswith(last):
            said += self._socket.recv(65536)

    def answer(self) -> bytes:
        """All that the server says until it hangs up."""
        said = b""
        try:
            while part := self._socket.recv(65536):
                said += part
        except OSError:
            pass
        return said


def answers(server: Webhook) -> bool:
    """Whether a good client gets its answer and probes theirs, each on a connection of its own."""
    with Connection(server.url, server.ca_pem.decode()) as good:
        uid = good.ask("/validate", ORDINARY).response["uid"]
    return uid == UID and server.get("/healthz")[0] == server.get("/readyz")[0] == 200


def wait_until_ended(strangers: dict[str, Stranger]) -> None:
    """Wait until all have been hung up on; those that dribble go on, byte by byte."""
    left, end = dict(strangers), time.monotonic() + SECONDS
    while left:
        assert time.monotonic() < end, f"still open: {', '.join(left)}"
        time.sleep(0.1)
        for name, stranger in list(left.items()):
            if name.endswith("by byte"):
                stranger.say(b" ")
            if stranger.ended():
                del left[name]


WAITED_FOR = {
    "TCP that is silent": None,
    "TLS that is silent": b"",
    "half a head": HEAD,
    "a head byte by byte": HEAD + b"a: ",
    "blank lines byte by byte": b"\r\n",
    "half a body": HALF,
    "a body byte by byte": HALF,
    "a chunk byte by byte": CHUNKED + b"1000\r\n",
    "half a chunk's header": CHUNKED + b"1",
    "a trailer that never ends": CHUNKED + b"1\r\n{\r\n0\r\na: b\r\n",
    "a body that nobody asked for": b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    "a body of an unknown path": b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n{",
    "a body that is announced as too large": HEAD + b"Content-Length: 99999999\r\n\r\n{",
    "a body after 100-continue": HEAD + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
}


def test_whoever_is_waited_for_is_hung_up_on_and_who_has_asked_stays(hasty: Webhook) -> None:
    with ExitStack() as stack:
        kept = stack.enter_context(Connection(hasty.url, hasty.ca_pem.decode()))
        port = kept.local_port
        kept.ask("/validate", ORDINARY)
        strangers = {name: stack.enter_context(Stranger(hasty, says)) for name, says in WAITED_FOR.items()}
        idle = strangers["a blank line after an answer"] = stack.enter_context(Stranger(hasty, b""))
        idle.say(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        idle.hear(b"ok\n")
        idle.say(b"\r\n")

        assert answers(hasty)
        wait_until_ended(strangers)
        assert kept.ask("/validate", ORDINARY).response["uid"] == UID
        assert kept.local_port == port


def test_who_asks_and_never_reads_is_hung_up_on(hasty: Webhook) -> None:
    question = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    with Stranger(hasty, question) as stranger:
        wait_until(lambda: not stranger.say(question))

    assert answers(hasty)


def test_a_crowd_has_to_go_for_new_ones_and_who_has_asked_stays(hasty: Webhook) -> None:
    with ExitStack() as stack:
        kept = stack.enter_context(Connection(hasty.url, hasty.ca_pem.decode()))
        port = kept.local_port
        kept.ask("/validate", ORDINARY)
        for says in [None, b"", HALF] * 60:
            stack.enter_context(Stranger(hasty, says))

        assert answers(hasty)
        assert hasty.status()["open"] < SHORT["connections"] + 40
        assert kept.ask("/validate", ORDINARY).response["uid"] == UID
        assert kept.local_port == port

    assert 'elbguard_connections_cut_total{reason="crowd"}' in hasty.get("/metrics")[1]


def test_a_crowd_that_comes_at_once_leaves_nothing_open(loop: str) -> None:
    limits = json.dumps({"connections": 2})
    with ExitStack() as stack, Webhook(["--loop", loop, "--limits", limits], command=COMMAND) as server:
        before = server.status()["open"]
        with server.held_up():
            for _ in range(60):
                stack.enter_context(Stranger(server))

        assert answers(server)
        wait_until(lambda: server.status()["open"] <= before + 4, lambda: f"{before}: {server.status()['open']}")


def test_few_open_files_are_enough(loop: str) -> None:
    few = ("bash", "-c", 'ulimit -n 64; exec "$@"', "bash", *COMMAND)
    with ExitStack() as stack, Webhook(["--loop", loop], command=few) as server:
        kept = [stack.enter_context(Connection(server.url, server.ca_pem.decode())) for _ in range(16)]
        ports = [one.local_port for one in kept if one.ask("/validate", ORDINARY).response["uid"] == UID]
        for _ in range(100):
            stack.enter_context(Stranger(server))

        assert answers(server)
        assert [one.local_port for one in kept if one.ask("/validate", ORDINARY).response["uid"] == UID] == ports


def test_who_has_asked_and_is_idle_makes_room_in_the_end(hasty: Webhook) -> None:
    with ExitStack() as stack:
        for _ in range(SHORT["connections"] + 10):
            one = stack.enter_context(Connection(hasty.url, hasty.ca_pem.decode()))
            assert one.ask("/validate", ORDINARY).response["uid"] == UID

        assert answers(hasty)


def test_half_bodies_turn_nobody_away(lasting: Webhook) -> None:
    with ExitStack() as stack:
        for _ in range(250):
            stack.enter_context(Stranger(lasting, HALF))

        assert all(answers(lasting) for _ in range(3))


ENDLESS = {
    "an address": (b"GET /", b"a" * 65536),
    "a header's name": (HEAD, b"a" * 65536),
    "a header's value": (HEAD + b"a: ", b"a" * 65536),
    "headers": (HEAD, b"a:\r\n" * 16384),
    "headers in lines of old": (HEAD + b"a: b\r\n", b" c\r\n" * 16384),
    "a chunk's extension": (CHUNKED + b"1;", b"a" * 65536),
    "a chunk's length": (CHUNKED, b"0" * 65536),
    "a trailer": (CHUNKED + b"1\r\n{\r\n0\r\na: ", b"a" * 65536),
    "trailers": (CHUNKED + b"1\r\n{\r\n0\r\n", b"a:\r\n" * 16384),
    "chunks of a byte": (CHUNKED, b"1\r\n \r\n" * 11000),
    "requests in one go": (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2000),
    "heads after an answer": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + HEAD, b"a: b\r\n" * 10000),
    "blank lines": (b"", b"\r\n" * 32768),
    "another protocol": (HEAD + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n", b"a" * 65536),
    "a tunnel": (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"a" * 65536),
    "no HTTP": (b"", b"\xff" * 65536),
}


@pytest.mark.parametrize(("first", "on_and_on"), ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_cut_and_kept_nowhere(lasting: Webhook, first: bytes, on_and_on: bytes) -> None:
    before = lasting.status()["VmHWM"]
    with Stranger(lasting, first) as stranger:
        sent = 0
        while sent < 20 * MIB and stranger.say(on_and_on):
            sent += len(on_and_on)
        stranger.answer()

    assert answers(lasting)
    assert lasting.status()["VmHWM"] - before < 16 * 1024
    assert len(lasting.log()) < 64 * 1024


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        HEAD + b"a: " + b"b" * 70_000 + b"\r\n\r\n",
        HEAD + b"a:\r\n" * 300,
    ],
    ids=["an address", "a header", "headers"],
)
def test_a_head_that_is_too_long_is_told_so(lasting: Webhook, head: bytes) -> None:
    with Stranger(lasting, head) as stranger:
        assert stranger.answer().startswith(b"HTTP/1.1 431 ")


def test_a_head_of_60_kib_is_read(lasting: Webhook) -> None:
    with Connection(lasting.url, lasting.ca_pem.decode()) as connection:
        headers = {f"h{number}": "x" * 600 for number in range(100)}

        assert connection.ask("/validate", ORDINARY, headers=headers).response["uid"] == UID
        assert connection.ask(f"/validate?{'x' * 60_000}", ORDINARY).response["uid"] == UID


def test_four_requests_in_one_go_are_answered_in_order(lasting: Webhook) -> None:
    asked = [
        b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" for path in (b"/healthz", b"/nowhere", b"/readyz", b"/mutate")
    ]
    with Stranger(lasting, b"\r\n".join(asked) + b"Connection: close\r\n\r\n") as stranger:
        statuses = re.findall(rb"HTTP/1.1 (\d+)", stranger.answer())

    assert statuses == [b"200", b"404", b"200", b"405"]


LENGTH = b"Content-Length: %d\r\n\r\n" % len(ORDINARY)
WAYS = {
    "whole": [HEAD + LENGTH + ORDINARY],
    "head first": [HEAD + LENGTH, ORDINARY],
    "in two pieces": [HEAD + LENGTH + ORDINARY[:100], ORDINARY[100:]],
    "its end byte by byte": [HEAD + LENGTH + ORDINARY[:-20], *(bytes([byte]) for byte in ORDINARY[-20:])],
    "in a chunk": [CHUNKED + b"%x\r\n" % len(ORDINARY) + ORDINARY + b"\r\n0\r\n\r\n"],
    "larger than any that is ordinary": [HEAD + b"Content-Length: 40000\r\n\r\n" + ORDINARY.ljust(40_000)],
    "asking before it is sent": [HEAD + b"Expect: 100-continue\r\n" + LENGTH, ORDINARY],
}


def answer_of(stranger: Stranger) -> tuple[bytes, bytes]:
    """The head and the body of the next answer, without a 100 before it."""
    said = b""
    while b"\r\n\r\n" not in said.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"):
        said += stranger.listen()
    head, _, body = said.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    while len(body) < int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]):
        body += stranger.listen()
    return head, body


@pytest.mark.parametrize("way", WAYS)
def test_a_review_is_answered_alike_however_it_comes(lasting: Webhook, way: str) -> None:
    with Stranger(lasting, b"") as stranger:
        answers = []
        for pieces in (WAYS["whole"], WAYS[way], WAYS["whole"]):  # on one connection
            for piece in pieces:
                stranger.say(piece)
                time.sleep(0.01)  # so that each comes by itself; where two do not, nothing is harmed
            answers.append(answer_of(stranger))

    assert answers == [answers[0]] * 3
    assert answers[0][0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert UID in answers[0][1].decode()


def test_reviews_in_one_go_are_answered_in_order(lasting: Webhook) -> None:
    asked = [ORDINARY.replace(UID.encode(), b"number-%d" % number) for number in range(3)]
    heads = [HEAD + b"Content-Length: %d\r\n" % len(body) for body in asked]
    heads[-1] += b"Connection: close\r\n"
    with Stranger(
        lasting, b"".join(head + b"\r\n" + body for head, body in zip(heads, asked, strict=True))
    ) as all_three:
        said = all_three.answer()

    assert re.findall(rb"number-\d", said) == [b"number-0", b"number-1", b"number-2"]


def test_a_review_of_which_a_part_has_come_when_the_server_ends_is_answered() -> None:
    with Webhook(["--drain-seconds", "0"]) as running, Stranger(running, HEAD + LENGTH + ORDINARY[:100]) as stranger:
        assert answers(running)
        running.terminate()
        wait_until(lambda: not Stranger.is_heard(running))
        stranger.say(ORDINARY[100:])

        assert stranger.answer().startswith(b"HTTP/1.1 200 OK\r\n")
        wait_until(running.has_ended)


def test_a_client_that_asks_before_it_sends_is_told_to(lasting: Webhook) -> None:
    head = HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(ORDINARY)
    with Stranger(lasting, head) as stranger:
        stranger.say(ORDINARY)
        said = stranger.answer()

    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "encoding", [b"gzip", b"chunked, gzip", b"gzip, chunked", b"identity", b"chunked, chunked", b"x" * 5000, b""]
)
def test_another_transfer_encoding_harms_nobody(lasting: Webhook, encoding: bytes) -> None:
    with Stranger(lasting, HEAD + b"Transfer-Encoding: " + encoding + b"\r\n\r\n" + ORDINARY) as stranger:
        stranger.say(b"\r\n" * 40_000)

        assert stranger.answer()[9:12] in (b"400", b"")
    assert answers(lasting)


@pytest.mark.parametrize("path", [b"/healthz", b"/readyz", b"/metrics", b"/nowhere", b"/"])
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_a_body_that_nobody_asked_for_is_kept_nowhere(lasting: Webhook, method: bytes, path: bytes) -> None:
    before = lasting.status()["VmHWM"]
    with Stranger(
        lasting, method + b" " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n"
    ) as stranger:
        sent = 0
        while sent < 100 and stranger.say(b"a" * MIB):
            sent += 1

    assert sent < 100
    assert answers(lasting)
    assert lasting.status()["VmHWM"] - before < 16 * 1024


def test_bodies_that_do_not_end_share_their_memory(lasting: Webhook) -> None:
    before = lasting.status()["VmHWM"]
    with ExitStack() as stack:
        for _ in range(30):
            one = stack.enter_context(Stranger(lasting, HEAD + b"Content-Length: 7000000\r\n\r\n"))
            one.say(b" " * 6 * MIB)

        assert answers(lasting)
    assert lasting.status()["VmHWM"] - before < 120 * 1024


def test_what_was_cut_leaves_no_descriptor(hasty: Webhook) -> None:
    wait_until(lambda: hasty.status()["open"] <= 30)


def test_with_several_workers_heads_and_silence_are_bounded_too() -> None:
    with Webhook(["--workers", "2"]) as running, Stranger(running, HEAD + b"a: " + b"b" * 70_000) as stranger:
        assert stranger.answer().startswith(b"HTTP/1.1 431 ")
        assert answers(running)

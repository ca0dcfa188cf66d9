"""The certificate is swapped while connections come in: real TLS, the real HTTP server."""

import http.client
import itertools
import os
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from elbguard import pairs
from elbguard.fitness import Pair, Unfit
from elbguard.webhook.drain import DrainingServer
from elbguard.webhook.pairfiles import PairFiles, read
from elbguard.webhook.serving import ServingContext
from tests.support.waiting import wait_until

HOST = "localhost"
SECONDS = 30  # until a test gives up; nothing is measured
NOW = datetime.now(UTC)
CA = pairs.make_ca(NOW)
OTHER_CA = pairs.make_ca(NOW)


async def _answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class Server:
    """An HTTPS server with a ServingContext, in a thread."""

    def __init__(self) -> None:
        self.refused: list[None] = []
        self.serving = ServingContext(count_refused=lambda: self.refused.append(None))
        config = uvicorn.Config(_answer, lifespan="off", log_config=None)
        self._server = DrainingServer(config, self.serving.context)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(SECONDS)
        self._socket.close()

    def certificate(self, context: ssl.SSLContext, name: str | None = HOST) -> bytes:
        """Connect anew, and tell which certificate is shown, as PEM."""
        with (
            socket.create_connection(("127.0.0.1", self.port), SECONDS) as raw,
            context.wrap_socket(raw, server_hostname=name) as connection,
        ):
            shown = connection.getpeercert(binary_form=True)
        assert shown
        return ssl.DER_cert_to_PEM_cert(shown).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server that has no certificate yet."""
    with Server() as running:
        yield running


def _leaf(ca: Pair = CA, hosts: tuple[str, ...] = (HOST,), now: datetime = NOW, days: float = 30) -> Pair:
    return pairs.make_leaf(ca, hosts, now, timedelta(days=days))


def _client(*authorities: Pair, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata="".join(ca.certificate.decode() for ca in authorities or (CA,)))
    if version:
        context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", [HOST, None], ids=["with SNI", "without SNI"])
def test_new_connections_get_the_pair_that_was_swapped_in(
    server: Server, version: ssl.TLSVersion, name: str | None
) -> None:
    client = _client(version=version)
    client.check_hostname = name is not None
    for pair in (_leaf(), _leaf(), _leaf()):
        server.serving.swap(pair)

        assert server.certificate(client, name) == pair.certificate


def test_tls_1_1_is_refused(server: Server) -> None:
    server.serving.swap(GOOD)
    client = _client()
    client.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError):
        server.certificate(client)

    client.maximum_version = ssl.TLSVersion.TLSv1_2

    assert server.certificate(client) == GOOD.certificate
    assert server.serving.context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_connection_that_is_open_goes_on_after_a_swap(server: Server) -> None:
    server.serving.swap(_leaf())
    connection = http.client.HTTPSConnection(HOST, server.port, timeout=SECONDS, context=_client())
    connection.request("GET", "/")
    connection.getresponse().read()
    before = connection.sock.getsockname()
    server.serving.swap(_leaf(OTHER_CA))
    connection.request("GET", "/")

    assert connection.getresponse().read() == b"ok"
    assert connection.sock.getsockname() == before

    connection.close()


def test_before_the_first_swap_probes_are_answered_and_verifiers_are_not(server: Server) -> None:
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE

    assert server.certificate(careless)
    assert server.serving.not_after is None
    with pytest.raises(ssl.SSLCertVerificationError):
        server.certificate(_client())


def test_the_expiry_is_that_of_what_is_served(server: Server) -> None:
    server.serving.swap(_leaf(days=7))

    assert server.serving.not_after == (NOW + timedelta(days=7)).replace(microsecond=0)


def _encrypted(pair: Pair) -> Pair:
    password = serialization.BestAvailableEncryption(b"password")
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, password
    return Pair(pair.certificate, pairs.private_key(pair.key).private_bytes(*encoding))


def _nameless(pair: Pair) -> Pair:
    [leaf] = pairs.certificates(pair.certificate)
    builder = (
        x509.CertificateBuilder(leaf.issuer, leaf.subject, leaf.public_key(), leaf.serial_number)
        .not_valid_before(leaf.not_valid_before_utc)
        .not_valid_after(leaf.not_valid_after_utc)
    )
    certificate = builder.sign(pairs.private_key(CA.key), hashes.SHA256())  # type: ignore[arg-type] # an EC key
    return Pair(certificate.public_bytes(serialization.Encoding.PEM), pair.key)


GOOD = _leaf()
BAD = {
    "mismatched": (Pair(GOOD.certificate, CA.key), "do not belong together"),
    "certificate cut off": (Pair(GOOD.certificate[:-40], GOOD.key), "not whole"),
    "chain cut off": (Pair(GOOD.certificate + CA.certificate[:-40], GOOD.key), "not whole"),
    "key cut off": (Pair(GOOD.certificate, GOOD.key[:-40]), "not whole"),
    "key encrypted": (_encrypted(GOOD), "asks for a password"),
    "empty": (Pair(b"", b""), "not whole"),
    "no text": (Pair(b"\x00\xff" * 99, b"\x00\xff" * 99), "not whole"),
    "expired": (_leaf(now=NOW - timedelta(days=31)), "expired"),
    "not yet good": (_leaf(now=NOW + timedelta(days=1)), "not good before"),
    "no names": (_nameless(GOOD), "names no host"),
}


@pytest.mark.parametrize(("bad", "reason"), BAD.values(), ids=BAD)
def test_a_bad_pair_leaves_the_old_one_serving(
    server: Server, bad: Pair, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.serving.swap(GOOD)
    before = server.serving.not_after
    for _ in range(3):  # whoever offers it again and again is heard once
        with pytest.raises(Unfit, match=reason):
            server.serving.swap(bad)

    assert server.certificate(_client()) == GOOD.certificate
    assert server.serving.not_after == before
    assert len(server.refused) == 1
    [line] = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert reason in line
    assert "PRIVATE" not in caplog.text

    server.serving.swap(_leaf())

    assert server.certificate(_client()) != GOOD.certificate


def test_no_handshake_fails_while_certificates_are_swapped(server: Server) -> None:
    both = _client(CA, OTHER_CA)
    failures: list[Exception] = []
    shown: list[bytes] = []
    pairs = [_leaf(ca) for ca, _ in zip(itertools.cycle((OTHER_CA, CA)), range(20), strict=False)]
    server.serving.swap(GOOD)
    stop = threading.Event()

    def connect() -> None:
        while not stop.is_set():
            try:
                shown.append(server.certificate(both))
            except (OSError, AssertionError) as error:
                failures.append(error)

    clients = [threading.Thread(target=connect) for _ in range(4)]
    for client in clients:
        client.start()
    for pair in pairs:
        server.serving.swap(pair)
        with pytest.raises(Unfit):
            server.serving.swap(BAD["mismatched"][0])
        seen = len(shown)  # not before: many handshakes may end while a pair is looked at
        while len(shown) < seen + 8 and not failures:
            time.sleep(0.001)
    stop.set()
    for client in clients:
        client.join()

    assert failures == []
    assert set(shown) >= {pair.certificate for pair in pairs}


class Mounted:
    """A Secret as kubelet mounts it: files that are links into a folder, which is a link that is swapped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self.paths = (folder / "tls.crt", folder / "tls.key")
        for path in self.paths:
            path.symlink_to(Path("..data") / path.name)

    def update(self, pair: Pair) -> None:
        """Write a new folder beside, and swap the link, as kubelet does."""
        data = self._folder / f"..{next(self._numbers)}"
        data.mkdir()
        (data / "tls.crt").write_bytes(pair.certificate)
        (data / "tls.key").write_bytes(pair.key)
        link = self._folder / "..data_tmp"
        link.symlink_to(data.name)
        link.rename(self._folder / "..data")


def test_a_mounted_secret_is_picked_up_without_a_restart(server: Server, tmp_path: Path) -> None:
    mounted = Mounted(tmp_path)
    mounted.update(GOOD)
    files = PairFiles(*mounted.paths, server.serving.swap, interval=0.05)
    files.load()
    files.start()
    try:
        for pair in (_leaf(), _leaf()):
            mounted.update(BAD["mismatched"][0])
            mounted.update(pair)
            wait_until(lambda: server.certificate(_client()) == pair.certificate)  # noqa: B023 - asked at once
    finally:
        files.stop()

    mounted.update(GOOD)
    time.sleep(0.2)

    assert server.certificate(_client()) == pair.certificate  # nobody watches any more


def test_files_that_are_bad_for_a_while_are_named_once_and_served_when_they_are_good(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    certificate.write_bytes(GOOD.certificate)
    key.write_bytes(GOOD.key)
    files = PairFiles(certificate, key, server.serving.swap)
    files.load()
    new = _leaf()

    key.unlink()
    files.look()
    files.look()
    key.write_bytes(new.key)
    files.look()
    files.look()

    assert server.certificate(_client()) == GOOD.certificate
    assert caplog.text.count(f"{key} cannot be read") == 1
    assert len(server.refused) == 1

    certificate.write_bytes(new.certificate)
    files.look()

    assert server.certificate(_client()) == new.certificate


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


ODD: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "socket": _socket,
    "device without an end": lambda path: path.symlink_to("/dev/zero"),
    "terminal": lambda path: path.symlink_to("/dev/tty"),
    "sparse file of a terabyte": lambda path: _sparse(path, 1 << 40),
    "larger than a Secret": lambda path: _sparse(path, (1 << 20) + 1),
    "link to itself": lambda path: path.symlink_to(path.name),
}


def _sparse(path: Path, size: int) -> None:
    path.touch()
    os.truncate(path, size)


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
@pytest.mark.parametrize("which", [0, 1], ids=["certificate", "key"])
def test_what_is_no_file_to_read_is_named_once_and_followed_until_it_is_one(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture, make: Callable[[Path], object], which: int
) -> None:
    paths = tmp_path / "tls.crt", tmp_path / "tls.key"
    paths[0].write_bytes(GOOD.certificate)
    paths[1].write_bytes(GOOD.key)
    looks = threading.Semaphore(0)

    class Counted(PairFiles):
        def look(self) -> None:
            super().look()
            looks.release()

    files = Counted(*paths, server.serving.swap, interval=0.01)
    files.load()
    paths[which].unlink()
    make(paths[which])
    files.start()
    try:
        for _ in range(5):
            assert looks.acquire(timeout=SECONDS)
        assert server.certificate(_client()) == GOOD.certificate
        assert len([record for record in caplog.records if str(paths[which]) in record.message]) == 1
        new = _leaf()
        _remove(paths[which])
        paths[0].write_bytes(new.certificate)
        paths[1].write_bytes(new.key)
        wait_until(lambda: server.certificate(_client()) == new.certificate)
    finally:
        files.stop()


def _remove(path: Path) -> None:
    path.rmdir() if path.is_dir() else path.unlink()


def test_pairs_refused_by_turns_are_logged_once_each_with_the_files_they_came_from(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = tmp_path / "tls.crt", tmp_path / "tls.key"
    what = f"the pair of {paths[0]} and {paths[1]}"
    files = PairFiles(*paths, lambda pair: server.serving.swap(pair, what=what))
    for bad, _ in list(BAD.values()) * 4:
        paths[0].write_bytes(bad.certificate)
        paths[1].write_bytes(bad.key)
        files.look()
        files.look()

    told = [record.message for record in caplog.records if record.levelname in ("ERROR", "WARNING")]
    assert len(told) == len(server.refused) == len(BAD)
    assert all(line.startswith(f"{what} is not served: ") for line in told)
    assert all(reason in line for line, (_, reason) in zip(told, BAD.values(), strict=True))


def test_who_asks_for_a_look_hears_once_more_of_what_is_refused(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = tmp_path / "tls.crt", tmp_path / "tls.key"
    files = PairFiles(*paths, server.serving.swap)
    paths[0].write_bytes(GOOD.certificate)
    paths[1].write_bytes(CA.key)
    told = []
    for asked in (True, False, True, False):
        if asked:
            files.look_now()
        files.look()
        told.append(caplog.text.count("do not belong together"))

    assert told == [1, 1, 2, 2]


def test_a_pair_that_is_not_good_yet_is_served_when_it_is(tmp_path: Path) -> None:
    clock = [NOW]
    serving = ServingContext(lambda: clock[0])
    paths = tmp_path / "tls.crt", tmp_path / "tls.key"
    files = PairFiles(*paths, serving.swap)
    later = _leaf(now=NOW + timedelta(hours=1))
    paths[0].write_bytes(later.certificate)
    paths[1].write_bytes(later.key)
    files.look()
    early = serving.not_after
    clock[0] += timedelta(hours=2)
    files.look()

    assert (early, serving.not_after is None) == (None, False)


class Racing(type(Path())):  # type: ignore[misc] # the class of this platform's paths
    """A certificate file after whose reading, and before that of the key, kubelet swaps the link."""

    mounted: Mounted
    updates: Iterator[Pair]

    def read_bytes(self) -> bytes:
        """Read it, and let kubelet have its turn."""
        text: bytes = super().read_bytes()
        if pair := next(self.updates, None):
            self.mounted.update(pair)
        return text


@pytest.mark.parametrize("times", [1, 3])
def test_files_that_change_while_they_are_read_are_read_again(tmp_path: Path, times: int) -> None:
    mounted = Mounted(tmp_path)
    mounted.update(GOOD)
    path, new = Racing(mounted.paths[0]), [_leaf() for _ in range(times)]
    path.mounted, path.updates = mounted, iter(new)

    assert read(path, mounted.paths[1]) == new[-1]


def test_files_that_never_rest_are_given_up(tmp_path: Path) -> None:
    mounted = Mounted(tmp_path)
    mounted.update(GOOD)
    path = Racing(mounted.paths[0])
    path.mounted, path.updates = mounted, iter(_leaf, None)

    with pytest.raises(Unfit, match="keep changing"):
        read(path, mounted.paths[1], lambda _: None)

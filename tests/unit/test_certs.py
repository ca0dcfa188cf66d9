"""`elbguard certs`: a CA and a serving pair that the API server accepts."""

import os
import ssl
import stat
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from elbguard import pairs
from elbguard.cli import elbguard
from elbguard.pairs import FILES
from tests.support.command import ran

HOSTS = ["elbguard.kube-system.svc", "localhost", "*.example.com", "127.0.0.1", "::1"]


def _certs(folder: Path, *hosts: str) -> Result:
    return CliRunner().invoke(elbguard, ["certs", str(folder), *(f"--host={host}" for host in hosts)])


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of certificates."""
    folder = tmp_path_factory.mktemp("certs") / "new" / "folder"
    assert _certs(folder, *HOSTS).exit_code == 0
    return folder


def test_four_files_are_written_and_the_folder_with_them(folder: Path) -> None:
    assert sorted(FILES) == sorted(path.name for path in folder.iterdir())


def test_keys_are_for_their_owner_only(folder: Path) -> None:
    modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in FILES}

    assert (modes["ca.key"], modes["tls.key"]) == (0o600, 0o600)
    assert modes["ca.crt"] & 0o444 == modes["ca.crt"] & ~0o200


def test_the_certificate_is_for_every_host_that_was_named(folder: Path) -> None:
    names = _certificate(folder / "tls.crt").extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == HOSTS[:3]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address(host) for host in HOSTS[3:]]


@pytest.mark.parametrize("host", ["elbguard.kube-system.svc", "localhost", "any.example.com", "127.0.0.1", "::1"])
def test_the_chain_is_good_for_every_host(folder: Path, host: str) -> None:
    store = Store([_certificate(folder / "ca.crt")])
    subject = x509.DNSName(host) if any(letter.isalpha() for letter in host) else x509.IPAddress(ip_address(host))
    verifier = PolicyBuilder().store(store).build_server_verifier(subject)

    assert len(verifier.verify(_certificate(folder / "tls.crt"), [])) == 2


def test_the_chain_is_not_good_for_another_host(folder: Path) -> None:
    verifier = (
        PolicyBuilder().store(Store([_certificate(folder / "ca.crt")])).build_server_verifier(x509.DNSName("other"))
    )

    with pytest.raises(VerificationError):
        verifier.verify(_certificate(folder / "tls.crt"), [])


def test_openssl_accepts_the_chain_too(folder: Path) -> None:
    done = ran(
        *("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.crt", "tls.crt"), cwd=folder
    )

    assert (done.returncode, done.stdout) == (0, "tls.crt: OK\n")


@pytest.mark.parametrize("name", ["ca", "tls"])
def test_a_key_is_p_256_and_belongs_to_its_certificate(folder: Path, name: str) -> None:
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    certificate = _certificate(folder / f"{name}.crt")

    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert key.public_key() == certificate.public_key()


def test_the_serving_certificate_serves_and_signs_nothing(folder: Path) -> None:
    extensions = _certificate(folder / "tls.crt").extensions

    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_the_certificates_are_good_now_and_for_a_year(folder: Path) -> None:
    now = datetime.now(UTC)
    leaf, ca = _certificate(folder / "tls.crt"), _certificate(folder / "ca.crt")

    assert leaf.not_valid_before_utc < now < leaf.not_valid_after_utc <= now + timedelta(days=398)
    assert ca.not_valid_before_utc < now
    assert leaf.not_valid_after_utc < ca.not_valid_after_utc


def test_the_pair_can_be_served(folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")

    assert context.cert_store_stats() == {"x509": 0, "crl": 0, "x509_ca": 0}


@pytest.mark.parametrize("present", FILES)
def test_nothing_is_overwritten(tmp_path: Path, present: str) -> None:
    (tmp_path / present).write_text("precious")
    result = _certs(tmp_path, "localhost")

    assert result.exit_code == 2
    assert f"{tmp_path / present} exists and is not overwritten" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == [present]
    assert (tmp_path / present).read_text() == "precious"


@pytest.mark.parametrize(
    "host",
    ["", " ", "a b", "-x", "x-", "https://x", "x:443", "10.0.0.300", "10.0.0.0/8", "é.de", "a..b", "*", "x" * 64],
)
def test_what_is_no_host_gets_no_certificate(tmp_path: Path, host: str) -> None:
    result = _certs(tmp_path, "localhost", host)

    assert result.exit_code == 2
    assert result.stderr == f"Error: {host!r} is neither a host name nor an IP address\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = _certs(tmp_path / "file" / "below", "localhost")

    assert result.exit_code == 2
    assert result.stderr == f"Error: {tmp_path / 'file' / 'below'}: cannot be written: Not a directory\n"


HALFWAY = """
import resource, sys
from pathlib import Path
from elbguard import pairs
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    pairs.write(Path(sys.argv[2]), [f"host-{number}.example.com" for number in range(200)])
except pairs.CannotWrite as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of file sizes here")
@pytest.mark.parametrize("room", [0, 100, 2000], ids=["none at all", "for half a file", "for two files"])
@pytest.mark.parametrize("below", [".", "new/folder"])
def test_where_there_is_no_room_nothing_is_left_behind(tmp_path: Path, room: int, below: str) -> None:
    (tmp_path / "mine").write_text("precious")
    folder = tmp_path / below
    done = ran(sys.executable, "-c", HALFWAY, str(room), str(folder))

    assert done.stdout == f"{folder}: cannot be written: File too large\n", done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine").read_text() == "precious"


@pytest.mark.parametrize("name", FILES)
def test_interrupted_at_any_file_it_leaves_nothing_behind(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, *rest: Any) -> int:
        if Path(path).name == name:
            raise KeyboardInterrupt
        return opened(path, *rest)

    opened = os.open
    monkeypatch.setattr(os, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pairs.write(tmp_path / "new" / "folder", ["localhost"])

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_somebody_makes_meanwhile_stays_and_is_the_only_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(path: Path, *rest: Any) -> int:
        if Path(path).name == "tls.key":
            Path(path).write_text("precious")
        return opened(path, *rest)

    opened = os.open
    monkeypatch.setattr(os, "open", beaten)
    with pytest.raises(pairs.CannotWrite, match="File exists"):
        pairs.write(tmp_path, ["localhost"])

    assert [path.name for path in tmp_path.iterdir()] == ["tls.key"]
    assert (tmp_path / "tls.key").read_text() == "precious"


@pytest.mark.parametrize("present", FILES)
@pytest.mark.parametrize("kind", ["folder", "link to nothing", "pipe"])
def test_whatever_bears_the_name_of_a_file_is_left_alone(tmp_path: Path, present: str, kind: str) -> None:
    path = tmp_path / present
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nothing")
    result = _certs(tmp_path, "localhost")

    assert (result.exit_code, result.stderr.count("exists and is not overwritten")) == (2, 1)
    assert [each.name for each in tmp_path.iterdir()] == [present]
    assert not path.is_file()


def test_without_a_host_there_is_no_certificate(tmp_path: Path) -> None:
    assert _certs(tmp_path).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_two_folders_share_nothing(folder: Path, tmp_path: Path) -> None:
    assert _certs(tmp_path, "localhost").exit_code == 0

    assert _certificate(folder / "ca.crt").public_key() != _certificate(tmp_path / "ca.crt").public_key()
    assert _certificate(folder / "tls.crt").serial_number != _certificate(tmp_path / "tls.crt").serial_number

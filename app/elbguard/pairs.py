"""Certificates: making a CA and a serving pair, and judging whether a pair is fit to serve."""

import json
import os
import re
import secrets
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from elbguard.fitness import Pair, Unfit

CA_LIFE: Final = timedelta(days=3650)
LEAF_LIFE: Final = timedelta(days=365)
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME: Final = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)*(?![0-9]+\.?$){_LABEL}", re.ASCII)  # no number last: RFC 3696
CLOCK_SKEW: Final = timedelta(minutes=15)  # a certificate is good this long before it was made, for clocks that lag
CA_NAME: Final = "elbguard CA"  # and a random number: a new CA and the one before are told apart by name as well
_CERTIFICATE, _KEY = b"-----BEGIN CERTIFICATE-----", b"PRIVATE KEY-----"  # with EC or RSA before it, or nothing
FILES: Final = ("ca.crt", "ca.key", "tls.crt", "tls.key")


class CannotWrite(Exception):
    """The files cannot be written; one sentence says why."""


def make(hosts: Sequence[str], now: datetime | None = None) -> tuple[Pair, Pair]:
    """A new CA, and a serving pair signed by it for the host names and addresses; ECDSA P-256, SHA-256.

    The API server looks at the subject alternative names only. Raises ValueError when a host is neither.
    """
    now = now or datetime.now(UTC)
    ca = make_ca(now)
    return ca, make_leaf(ca, hosts, now)


def make_ca(now: datetime, life: timedelta = CA_LIFE, begin: datetime | None = None) -> Pair:
    """A new CA that lives from `now` on, and is good from a little before `begin`, by default `now`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"{CA_NAME} {secrets.token_hex(4)}")
    certificate = (
        _builder(name, name, key.public_key(), begin or now, now + life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pair(certificate, key)


def make_leaf(
    ca: Pair, hosts: Sequence[str], now: datetime, life: timedelta = LEAF_LIFE, begin: datetime | None = None
) -> Pair:
    """A serving pair signed by `ca`, which it does not outlive; dates as of `make_ca`.

    Raises ValueError when a host is no host.
    """
    [issuer], issuer_key = certificates(ca.certificate), private_key(ca.key)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise Unfit("the CA's key is not of the kind that elbguard makes")
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + life, issuer.not_valid_after_utc)
    certificate = (
        _builder(_name("elbguard"), issuer.subject, key.public_key(), begin or now, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return _pair(certificate, key)


def certificates(pem: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM text. Raises Unfit when there is none, or when one is cut off or garbled.

    What a later release of cryptography will refuse, such as a serial number of zero, is served as long as it can be.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            found = x509.load_pem_x509_certificates(pem)
    except (ValueError, x509.InvalidVersion):
        found = []
    if not found or len(found) != pem.count(_CERTIFICATE):
        raise Unfit("the certificate is not whole PEM text")
    return found


def is_readable(certificate: x509.Certificate) -> bool:
    """Whether all of a certificate makes sense, which is looked at only where it is asked for, and then raises."""
    try:
        certificate.public_key()
        parts = (certificate.subject, certificate.issuer, certificate.extensions)
        lasts = certificate.not_valid_before_utc < certificate.not_valid_after_utc
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False
    return lasts and all(part is not None for part in parts)


def private_key(pem: bytes) -> PrivateKeyTypes:
    """The key of a PEM text without a password. Raises Unfit."""
    try:
        return serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Unfit("the key is not whole PEM text, or asks for a password") from None


def _holds(pem: bytes) -> tuple[bytes, ...]:
    """Of what a pair is made of, the parts that begin in a PEM text."""
    return tuple(part for part in (_CERTIFICATE, _KEY) if part in pem)


def check(pair: Pair, now: datetime) -> x509.Certificate:
    """The serving certificate of a pair that is fit to serve at `now`: they match, and date and names are good.

    Raises Unfit.
    """
    if _holds(pair.certificate) == (_KEY,) and _holds(pair.key) == (_CERTIFICATE,):
        raise Unfit("certificate and key are given the wrong way round")
    leaf = certificates(pair.certificate)[0]
    if not is_readable(leaf):
        raise Unfit("the certificate holds something that makes no sense, or of a kind that is not known")
    if private_key(pair.key).public_key() != leaf.public_key():
        raise Unfit("certificate and key do not belong together")
    if now > leaf.not_valid_after_utc:
        raise Unfit(f"the certificate expired at {leaf.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC")
    if now < leaf.not_valid_before_utc:
        raise Unfit(f"the certificate is not good before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M:%S} UTC")
    if not hosts_of(leaf):
        raise Unfit(
            "the certificate names no host as subject alternative name, and the API server looks at nothing else"
        )
    return leaf


def judge() -> None:
    """Say of the pair on standard input, on standard output, when it ends, or why it is unfit: for `fitness.apart`."""
    asked = json.load(sys.stdin)
    pair = Pair(bytes.fromhex(asked["certificate"]), bytes.fromhex(asked["key"]))
    told: tuple[str | None, str]
    try:
        told = (check(pair, datetime.fromisoformat(asked["now"])).not_valid_after_utc.isoformat(), "")
    except Unfit as unfit:
        told = (None, str(unfit))
    json.dump(told, sys.stdout)


def hosts_of(certificate: x509.Certificate) -> frozenset[str]:
    """The host names and addresses that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return frozenset()
    return frozenset(str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def is_host(text: str) -> bool:
    """Whether a certificate can be made for it."""
    try:
        return bool(_host(text))
    except ValueError:
        return False


def write(folder: Path, hosts: Sequence[str]) -> None:
    """Write ca.crt, ca.key, tls.crt and tls.key; keys are readable by their owner only. Overwrites nothing.

    Whatever ends it midway, an error or Ctrl-C, what it has made goes again, new folders too. Raises CannotWrite.
    """
    present = [name for name in FILES if os.path.lexists(folder / name)]
    if present:
        raise CannotWrite(
            f"{folder / present[0]} exists and is not overwritten; name another folder, or remove it first"
        )
    try:
        ca, leaf = make(hosts)
    except ValueError as error:
        raise CannotWrite(str(error)) from None
    texts = dict(zip(FILES, (ca.certificate, ca.key, leaf.certificate, leaf.key), strict=True))
    try:
        _write_all(folder, texts)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be written: {error.strerror}") from None


def _write_all(folder: Path, texts: Mapping[str, bytes]) -> None:
    with ExitStack() as made:  # undone from the last to the first
        for each in reversed([folder, *folder.parents]):
            if not each.exists():
                each.mkdir()
                made.callback(_remove, each.rmdir)
        for name, text in texts.items():
            mode = 0o600 if name.endswith(".key") else 0o644
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                made.callback(_remove, (folder / name).unlink)
                file.write(text)
        made.pop_all()


def _remove(how: Callable[[], object]) -> None:
    with suppress(OSError):  # why nothing was written is what is told
        how()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - CLOCK_SKEW)
        .not_valid_after(end)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        pass
    if len(text) > 253 or not _HOST_NAME.fullmatch(text):
        raise ValueError(f"{text!r} is neither a host name nor an IP address")
    return x509.DNSName(text)


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    return Pair(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )

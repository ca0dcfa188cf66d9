"""A Secret and caBundles that hold certificates of no use: a keeper mends them by itself, whatever is the matter."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from elbguard import pairs
from elbguard.cluster.authorities import is_proven, trusted
from elbguard.cluster.certificates import CertificateKeeper
from elbguard.cluster.material import Lives, Material
from elbguard.fitness import Pair
from elbguard.webhook.serving import ServingContext
from tests.support.trying import THOROUGH, thorough
from tests.unit.cluster.memory import BEGIN, KINDS, NAMES, Api, Cluster

GOOD: Final = Material.fresh(BEGIN, NAMES.hosts, Lives())
CERTIFICATES: Final = ("ca.crt", "tls.crt", "next-ca.crt", "old-ca.crt")
EC: Final = ec.generate_private_key(ec.SECP256R1())
CA: Final = (x509.BasicConstraints(ca=True, path_length=0), True)
SIGNS: Final = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
SIGNS_NOT: Final = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
ELSEWHERE: Final = x509.NameConstraints([x509.DNSName("example.com")], None)
CLIENT: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
UNKNOWN: Final = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")


def spoiled_ca(
    *extensions: tuple[x509.ExtensionType, bool],
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = EC,
    name: str = f"{pairs.CA_NAME} 1",
) -> Pair:
    """A CA, its dates good, with these extensions and no others."""
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(BEGIN - timedelta(days=1))
        .not_valid_after(BEGIN + timedelta(days=700))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Pair(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key))


def _pem(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


SPOILED: Final = {
    "RSA": spoiled_ca(CA, (SIGNS, True), key=rsa.generate_private_key(65537, 2048)),
    "a small RSA key": spoiled_ca(CA, (SIGNS, True), key=rsa.generate_private_key(65537, 1024)),  # noqa: S505 - on purpose
    "a weak curve": spoiled_ca(CA, (SIGNS, True), key=ec.generate_private_key(ec.SECP192R1())),
    "no CA": spoiled_ca((x509.BasicConstraints(ca=False, path_length=None), True)),
    "no extensions": spoiled_ca(),
    "may not sign": spoiled_ca(CA, (SIGNS_NOT, True)),
    "for clients only": spoiled_ca(CA, (SIGNS, True), (CLIENT, False)),
    "for other names": spoiled_ca(CA, (SIGNS, True), (ELSEWHERE, True)),
    "critical and unknown": spoiled_ca(CA, (SIGNS, True), (UNKNOWN, True)),
    "of another key": Pair(GOOD.ca.certificate, _pem(EC)),
    "expired": pairs.make_ca(BEGIN - timedelta(days=800), timedelta(days=730)),
    "of the hour to come": pairs.make_ca(BEGIN + timedelta(hours=1)),
    "of the years to come": pairs.make_ca(BEGIN + timedelta(days=3 * 365)),
    "no certificate": Pair(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _pem(EC)),
    "no text": Pair(b"\xff\x00", b"\xfe"),
}


def keeper(cluster: Cluster) -> tuple[CertificateKeeper, ServingContext]:
    """A keeper as the program has it, with OpenSSL's judgement of what is to be served."""
    context = ServingContext(cluster.clock)
    return CertificateKeeper(Api(cluster), NAMES, context.swap, clock=cluster.clock), context


def mended(data: dict[str, bytes | None], bundle: bytes) -> Cluster:
    """The cluster after some looks at such a Secret and such caBundles; meanwhile no caBundle trusts nobody."""
    cluster = Cluster()
    cluster.keep({key: text for key, text in data.items() if text is not None})
    for kind in KINDS:
        cluster.bundle(kind, bundle)
    mends, context = keeper(cluster)
    for _ in range(3):
        mends.turn()
        assert_of_use(cluster, [each for kind in KINDS for each in cluster.registrations[kind].bundles])

    assert mends.trouble is None
    assert mends.ready
    assert context.not_after
    assert pairs.check(cluster.material.leaf, cluster.now)
    assert cluster.trusts(cluster.material.leaf)
    return cluster


def assert_of_use(cluster: Cluster, bundles: Iterable[bytes]) -> None:
    """That each caBundle makes a strict client trust what the Secret's leaf proves."""
    for bundle in bundles:
        assert is_proven(bundle, cluster.material.leaf, NAMES.hosts[0], cluster.now)


@pytest.mark.parametrize("where", ["both", *thorough("ca", "next-ca")])
@pytest.mark.parametrize("bundled", [False, True], ids=["bundles empty", "bundles hold it"])
@pytest.mark.parametrize("ca", SPOILED.values(), ids=SPOILED)
def test_a_ca_of_no_use_is_replaced_whatever_is_the_matter(ca: Pair, bundled: bool, where: str) -> None:
    data = GOOD.data()
    for place in ("ca", "next-ca") if where == "both" else (where,):
        data |= {f"{place}.crt": ca.certificate, f"{place}.key": ca.key}
    cluster = mended(data, ca.certificate if bundled else b"")

    assert ca not in (cluster.material.ca, cluster.material.next_ca)
    assert cluster.material.ca == GOOD.ca or where != "next-ca"


@pytest.mark.parametrize("ca", SPOILED.values(), ids=SPOILED)
def test_a_next_ca_of_no_use_never_signs(ca: Pair) -> None:
    cluster = mended(GOOD.data() | {"next-ca.crt": ca.certificate, "next-ca.key": ca.key}, GOOD.bundle)
    mends, _ = keeper(cluster)
    while cluster.now < BEGIN + Lives().ca:
        cluster.now += timedelta(days=20)
        mends.turn()
        mends.turn()
        assert mends.trouble is None
        assert_of_use(cluster, cluster.registrations["validating"].bundles)

    assert cluster.material.ca not in (GOOD.ca, ca)


Change = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


def leaf_of(ca: Pair, change: Change, key: PrivateKeyTypes) -> Pair:
    """A leaf that this CA signed, changed, for another key."""
    [made] = pairs.certificates(pairs.make_leaf(ca, NAMES.hosts, BEGIN).certificate)
    builder = x509.CertificateBuilder(
        made.issuer,
        made.subject,
        key.public_key(),  # type: ignore[arg-type] # a key that can be certified
        made.serial_number,
        made.not_valid_before_utc.replace(tzinfo=None),
        made.not_valid_after_utc.replace(tzinfo=None),
    )
    signed = change(builder).sign(pairs.private_key(ca.key), hashes.SHA256())  # type: ignore[arg-type]
    return Pair(signed.public_bytes(Encoding.PEM), _pem(key))


def _names(*names: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(name) for name in names])


LEAVES: Final = {
    "for clients only": leaf_of(
        GOOD.ca, lambda b: b.add_extension(_names(*NAMES.hosts), False).add_extension(CLIENT, False), EC
    ),
    "for other hosts": leaf_of(GOOD.ca, lambda b: b.add_extension(_names("other.example.com", "no_host"), False), EC),
    "a weak key": leaf_of(
        GOOD.ca, lambda b: b.add_extension(_names(*NAMES.hosts), False), ec.generate_private_key(ec.SECP192R1())
    ),
    "critical and unknown": leaf_of(
        GOOD.ca, lambda b: b.add_extension(_names(*NAMES.hosts), False).add_extension(UNKNOWN, True), EC
    ),
    "not good yet": pairs.make_leaf(GOOD.ca, NAMES.hosts, BEGIN + timedelta(hours=1)),
    "expired": pairs.make_leaf(GOOD.ca, NAMES.hosts, BEGIN - timedelta(days=90), timedelta(days=80)),
    "of another CA": pairs.make_leaf(pairs.make_ca(BEGIN), NAMES.hosts, BEGIN),
    "of another key": replace(GOOD.leaf, key=_pem(EC)),
}


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=LEAVES)
def test_a_leaf_of_no_use_is_made_anew_by_the_same_ca(leaf: Pair) -> None:
    cluster = mended(GOOD.data() | {"tls.crt": leaf.certificate, "tls.key": leaf.key}, GOOD.bundle)

    assert cluster.material.ca == GOOD.ca
    assert cluster.material.leaf != leaf


@given(
    name=st.sampled_from(CERTIFICATES),
    bundled=st.booleans(),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=3),
)
@settings(max_examples=150 if THOROUGH else 40, deadline=None)
def test_whichever_bytes_of_a_certificate_are_wrong_it_is_mended(
    name: str, bundled: bool, changes: list[tuple[int, int]]
) -> None:
    source = GOOD.leaf if name == "tls.crt" else GOOD.ca
    der = bytearray(pairs.certificates(source.certificate)[0].public_bytes(Encoding.DER))
    for place, byte in changes:
        der[place % len(der)] = byte
    wrong = _armoured(bytes(der))
    key = {"next-ca.key": GOOD.ca.key} if name == "next-ca.crt" else {}
    mended(GOOD.data() | key | {name: wrong}, wrong if bundled else GOOD.bundle)


def _armoured(der: bytes) -> bytes:
    return ssl.DER_cert_to_PEM_cert(der).encode()


@pytest.mark.parametrize("far", [timedelta(hours=1), timedelta(days=3 * 365)], ids=str)
def test_two_rotations_that_overlap_lose_nothing_to_a_ca_of_the_future(far: timedelta) -> None:
    """One CA is about to sign, and one that signed is still trusted, when a replica of old writes a third to come."""
    cluster = Cluster()
    for kind in KINDS:
        cluster.bundle(kind, b"")
    mends, _ = keeper(cluster)
    mends.turn()
    _until(cluster, mends, lambda: cluster.material.next_ca is not None)
    _until(cluster, mends, lambda: bool(cluster.material.old))
    served = cluster.material
    future = Material.fresh(cluster.now + far, NAMES.hosts, Lives())
    spoiled = replace(future, next_ca=served.ca, old=(*served.old, future.ca.certificate))
    cluster.keep({key: text for key, text in spoiled.data().items() if text})
    for kind in KINDS:
        cluster.bundle(kind, future.ca.certificate)
    mends.turn()
    mends.turn()

    assert cluster.trusts(served.leaf)
    assert trusted(cluster.material.bundle, served.leaf)
    assert future.ca.certificate not in cluster.material.bundle
    assert mends.trouble is None


def _until(cluster: Cluster, mends: CertificateKeeper, condition: Callable[[], bool]) -> datetime:
    while not condition():
        cluster.now += timedelta(days=5)
        mends.turn()
        mends.turn()
    return cluster.now

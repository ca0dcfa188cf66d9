"""Certificate authorities as the Secret and the caBundles hold them: which can be read, which are ours, which sign."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from elbguard import pairs
from elbguard.fitness import Pair, Unfit

_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_TRIAL: Final = timedelta(hours=1)  # the life of a leaf that is made only to see whether a CA can sign


def authority(pair: Pair) -> Pair:
    """The pair, its certificate in our spelling. Raises Unfit when it is no CA of the kind that we make."""
    [certificate, *more] = pairs.certificates(pair.certificate)
    ours = not more and pairs.is_readable(certificate) and _is_ca(certificate)
    if not ours or pairs.private_key(pair.key).public_key() != certificate.public_key():
        raise Unfit("ca.crt and ca.key are no CA that elbguard made")
    return Pair(certificate.public_bytes(Encoding.PEM), pair.key)


def is_authority(pair: Pair) -> bool:
    """Whether it is a CA of the kind that we make, with its key."""
    try:
        return bool(authority(pair))
    except Unfit:
        return False


def can_sign(ca: Pair, hosts: Sequence[str], now: datetime) -> bool:
    """Whether what this CA signs is good for its hosts, tried out; one that has expired, whether it was to its end.

    A key of a kind that nobody takes any more, a CA that may not sign, or only for other names: all that shows so.
    """
    when = min(now, end(ca.certificate))
    try:
        leaf = pairs.make_leaf(ca, hosts, when, _TRIAL)
    except (Unfit, ValueError):
        return False
    return is_proven(ca.certificate, leaf, hosts[0], when)


def is_proven(bundle: bytes, leaf: Pair, host: str, now: datetime) -> bool:
    """Whether a client that trusts the bundle takes this leaf for the host's; the client is a strict one."""
    try:
        certificate = pairs.certificates(leaf.certificate)[0]
        store = Store(pairs.certificates(bundle))
        PolicyBuilder().store(store).time(now).build_server_verifier(x509.DNSName(host)).verify(certificate, [])
    except (Unfit, ValueError, VerificationError):
        return False
    return True


def trusted(bundle: bytes, leaf: Pair) -> bool:
    """Whether a caBundle holds the CA that signed this leaf."""
    try:
        certificate = pairs.certificates(leaf.certificate)[0]
        authorities = pairs.certificates(bundle)
    except Unfit:
        return False
    return any(_signed(certificate, each) for each in authorities)


def adopted(bundles: Sequence[bytes], now: datetime) -> tuple[bytes, ...]:
    """The CAs in PEM texts that replicas of ours made and that are still good.

    When a CA is lost, the new Secret goes on trusting them, until every replica has the new leaf.
    """
    found = dict.fromkeys(pem for bundle in bundles for pem in readable(bundle))
    return good([pem for pem in found if _is_ours(pem)], now)


def readable(bundle: bytes) -> list[bytes]:
    """The certificates of a PEM text that can be read, each as PEM in our spelling."""
    found = []
    for pem in _PEM.findall(bundle):
        try:
            read = pairs.certificates(pem)
        except Unfit:
            continue
        found += [certificate.public_bytes(Encoding.PEM) for certificate in read if pairs.is_readable(certificate)]
    return found


def good(authorities: Sequence[bytes], now: datetime) -> tuple[bytes, ...]:
    """Those whose dates are good."""
    return tuple(pem for pem in authorities if begun(pem, now) and end(pem) > now)


def begun(pem: bytes, now: datetime) -> bool:
    """Whether a certificate does not begin in the future."""
    return pairs.certificates(pem)[0].not_valid_before_utc <= now


def end(pem: bytes) -> datetime:
    """Until when a certificate is good."""
    return pairs.certificates(pem)[0].not_valid_after_utc


def made(pem: bytes) -> datetime:
    """When we made a certificate."""
    return pairs.certificates(pem)[0].not_valid_before_utc + pairs.CLOCK_SKEW


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_ours(pem: bytes) -> bool:
    names = pairs.certificates(pem)[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(str(name.value).startswith(pairs.CA_NAME) for name in names)


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True

"""What the Secret of the certificates holds, and what is due: values only, no clock and no network.

A CA is in the Secret, and so in the caBundle, from before it signs anything until it has expired:

    next-ca   made early, trusted for a while, signs nothing yet
    ca        signs the leaf
    old-ca    signs no more; what it signed is good until it expires

So every leaf that is good and was ever in the Secret is trusted by every later state of it, and a replica that is late,
by any time, serves a leaf that is either trusted or expired. What begins in the future, since a clock that runs ahead
has made it, is good for nobody and counts as expired.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from elbguard import pairs
from elbguard.pairs import Pair, Unfit

AUTHORITIES: Final = ("ca.crt", "next-ca.crt", "old-ca.crt")  # the keys of the Secret that hold what is trusted
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True)
class Lives:
    """How long what we make is good, and how long a new CA is trusted before it signs."""

    ca: timedelta = timedelta(days=730)
    leaf: timedelta = timedelta(days=90)
    overlap: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        if self.ca < 5 * self.leaf or self.leaf < 3 * self.overlap:
            raise ValueError("a CA must live for five leaves at least, and a leaf for three overlaps")


@dataclass(frozen=True)
class Material:
    """All that the Secret holds. The leaf may be anything: what is not fit is due."""

    ca: Pair
    leaf: Pair
    next_ca: Pair | None = None
    old: tuple[bytes, ...] = ()  # certificates, PEM

    @classmethod
    def fresh(
        cls,
        now: datetime,
        hosts: Sequence[str],
        lives: Lives,
        old: tuple[bytes, ...] = (),
        begin: datetime | None = None,
    ) -> Self:
        """A new CA and a leaf of it, dates as of `pairs.make_ca`; `old` is what is to be trusted besides."""
        ca = pairs.make_ca(now, lives.ca, begin)
        return cls(ca, pairs.make_leaf(ca, hosts, now, lives.leaf, begin), None, old)

    @classmethod
    def parse(cls, data: Mapping[str, bytes]) -> Self:
        """Read a Secret. Raises Unfit when its CA cannot be used; anything else that is garbled counts as not there."""
        next_ca = Pair(data.get("next-ca.crt", b""), data.get("next-ca.key", b""))
        return cls(
            _authority(Pair(data.get("ca.crt", b""), data.get("ca.key", b""))),
            Pair(data.get("tls.crt", b""), data.get("tls.key", b"")),
            next_ca if _is_authority(next_ca) else None,
            tuple(_readable(data.get("old-ca.crt", b""))),
        )

    def check(self, now: datetime) -> None:
        """Raises Unfit when nothing that the CA signs is good, as it begins in the future."""
        if not _begun(self.ca.certificate, now):
            begin = pairs.certificates(self.ca.certificate)[0].not_valid_before_utc
            raise Unfit(f"its CA is not good before {begin:%Y-%m-%d %H:%M:%S} UTC; a clock that ran ahead has made it")

    def data(self) -> dict[str, bytes | None]:
        """The keys to write to the Secret; None is to be removed."""
        return {
            "ca.crt": self.ca.certificate,
            "ca.key": self.ca.key,
            "tls.crt": self.leaf.certificate,
            "tls.key": self.leaf.key,
            "next-ca.crt": self.next_ca.certificate if self.next_ca else None,
            "next-ca.key": self.next_ca.key if self.next_ca else None,
            "old-ca.crt": b"".join(self.old) or None,
        }

    @property
    def bundle(self) -> bytes:
        """The caBundle: every CA, PEM."""
        return b"".join([self.ca.certificate, *([self.next_ca.certificate] if self.next_ca else []), *self.old])

    def advanced(
        self,
        now: datetime,
        hosts: Sequence[str],
        lives: Lives,
        bundles: Sequence[bytes],
        begin: datetime | None = None,
    ) -> Self:
        """What should be in the Secret now, after `check`; itself if nothing is due.

        `bundles` are the caBundles as they are; dates are as of `pairs.make_ca`.
        """
        next_ca = self.next_ca if self.next_ca and _begun(self.next_ca.certificate, now) else None
        ahead = replace(self, next_ca=next_ca, old=_good(self.old, now))
        last = ahead.next_ca or ahead.ca  # both have ended soon where nobody looked for long
        if _end(last.certificate) - now < 2 * lives.leaf:
            ahead = replace(ahead, next_ca=pairs.make_ca(now, lives.ca, begin))
        if ahead.next_ca and ahead._may_promote(ahead.next_ca, now, lives, bundles):
            leaf = pairs.make_leaf(ahead.next_ca, hosts, now, lives.leaf, begin)
            old = _good([ahead.ca.certificate, *ahead.old], now)
            return replace(ahead, ca=ahead.next_ca, leaf=leaf, next_ca=None, old=old)
        also = ahead._hosts_wanted(now, hosts, lives)
        return replace(ahead, leaf=pairs.make_leaf(ahead.ca, also, now, lives.leaf, begin)) if also else ahead

    def _may_promote(self, next_ca: Pair, now: datetime, lives: Lives, bundles: Sequence[bytes]) -> bool:
        """Whether the next CA may sign: everybody has trusted it for a while, or there is nothing to lose."""
        end, made = _end(self.ca.certificate), _made(next_ca.certificate)
        if end <= now:
            return True
        wait = min(lives.overlap, (end - made) / 2)
        return now >= made + wait and all(next_ca.certificate in bundle for bundle in bundles)

    def _hosts_wanted(self, now: datetime, hosts: Sequence[str], lives: Lives) -> Sequence[str]:
        """The hosts of the leaf that is due, none if the present one is fine.

        A host that is missing is added to those present: replicas with different flags must not renew in turns.
        """
        try:
            leaf = pairs.check(self.leaf, now)
            if not trusted(self.bundle, self.leaf):
                return hosts
        except Unfit:
            return hosts
        present = pairs.hosts_of(leaf)
        if not present.issuperset(hosts):
            return [*hosts, *sorted(present.difference(hosts))]
        made, end = leaf.not_valid_before_utc + pairs.CLOCK_SKEW, leaf.not_valid_after_utc
        gains = min(now + lives.leaf, _end(self.ca.certificate)) > end
        return hosts if gains and now >= made + (end - made) * 2 / 3 else ()


def trusted(bundle: bytes, leaf: Pair) -> bool:
    """Whether a caBundle holds the CA that signed this leaf."""
    try:
        certificate = pairs.certificates(leaf.certificate)[0]
        authorities = pairs.certificates(bundle)
    except Unfit:
        return False
    return any(_signed(certificate, authority) for authority in authorities)


def adopted(bundles: Sequence[bytes], now: datetime) -> tuple[bytes, ...]:
    """The CAs in PEM texts that replicas of ours made and that are still good.

    When a CA is lost, the new Secret goes on trusting them, until every replica has the new leaf.
    """
    found = dict.fromkeys(pem for bundle in bundles for pem in _readable(bundle))
    return _good([pem for pem in found if _is_ours(pem)], now)


def _is_ours(pem: bytes) -> bool:
    names = pairs.certificates(pem)[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(str(name.value).startswith(pairs.CA_NAME) for name in names)


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _authority(pair: Pair) -> Pair:
    """The pair, its certificate in our spelling. Raises Unfit when it is no CA of the kind that we make."""
    [certificate, *more] = pairs.certificates(pair.certificate)
    try:
        is_ca = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        is_ca = False
    if more or not is_ca or pairs.private_key(pair.key).public_key() != certificate.public_key():
        raise Unfit("ca.crt and ca.key are no CA that elbguard made")
    return Pair(certificate.public_bytes(Encoding.PEM), pair.key)


def _is_authority(pair: Pair) -> bool:
    try:
        return bool(_authority(pair))
    except Unfit:
        return False


def _readable(bundle: bytes) -> list[bytes]:
    """The certificates of a PEM text that can be read, each as PEM in our spelling."""
    found = []
    for pem in _PEM.findall(bundle):
        try:
            found += [certificate.public_bytes(Encoding.PEM) for certificate in pairs.certificates(pem)]
        except Unfit:
            continue
    return found


def _good(authorities: Sequence[bytes], now: datetime) -> tuple[bytes, ...]:
    """Those whose dates are good."""
    return tuple(pem for pem in authorities if _begun(pem, now) and _end(pem) > now)


def _begun(pem: bytes, now: datetime) -> bool:
    return pairs.certificates(pem)[0].not_valid_before_utc <= now


def _end(pem: bytes) -> datetime:
    return pairs.certificates(pem)[0].not_valid_after_utc


def _made(pem: bytes) -> datetime:
    return pairs.certificates(pem)[0].not_valid_before_utc + pairs.CLOCK_SKEW

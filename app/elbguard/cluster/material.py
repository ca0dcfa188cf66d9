"""What the Secret of the certificates holds, and what is due: values only, no clock and no network.

A CA is in the Secret, and so in the caBundle, from before it signs anything until it has expired:

    next-ca   made early, trusted for a while, signs nothing yet
    ca        signs the leaf
    old-ca    signs no more; what it signed is good until it expires

So every leaf that is good and was ever in the Secret is trusted by every later state of it, and a replica that is late,
by any time, serves a leaf that is either trusted or expired. What begins in the future, since a clock that runs ahead
has made it, is good for nobody and counts as expired.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from elbguard import pairs
from elbguard.cluster import authorities
from elbguard.fitness import Pair, Unfit

AUTHORITIES: Final = ("ca.crt", "next-ca.crt", "old-ca.crt")  # the keys of the Secret that hold what is trusted


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
            authorities.authority(Pair(data.get("ca.crt", b""), data.get("ca.key", b""))),
            Pair(data.get("tls.crt", b""), data.get("tls.key", b"")),
            next_ca if authorities.is_authority(next_ca) else None,
            tuple(authorities.readable(data.get("old-ca.crt", b""))),
        )

    def check(self, now: datetime, hosts: Sequence[str]) -> None:
        """Raises Unfit when nothing that the CA signs is good: it begins in the future, or nobody would take it."""
        if not authorities.begun(self.ca.certificate, now):
            begin = pairs.certificates(self.ca.certificate)[0].not_valid_before_utc
            raise Unfit(f"its CA is not good before {begin:%Y-%m-%d %H:%M:%S} UTC; a clock that ran ahead has made it")
        if not authorities.can_sign(self.ca, hosts, now):
            raise Unfit("what its CA signs is not good for the hosts of the webhook")

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
        ahead = replace(self, next_ca=self._next_wanted(now, hosts), old=authorities.good(self.old, now))
        last = ahead.next_ca or ahead.ca  # both have ended soon where nobody looked for long
        if authorities.end(last.certificate) - now < 2 * lives.leaf:
            ahead = replace(ahead, next_ca=pairs.make_ca(now, lives.ca, begin))
        if ahead.next_ca and ahead._may_promote(ahead.next_ca, now, lives, bundles):
            leaf = pairs.make_leaf(ahead.next_ca, hosts, now, lives.leaf, begin)
            old = authorities.good([ahead.ca.certificate, *ahead.old], now)
            return replace(ahead, ca=ahead.next_ca, leaf=leaf, next_ca=None, old=old)
        also = ahead._hosts_wanted(now, hosts, lives)
        return replace(ahead, leaf=pairs.make_leaf(ahead.ca, also, now, lives.leaf, begin)) if also else ahead

    def _next_wanted(self, now: datetime, hosts: Sequence[str]) -> Pair | None:
        """The next CA, if it is of use."""
        found = self.next_ca
        of_use = found and authorities.begun(found.certificate, now) and authorities.can_sign(found, hosts, now)
        return found if of_use else None

    def _may_promote(self, next_ca: Pair, now: datetime, lives: Lives, bundles: Sequence[bytes]) -> bool:
        """Whether the next CA may sign: everybody has trusted it for a while, or there is nothing to lose."""
        end, made = authorities.end(self.ca.certificate), authorities.made(next_ca.certificate)
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
        except Unfit:
            return hosts
        present = pairs.hosts_of(leaf)
        if not present.issuperset(hosts) and authorities.trusted(self.bundle, self.leaf):
            return [*hosts, *filter(pairs.is_host, sorted(present.difference(hosts)))]
        if not authorities.is_proven(self.bundle, self.leaf, hosts[0], now):
            return hosts
        made, end = leaf.not_valid_before_utc + pairs.CLOCK_SKEW, leaf.not_valid_after_utc
        gains = min(now + lives.leaf, authorities.end(self.ca.certificate)) > end
        return hosts if gains and now >= made + (end - made) * 2 / 3 else ()

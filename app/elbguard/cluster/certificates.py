"""Certificates without a human: every replica runs a keeper, and they agree through one Secret, without a leader.

One look at the cluster is: read the webhook configurations, read the Secret, advance it if something is due, repair the
caBundles, and serve the leaf if all of them trust it. The order is what makes any number of keepers safe at any pace:
a caBundle is written only if nobody wrote one since before the Secret was read, so a late keeper never takes away a CA
that somebody has meanwhile found there and relies on.

All is judged by the API server's clock, which judges us. A keeper whose own clock disagrees with it writes nothing.
"""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from elbguard import pairs
from elbguard.cluster.api import CertificateApi, Kind, NoSecret, Registration, Secret
from elbguard.cluster.asking import ApiError, Conflict, NotFound
from elbguard.cluster.authorities import adopted, trusted
from elbguard.cluster.clocks import Clocks, Moment
from elbguard.cluster.material import AUTHORITIES, Lives, Material
from elbguard.fitness import Pair, Unfit

LOG: Final = logging.getLogger("elbguard.certificates")
INTERVAL: Final = 10.0  # seconds between two looks, and up to half as much again so that replicas spread
LONGEST: Final = 30.0  # seconds between two tries while the API server is away
_FIRST: Final = 0.25  # seconds before the first try after a failure; doubles
_JITTER: Final = random.Random()  # noqa: S311 - spreads requests, guards nothing


@dataclass(frozen=True)
class Whereabouts:
    """Where things are: the Secret and Service in their namespace, the two webhook configurations, further hosts."""

    namespace: str
    secret: str
    service: str
    mutating: str
    validating: str
    further_hosts: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        """What the certificate is for: the Service's names, and what else was given."""
        name = f"{self.service}.{self.namespace}"
        return (f"{name}.svc", f"{name}.svc.cluster.local", name, *map(_canonical, self.further_hosts))


class CertificateKeeper:
    """Keeps a certificate served that the webhook configurations trust.

    `swap` serves a pair that is good at a time, or says why not and raises Unfit (`ServingContext.swap`); `clock` gives
    the time of this machine, UTC. `count` is told what happened: `renewed` (the Secret was written), `repaired` (a
    caBundle was), `served`, `conflict` (another replica was faster), `unavailable` (the API server), `error` (a fault
    of ours).
    """

    def __init__(
        self,
        api: CertificateApi,
        names: Whereabouts,
        swap: Callable[[Pair, datetime], None],
        *,
        clock: Callable[[], datetime],
        count: Callable[[str], None] = lambda event: None,
        lives: Lives | None = None,
        interval: float = INTERVAL,
    ) -> None:
        self._api, self._names, self._swap, self._count = api, names, swap, count
        self._clocks = Clocks(clock, api.now)
        self._lives = lives or Lives()
        self._interval = interval
        self._served: Pair | None = None
        self._candidate: Pair | None = None
        self._trusted = b""  # the caBundle with which all was well
        self._failures = 0
        self._trouble: str | None = "the cluster has not been asked yet"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="certificate-keeper", daemon=True)

    @property
    def ready(self) -> bool:
        """Whether a certificate was served that every webhook configuration trusted; stays so ever after."""
        return self._served is not None

    @property
    def trouble(self) -> str | None:
        """Why the last look did not end well, one sentence; None if it did."""
        return self._clocks.disagreement or self._trouble

    @property
    def disagreement(self) -> str:
        """Why this replica is not to be asked whatever it serves: clocks disagree. One sentence, or nothing."""
        return self._clocks.disagreement

    def start(self) -> None:
        """Keep certificates from now on, in a thread of its own that no failure ends."""
        self._thread.start()

    def stop(self, wait: float = 0.0) -> None:
        """Begin nothing new, and wait so many seconds for what is going on, which ends by itself."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(wait)

    def turn(self) -> float:
        """Look once and raise nothing. Returns after how many seconds to look again."""
        try:
            self.look()
        except Conflict:
            self._count("conflict")
            return self._backoff()
        except ApiError as error:
            self._count("unavailable")
            self._clocks.compare()  # one that is set meanwhile shows all the same
            asked = "" if isinstance(error, NoSecret) else "the API server cannot be asked about certificates: "
            self._say(f"{asked}{error}")
            return self._backoff()
        except Unfit as unfit:
            self._trouble = f"the certificate in the Secret is not served: {unfit}"  # and `swap` has said so
            self._clocks.looked()
        except Exception as error:
            self._count("error")
            self._trouble = f"keeping certificates failed: {type(error).__name__}"
            LOG.exception("keeping certificates failed; what is served stays, and it is tried again")
            return self._backoff()
        self._failures = 0
        return self._interval * _JITTER.uniform(1, 1.5)

    def look(self) -> None:
        """Look once. Raises ApiError, Unfit."""
        registrations = self._registrations()  # before the Secret: see above
        material = self._material([bundle for each in registrations for bundle in each.bundles])
        if material:
            if self._repair(registrations, material.bundle):
                registrations = self._registrations()
            self._serve(material, [bundle for each in registrations for bundle in each.bundles])
        self._clocks.looked()

    def _registrations(self) -> list[Registration]:
        """Those webhook configurations that exist; who installs may create them later."""
        names: dict[Kind, str] = {"mutating": self._names.mutating, "validating": self._names.validating}
        found = []
        for kind, name in names.items():
            try:
                found.append(self._api.read_registration(kind, name))
            except NotFound:
                continue
        return found

    def _material(self, bundles: list[bytes]) -> Material | None:
        """What is in the Secret, after all that is due; None if that is of no use, and our clock is wrong."""
        place = (self._names.namespace, self._names.secret)
        try:
            secret = self._api.read_secret(*place)
        except NotFound:
            secret = None
        when = self._clocks.moment()  # after reading: what another replica has just made is not of the future
        found = self._found(secret, when.now) if secret else None
        if self._clocks.disagreement:
            return found
        due = self._due(found, secret, bundles, when)
        if due == found:
            return found
        if secret:
            self._api.replace_secret(*place, due.data(), secret.version)
        else:
            self._api.create_secret(*place, {key: text for key, text in due.data().items() if text is not None})
        self._renewed("renewed what was due" if secret else "made a CA and a certificate")
        return due

    def _found(self, secret: Secret, now: datetime) -> Material | None:
        """The content of the Secret; None if a CA has to be made anew."""
        try:
            found = Material.parse(secret.data)
            found.check(now, self._names.hosts)
        except Unfit as unfit:
            if any(key in secret.data for key in ("ca.crt", "ca.key")):
                self._say(f"the Secret {self._names.namespace}/{self._names.secret} is of no use: {unfit}")
            return None
        return found

    def _due(self, found: Material | None, secret: Secret | None, bundles: list[bytes], when: Moment) -> Material:
        """What should be in the Secret at this moment."""
        if found:
            return found.advanced(when.now, self._names.hosts, self._lives, bundles, when.begin)
        stored = [secret.data.get(key, b"") for key in AUTHORITIES] if secret else []
        old = adopted([*bundles, *stored, self._trusted], when.now)
        return Material.fresh(when.now, self._names.hosts, self._lives, old, when.begin)

    def _renewed(self, what: str) -> None:
        self._count("renewed")
        LOG.info("%s, in the Secret %s/%s", what, self._names.namespace, self._names.secret)

    def _repair(self, registrations: list[Registration], bundle: bytes) -> bool:
        """Give every webhook configuration this caBundle, if our clock is right. Returns whether one had another."""
        self._clocks.compare()
        if self._clocks.disagreement:
            return False
        wrong = [each for each in registrations if any(found != bundle for found in each.bundles)]
        for each in wrong:
            self._api.patch_bundles(each, bundle)
            self._count("repaired")
            LOG.info("gave the %s webhook configuration %s its caBundle", each.kind, each.name)
        return bool(wrong)

    def _serve(self, material: Material, bundles: list[bytes]) -> None:
        """Serve a leaf that all trust: at once if what is served is of no use, else if the look before saw it too.

        That leaves the other API servers of the control plane the time to take the caBundle in. A replica whose clock
        is wrong serves as well: all is in order as soon as its clock is.
        """
        leaf, now = material.leaf, self._clocks.moment().now
        if not all(trusted(bundle, leaf) for bundle in bundles):
            self._candidate = None
            self._say("a webhook configuration does not trust the certificate yet")
            return
        if leaf != self._served:
            if self._served and self._candidate != leaf and _is_good(self._served, now, bundles):
                self._candidate = leaf
                return
            self._swap(leaf, now)
            self._served = leaf
            self._count("served")
        if self._trouble is not None and self._failures:
            LOG.info("the API server answers again; certificates are in order")
        self._trouble, self._trusted = None, material.bundle

    def _run(self) -> None:
        delay = 0.0
        while not self._stopping.wait(delay):
            delay = self.turn()

    def _backoff(self) -> float:
        self._failures += 1
        return min(LONGEST, _FIRST * 2.0 ** min(self._failures, 10)) * _JITTER.uniform(0.5, 1)

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            LOG.warning("%s", trouble)
        self._trouble = trouble


def _is_good(pair: Pair, now: datetime, bundles: list[bytes]) -> bool:
    try:
        pairs.check(pair, now)
    except Unfit:
        return False
    return all(trusted(bundle, pair) for bundle in bundles)


def _canonical(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        return host

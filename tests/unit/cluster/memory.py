"""A cluster made of memory, that honours resourceVersion and has a time of its own, and keepers led by the hand."""

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from elbguard import pairs
from elbguard.cluster.api import Kind, Registration, Secret, Unavailable
from elbguard.cluster.asking import Conflict, NotFound
from elbguard.cluster.authorities import trusted
from elbguard.cluster.certificates import CertificateKeeper, Whereabouts
from elbguard.cluster.material import Lives, Material
from elbguard.fitness import Pair

NAMES = Whereabouts("guard", "elbguard-tls", "elbguard", "elbguard", "elbguard")
KINDS: tuple[Kind, ...] = ("mutating", "validating")
BEGIN = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Cluster:
    """What the API server stores, and the time. Honours resourceVersion as it does."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.says_when = True  # as the Date of its answers
        self.away = False
        self.secret: Secret | None = None
        self.registrations: dict[Kind, Registration] = {}
        self.tampered: set[Kind] = set()  # since a keeper last wrote them
        self._versions = map(str, itertools.count(1))

    def clock(self) -> datetime:
        """The time, which tests set."""
        return self.now

    def keep(self, data: Mapping[str, bytes]) -> Secret:
        """Store the Secret."""
        self.secret = Secret(dict(data), next(self._versions))
        return self.secret

    def bundle(self, kind: Kind, *bundles: bytes, tampered: bool = True) -> None:
        """Write the caBundles of a configuration, as somebody else than a keeper unless told so."""
        self.registrations[kind] = Registration(kind, NAMES.mutating, bundles, next(self._versions))
        (self.tampered.add if tampered else self.tampered.discard)(kind)

    def trusts(self, leaf: Pair, kinds: Iterable[Kind] = KINDS) -> bool:
        """Whether all the configurations of these kinds that exist trust a leaf."""
        found = [self.registrations[kind] for kind in kinds if kind in self.registrations]
        return all(trusted(bundle, leaf) for each in found for bundle in each.bundles)

    @property
    def material(self) -> Material:
        """The content of the Secret."""
        assert self.secret
        return Material.parse(self.secret.data)


class Api:
    """The calls of one keeper; `gate` is passed before each, so that others can be let through first."""

    def __init__(self, cluster: Cluster, gate: Callable[[], None] = lambda: None) -> None:
        self.cluster, self._gate = cluster, gate
        self.skew = timedelta()  # by which the API server that answers is ahead of the cluster's time
        self.wrote = 0  # times

    def _arrive(self) -> None:
        self._gate()
        if self.cluster.away:
            raise Unavailable("no answer")

    def now(self) -> datetime | None:
        """See CertificateApi."""
        return self.cluster.now + self.skew if self.cluster.says_when else None

    def read_secret(self, namespace: str, name: str) -> Secret:
        """See CertificateApi."""
        self._arrive()
        if self.cluster.secret is None or (namespace, name) != (NAMES.namespace, NAMES.secret):
            raise NotFound(name)
        return self.cluster.secret

    def create_secret(self, namespace: str, name: str, data: Mapping[str, bytes]) -> Secret:
        """See CertificateApi."""
        self._arrive()
        if self.cluster.secret:
            raise Conflict(f"{namespace}/{name} exists")
        self.wrote += 1
        return self.cluster.keep(data)

    def replace_secret(self, namespace: str, name: str, data: Mapping[str, bytes | None], version: str) -> Secret:
        """See CertificateApi."""
        self._arrive()
        if self.cluster.secret is None:
            raise NotFound(f"{namespace}/{name}")
        if self.cluster.secret.version != version:
            raise Conflict(name)
        self.wrote += 1
        merged = {**self.cluster.secret.data, **data}
        return self.cluster.keep({key: text for key, text in merged.items() if text is not None})

    def read_registration(self, kind: Kind, name: str) -> Registration:
        """See CertificateApi."""
        self._arrive()
        if kind not in self.cluster.registrations:
            raise NotFound(name)
        return self.cluster.registrations[kind]

    def patch_bundles(self, registration: Registration, bundle: bytes) -> None:
        """See CertificateApi."""
        self._arrive()
        kind = registration.kind
        if kind not in self.cluster.registrations:
            raise NotFound(registration.name)
        if self.cluster.registrations[kind].version != registration.version:
            raise Conflict(registration.name)
        self.wrote += 1
        self.cluster.bundle(kind, *(bundle for _ in registration.bundles), tampered=False)


class _Ended(BaseException):
    """Unwinds a keeper at the end of a test."""


class Puppet:
    """A keeper that goes on to its next call, and no further, when it is told to."""

    def __init__(self, cluster: Cluster, lives: Lives) -> None:
        self.cluster = cluster
        self.ahead = timedelta()  # of the cluster's time, by its own clock
        self.served: Pair | None = None
        self.events: list[str] = []
        self.idle = True
        self._go, self._arrived = threading.Semaphore(0), threading.Semaphore(0)
        self._ended = False
        self.api = Api(cluster, self._gate)
        self.keeper = CertificateKeeper(
            self.api, NAMES, self._swap, clock=self.clock, count=self.events.append, lives=lives
        )
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def clock(self) -> datetime:
        """Its own time."""
        return self.cluster.now + self.ahead

    def advance(self) -> None:
        """Let it make one call, or begin to look."""
        self._go.release()
        self._arrived.acquire()

    def finish(self) -> None:
        """Let it end the look it is at, or look once."""
        self.advance()
        while not self.idle:
            self.advance()

    def end(self) -> None:
        """End it where it stands."""
        self._ended = True
        self._go.release()
        self._thread.join()

    def _live(self) -> None:
        try:
            while True:
                self._wait()
                self.idle = False
                self.keeper.turn()
                self.idle = True
                self._arrived.release()
        except _Ended:
            return

    def _wait(self) -> None:
        self._go.acquire()
        if self._ended:
            raise _Ended

    def _gate(self) -> None:
        self._arrived.release()
        self._wait()

    def _swap(self, pair: Pair, now: datetime) -> None:
        self._gate()
        pairs.check(pair, now)
        self.served = pair

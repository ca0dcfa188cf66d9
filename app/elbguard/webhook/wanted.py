"""How to serve: what is wanted of a server, and what runs in its background."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from elbguard.fitness import Pair
from elbguard.webhook import logs
from elbguard.webhook.connections import Limits
from elbguard.webhook.recording import Record
from elbguard.webhook.server import MOST_IN_FLIGHT
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.facts import Cluster


class Keeper(Protocol):
    """Something that keeps certificates in the background."""

    @property
    def ready(self) -> bool:
        """Whether a certificate is served that the API server trusts."""

    @property
    def disagreement(self) -> str:
        """Why we are not to be asked though one is served, one sentence, or nothing."""

    def start(self) -> None:
        """Begin, in a thread."""

    def stop(self) -> None:
        """Begin nothing new."""


class Facts(Protocol):
    """The cluster, observed in the background."""

    def current(self) -> Cluster:
        """The facts of this moment."""

    def ages(self) -> Mapping[str, float]:
        """Seconds since each was seen."""

    def start(self) -> None:
        """Begin, in threads."""

    def stop(self) -> None:
        """End the threads."""


class Neighbourhood(Protocol):
    """The other objects of the cluster, observed in the background."""

    def current(self) -> Sequence[Neighbours]:
        """What is known of them at this moment."""

    def start(self) -> None:
        """Begin, in threads."""

    def stop(self) -> None:
        """End the threads."""


KeeperFactory = Callable[[Callable[[Pair, datetime], None]], Keeper]


@dataclass(frozen=True)
class Serve:
    """How to serve: where to listen, where the certificate comes from, and how to behave.

    The certificate is in PEM files, or kept by what `keeper` makes, given a function that serves a pair
    that is good at a time.
    `drain_seconds` is how long the server goes on answering after SIGTERM. `config` is the settings' file, followed
    while the server runs, and `given` what flags and environment put above it. `limits` bound the connections.
    Reviews are written to the file `record`, of which there are `record_size` MiB at most.
    """

    host: str
    port: int
    tls_cert: Path | None = None
    tls_key: Path | None = None
    keeper: KeeperFactory | None = None
    facts: Facts | None = None
    beside: Neighbourhood | None = None
    workers: int = 1
    drain_seconds: float = 12.0
    max_in_flight: int = MOST_IN_FLIGHT
    log_format: logs.Form = "text"
    log_level: str = "info"
    config: Path | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    record: Path | None = None
    record_size: int = 100

    @property
    def recording(self) -> Record | None:
        """Where to record what is asked, and how much of it."""
        return Record(self.record, self.record_size * 1024 * 1024) if self.record else None


class CannotServe(Exception):
    """The server cannot start; one sentence says why and what to do."""

"""The few calls to the API server that certificates need, as plain values; the adapter is in certificate_api."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from elbguard.cluster.asking import ApiError

Kind = Literal["mutating", "validating"]


class Unavailable(ApiError):
    """The API server cannot be reached, is not well, or does not let us; one sentence says why."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(0, text)
        self.status = status


class NoSecret(Unavailable):
    """The Secret of the certificates is missing, and we may not create it; one sentence says what to do."""


@dataclass(frozen=True)
class Secret:
    """The content of a Secret, decoded, and its resourceVersion."""

    data: Mapping[str, bytes] = field(repr=False)
    version: str


@dataclass(frozen=True)
class Registration:
    """A webhook configuration: the caBundle of each of its webhooks (PEM, empty if unset) and its resourceVersion."""

    kind: Kind
    name: str
    bundles: tuple[bytes, ...]
    version: str


class CertificateApi(Protocol):
    """What the keeper of certificates asks of the API server. Each call returns within seconds or raises ApiError.

    Whoever writes gives the version read before, and gets Conflict if the object is not that one any more.
    """

    def now(self) -> datetime | None:
        """The API server's time, UTC, by its latest answer; None if that did not say. Asks nothing."""
        ...

    def read_secret(self, namespace: str, name: str) -> Secret:
        """Raises NotFound, Unavailable."""
        ...

    def create_secret(self, namespace: str, name: str, data: Mapping[str, bytes]) -> Secret:
        """Raises Conflict if there is one by now, NoSecret if that is not allowed, Unavailable."""
        ...

    def replace_secret(self, namespace: str, name: str, data: Mapping[str, bytes | None], version: str) -> Secret:
        """Set these keys, remove those with None, let others be. Raises Conflict, NotFound, Unavailable."""
        ...

    def read_registration(self, kind: Kind, name: str) -> Registration:
        """Raises NotFound, Unavailable."""
        ...

    def patch_bundles(self, registration: Registration, bundle: bytes) -> None:
        """Give all its webhooks this caBundle and touch nothing else. Raises Conflict, NotFound, Unavailable."""
        ...

"""PolicyReports kept in a cluster: one for each namespace with LoadBalancer Services, and none that is out of date.

Only what carries our label is touched. A report whose content has not changed is not written again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from elbguard.audit.examining import Examined
from elbguard.audit.policy_report import DIGEST, LABELS, NAME, NamespaceReport
from elbguard.cluster.asking import Api, ApiError, Conflict, NotFound, at
from elbguard.cluster.paging import pages, within

_OURS: Final = "app.kubernetes.io/managed-by"
_METADATA: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_TERMINATING: Final = "because it is being terminated"
_SELECTED: Final[Mapping[str, str]] = {"labelSelector": f"{_OURS}={LABELS[_OURS]}"}


class Server(Api, Protocol):
    """An API server that can be written to."""

    def get(self, path: str, query: Mapping[str, str], accept: str = ...) -> Any:
        """See Api; `accept` is the form of the answer. Raises ApiError."""

    def send(self, method: str, path: str, body: Any, content_type: str = ...) -> Any:
        """Write something. Raises ApiError, Conflict, NotFound."""


@dataclass(frozen=True, slots=True)
class Served:
    """A kind of report that the cluster knows."""

    version: str
    kind: str
    plural: str

    def path(self, namespace: str = "", name: str = "") -> str:
        """Where such reports are."""
        return f"/apis/{self.version}{within(namespace)}/{self.plural}" + (f"/{name}" if name else "")

    @property
    def resource(self) -> str:
        """As kubectl names it."""
        return f"{self.plural}.{self.version.partition('/')[0]}"


KINDS: Final = (
    Served("wgpolicyk8s.io/v1alpha2", "PolicyReport", "policyreports"),
    Served("openreports.io/v1alpha1", "Report", "reports"),
)


def served(api: Api) -> tuple[Served, ...]:
    """The kinds of report that the cluster knows, by its discovery. Raises ApiError."""
    return tuple(kind for kind in KINDS if _knows(api, kind))


def _knows(api: Api, kind: Served) -> bool:
    try:
        found = at(api.get(f"/apis/{kind.version}", {}), "resources")
    except NotFound:
        return False
    return any(at(each, "name") == kind.plural for each in found if isinstance(found, list))


class CannotPublish(Exception):
    """A report could not be written; `error` is the API server's."""

    def __init__(self, kind: Served, namespace: str, error: ApiError) -> None:
        super().__init__(str(error))
        self.kind, self.namespace, self.error = kind, namespace, error


@dataclass(slots=True)
class Done:
    """What was done to reports."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    foreign: list[str] = field(default_factory=list)  # namespaces with a report of our name that is not ours


@dataclass(frozen=True, slots=True)
class _Known:
    """A report of ours that is there."""

    version: str
    digest: str


class Publisher:
    """Hears of Services as they are examined, and writes a namespace's reports as soon as its last one has come.

    Services come by namespace. One that comes when its namespace has been written already waits for the next audit.
    """

    def __init__(self, api: Server, kinds: tuple[Served, ...], namespace: str = "") -> None:
        self._api, self.kinds = api, kinds
        self._known = {kind: self._there(kind, namespace) for kind in kinds}
        self._open: NamespaceReport | None = None
        self._closed: set[str] = set()
        self.done = Done()

    def heard(self, raw: Mapping[str, Any], examined: Examined) -> None:
        """A Service has been examined. Raises CannotPublish."""
        namespace = examined.resource.namespace
        if self._open and self._open.namespace != namespace:
            self._close()
        said = examined.entries or examined.troubles
        if not (examined.is_load_balancer or said) or namespace in self._closed:
            return
        self._open = self._open or NamespaceReport(namespace)
        self._open.add(raw, examined.entries, len(examined.troubles))

    def ended(self) -> None:
        """All Services have come: what is left of namespaces without any is out of date. Raises CannotPublish."""
        self._close()
        for kind, known in self._known.items():
            for namespace in known.keys() - self._closed:
                self._remove(kind, namespace, known[namespace])

    def _there(self, kind: Served, namespace: str) -> dict[str, _Known]:
        """Our reports by namespace; of each only what is needed to know it again."""
        try:
            return dict(self._ours(kind, namespace))
        except ApiError as error:
            raise CannotPublish(kind, namespace, error) from None

    def _ours(self, kind: Served, namespace: str) -> Iterator[tuple[str, _Known]]:
        get = partial(self._api.get, accept=_METADATA)
        for page in pages(get, kind.path(namespace), _SELECTED):
            for item in page.items:
                if at(item, "metadata", "name") == NAME:
                    digest = at(item, "metadata", "annotations", DIGEST)
                    version = str(at(item, "metadata", "resourceVersion"))
                    yield str(at(item, "metadata", "namespace")), _Known(version, str(digest))

    def _close(self) -> None:
        report, self._open = self._open, None
        if report is None:
            return
        self._closed.add(report.namespace)
        for kind in self.kinds:
            try:
                self._write(kind, report)
            except ApiError as error:
                raise CannotPublish(kind, report.namespace, error) from None

    def _write(self, kind: Served, report: NamespaceReport) -> None:
        body = report.body(kind.kind, kind.version)
        known = self._known[kind].get(report.namespace)
        if known and known.digest == body["metadata"]["annotations"][DIGEST]:
            self.done.unchanged += 1
            return
        if known is None:
            self._create(kind, report.namespace, body)
            return
        try:
            self._replace(kind, report.namespace, body, known.version)
        except NotFound:
            self._create(kind, report.namespace, body)
        except Conflict:  # somebody wrote it since it was listed: it is made from what is there now, so it wins
            there = self._api.get(kind.path(report.namespace, NAME), {})
            self._replace(kind, report.namespace, body, str(at(there, "metadata", "resourceVersion")))

    def _create(self, kind: Served, namespace: str, body: Mapping[str, Any]) -> None:
        try:
            self._api.send("POST", kind.path(namespace), body)
            self.done.written += 1
        except Conflict:
            self.done.foreign.append(namespace)
        except NotFound:  # the namespace has gone
            return
        except ApiError as error:
            if _TERMINATING not in error.text:  # the namespace is going
                raise

    def _replace(self, kind: Served, namespace: str, body: dict[str, Any], version: str) -> None:
        metadata = {**body["metadata"], "resourceVersion": version}
        self._api.send("PUT", kind.path(namespace, NAME), {**body, "metadata": metadata})
        self.done.written += 1

    def _remove(self, kind: Served, namespace: str, known: _Known) -> None:
        try:
            only = {"preconditions": {"resourceVersion": known.version}}
            self._api.send("DELETE", kind.path(namespace, NAME), only)
            self.done.removed += 1
        except (Conflict, NotFound):  # somebody else was faster
            return
        except ApiError as error:
            raise CannotPublish(kind, namespace, error) from None

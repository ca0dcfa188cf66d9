"""Claims: what one Service or Ingress takes of a load balancer, in few bytes, and nothing else that stands in it.

What cannot be read, or is yet to be filled in, is claimed by nobody.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from sys import intern
from typing import Any, Final, NamedTuple, TypeVar

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.elb_class import is_dnat
from elbguard_rules.annotations.elb_id import ELB_ID, is_uuid
from elbguard_rules.annotations.instance_reclaim_policy import RECLAIM_POLICY
from elbguard_rules.annotations.multicluster import MULTICLUSTER
from elbguard_rules.annotations.pass_through import PASS_THROUGH
from elbguard_rules.annotations.port_ranges import PORT_RANGES
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from elbguard_rules.core.limits import too_large
from elbguard_rules.core.problem import Where, field
from elbguard_rules.core.reading import Malformed
from elbguard_rules.core.service import Port, Service
from elbguard_rules.core.unfilled import unfilled
from elbguard_rules.vocabulary.checks import HEALTH_PORT

T = TypeVar("T")
SERVICE: Final = "Service"
INGRESS: Final = "Ingress"
MOST_LISTENERS: Final = 100  # of one object; a load balancer has 50 unless its quota was raised
_LONGEST: Final = 253  # characters of a name, of an annotation's word
_CLASS: Final = "cce"  # of an Ingress that CCE serves
_CLASS_KEY: Final = "kubernetes.io/ingress.class"
_PORT: Final = "kubernetes.io/elb.port"
_PORTS: Final = "kubernetes.io/elb.listen-ports"
_TRANSPORTS: Final = {"HTTP": "TCP", "HTTPS": "TCP", "QUIC": "UDP"}
_ONES: Final = (ELB_ID.key, AUTOCREATE.key)


class Who(NamedTuple):
    """Whose claims they are. `place` is where a manifest has it, `deploy/web.yaml:12`; empty for a live object."""

    kind: str
    name: str
    namespace: str
    place: str = ""

    def __str__(self) -> str:
        """`Service shop/web (deploy/web.yaml:12)`."""
        named = f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"
        return f"{named} ({self.place})" if self.place else named


class Taken(NamedTuple):
    """A listener: TCP or UDP, its first and last port, and where that stands: an entry of spec.ports, or a range."""

    transport: str
    first: int
    last: int
    spot: int | tuple[str, int] = 0

    @property
    def where(self) -> Where:
        """The place in the Service."""
        return field("spec", "ports", self.spot, "port") if isinstance(self.spot, int) else PORT_RANGES.at(*self.spot)

    @property
    def value(self) -> int | str:
        """What stands there."""
        return self.first if isinstance(self.spot, int) else f"{self.first},{self.last}"

    def meets(self, other: "Taken") -> bool:
        """Whether both want one port."""
        return self.transport == other.transport and self.first <= other.last and other.first <= self.last


@dataclass(slots=True)  # not frozen: a cluster has thousands, and a frozen one takes thrice the time to be made
class Claims:
    """What one object claims.

    `balancer` is the ID of its load balancer, empty where that is not known. `made`: that one was created for it, and
    is deleted with it. `given` is the name that the one to create for it gets. `shared`: clusters share its listeners.
    `pass_through` is as written, None where it is not. `ignored` are the ids of rules that its author excused.
    """

    who: Who
    balancer: str = ""
    listeners: tuple[Taken, ...] = ()
    made: bool = False
    given: str = ""
    shared: bool = False
    pass_through: str | None = None
    ignored: frozenset[str] = frozenset()

    @property
    def passes(self) -> bool | None:
        """Whether its author sends requests from within the cluster through the load balancer; None: not yet known.

        CCE itself writes onlyLocal.
        """
        text = self.pass_through
        return None if text and unfilled(text) else text == "true"


def of_service(service: Service, place: str = "", namespace: str | None = None) -> Claims | None:
    """What a Service claims; None where that is nothing, as of one that is being deleted or not CCE's to serve.

    `namespace` is that of a Service whose metadata names none, empty where nobody knows; without it the Service knows.
    """
    if not any(key in service.annotations for key in _ONES) or not _may_read(lambda: _is_served(service)):
        return None
    given = service.namespace if namespace is None else _text(service.metadata.get("namespace")) or namespace
    who = _who(SERVICE, service.metadata, place, given)
    balancer = _id(service.annotations)
    name = _name(service)
    if who is None or not (balancer or name):
        return None
    kept = _text(service.annotations.get(RECLAIM_POLICY.key)).strip() == "retain"
    return Claims(
        who,
        balancer,
        (_may_read(lambda: tuple(islice(_listeners(service), MOST_LISTENERS))) or ()) if balancer else (),
        made=bool(balancer and not kept and _may_read(lambda: AUTOCREATE in service)),
        given=name,
        shared=_text(service.annotations.get(MULTICLUSTER.key)).strip() == "true",
        pass_through=_pass_through(service),
    )


def of_ingress(raw: Mapping[str, Any], place: str = "", namespace: str = "") -> Claims | None:
    """What an Ingress claims, of any version of its API; None where that is nothing.

    One of another class than CCE's is another controller's. Of one without a class its keys tell.
    """
    metadata, spec = _mapping(raw.get("metadata")), _mapping(raw.get("spec"))
    annotations = _mapping(metadata.get("annotations"))
    balancer = _id(annotations)
    if not balancer or metadata.get("deletionTimestamp"):
        return None
    if (spec.get("ingressClassName") or annotations.get(_CLASS_KEY) or _CLASS) != _CLASS:
        return None
    who = _who(INGRESS, metadata, place, _text(metadata.get("namespace")) or namespace)
    if who is None:
        return None
    listeners = tuple(islice(_ingress_listeners(annotations), MOST_LISTENERS))
    return Claims(who, balancer, listeners, made=bool(_text(annotations.get(AUTOCREATE.key)).strip()))


def _who(kind: str, metadata: Mapping[str, Any], place: str, namespace: str) -> Who | None:
    """Who it is; None where a tool has yet to say that."""
    name = _text(metadata.get("name")) or _text(metadata.get("generateName"))
    if unfilled(name) or unfilled(namespace):
        return None
    return Who(kind, name[:_LONGEST], intern(namespace[:_LONGEST]), place)


def _is_served(service: Service) -> bool:
    """Whether a load balancer of CCE serves it, and somebody looks into it."""
    if service.metadata.get("deletionTimestamp") or too_large(service.metadata, service.written):
        return False
    return service.is_load_balancer and not is_dnat(service)


def _id(annotations: Mapping[str, Any]) -> str:
    """The ID of the load balancer without capitals and blanks; empty for what is none."""
    text = annotations.get(ELB_ID.key)
    if not isinstance(text, str) or len(text) > _LONGEST:
        return ""
    plain = "".join(text.split()).lower()
    return intern(plain) if is_uuid(plain) else ""


def _name(service: Service) -> str:
    created = _may_read(lambda: service[AUTOCREATE])
    name = _may_read(lambda: created.name) if created else None
    if not isinstance(name, str) or unfilled(name):
        return ""
    return name[:_LONGEST]


def _pass_through(service: Service) -> str | None:
    text = service.annotations.get(PASS_THROUGH.key)
    return intern(text.strip()[:_LONGEST]) if isinstance(text, str) and text.strip() else None


def _listeners(service: Service) -> Iterator[Taken]:
    """The listeners of a Service. Raises Malformed where they cannot be told."""
    ranges = service[PORT_RANGES] or {}
    quic = _on_quic(service[PROTOCOL_PORT] or Listeners(), service.ports)
    for port in service.ports:
        if port.name == HEALTH_PORT or port.protocol not in ("TCP", "UDP"):
            continue
        transport = "UDP" if port.number in quic else intern(port.protocol)
        if listed := ranges.get(port.name) if port.name else None:
            for index, each in enumerate(listed):
                yield Taken(transport, each.start, each.end, (port.name, index))
        elif port.number is not None and 1 <= port.number <= 65535:
            yield Taken(transport, port.number, port.number, port.index)


def _on_quic(listeners: Listeners, ports: tuple[Port, ...]) -> frozenset[int]:
    """The TCP ports of a Service whose only listener speaks QUIC, which is UDP."""
    quic = {entry.port for entry in listeners if entry.protocol == "quic"}
    others = {entry.port for entry in listeners if entry.protocol != "quic"}
    return frozenset(quic - others - {port.number for port in ports if port.protocol == "UDP"})


def _ingress_listeners(annotations: Mapping[str, Any]) -> Iterator[Taken]:
    """The listeners of an Ingress: those listed, else its one port; none where they cannot be read."""
    listed = _text(annotations.get(_PORTS)).strip()
    if not listed:
        port = _text(annotations.get(_PORT)).strip()
        if port.isascii() and port.isdecimal() and len(port) <= 5 and 1 <= int(port) <= 65535:
            yield Taken("TCP", int(port), int(port))
        return
    try:
        entries = json.loads(listed[:4096])
    except (ValueError, RecursionError):
        return
    for entry in entries if isinstance(entries, list) else ():
        for word, port in entry.items() if isinstance(entry, dict) else ():
            transport = _TRANSPORTS.get(word.upper())
            if transport and type(port) is int and 1 <= port <= 65535:
                yield Taken(transport, port, port)


def _may_read(what: Callable[[], T]) -> T | None:
    """What is read; None where it is malformed, or yet to be filled in."""
    try:
        return what()
    except (Malformed, AttributeError):  # a member of JSON whose own shape is wrong is not there
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

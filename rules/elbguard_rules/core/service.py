"""Service: a read-only view of a Service's JSON as the API server or a manifest gives it; whatever it looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from elbguard_rules.core.problem import MOST_ENTRIES, Where, field
from elbguard_rules.core.reading import Malformed, Readable, Reading

T = TypeVar("T")
_MALFORMED: Final = object()
_LONGEST: Final = 64  # characters of a port's name, protocol; Kubernetes allows 15


@dataclass(slots=True)  # not frozen: each Service has some, and a frozen one takes thrice the time to be made
class Port:
    """One entry of spec.ports: its position, name, number (None where it is no integer) and protocol."""

    index: int
    name: str
    number: int | None
    protocol: str

    def at(self, *inner: str) -> Where:
        """The place of the entry or of one of its fields."""
        return field("spec", "ports", self.index, *inner)


class Service:
    """A Service to judge. `raw` is its JSON; `old` the Service it replaces on UPDATE, None on CREATE.

    `namespace` is where it is going when its own metadata does not say so.
    Nothing is assumed of `raw`: parts of the wrong type read as if they were not there, since the API server refuses
    them by itself.
    """

    __slots__ = ("_namespace", "_ports", "_readings", "_values", "annotations", "metadata", "old", "raw", "spec")

    def __init__(self, raw: Mapping[str, Any], old: "Service | None" = None, namespace: str = "") -> None:
        self.raw, self.old, self._namespace = raw, old, namespace
        self.metadata: Mapping[str, Any] = _mapping(raw.get("metadata"))
        self.spec: Mapping[str, Any] = _mapping(raw.get("spec"))
        self.annotations: Mapping[str, Any] = _mapping(self.metadata.get("annotations"))
        self._readings: dict[str, Reading | None] = {}
        self._values: dict[str, Any] = {}
        self._ports: tuple[Port, ...] | None = None

    @property
    def written(self) -> Mapping[str, Any]:
        """The spec as it is written, to be measured; rules read `spec`."""
        return self.spec

    @property
    def name(self) -> str:
        """metadata.name; empty where the API server is asked to generate one."""
        return _text(self.metadata.get("name"))

    @property
    def namespace(self) -> str:
        """metadata.namespace; empty where a manifest leaves it to the command that applies it."""
        return _text(self.metadata.get("namespace")) or self._namespace

    @property
    def type(self) -> str:
        """spec.type, ClusterIP where it is not given (Kubernetes API, ServiceSpec)."""
        return _text(self.spec.get("type")) or "ClusterIP"

    @property
    def is_load_balancer(self) -> bool:
        """Whether CCE creates or binds a load balancer for it: with a loadBalancerClass it ignores the Service."""
        return self.type == "LoadBalancer" and not self.spec.get("loadBalancerClass")

    @property
    def is_new(self) -> bool:
        """Whether the load balancer is yet to come: a creation, or a type just changed to LoadBalancer."""
        return self.old is None or not self.old.is_load_balancer

    @property
    def stands(self) -> bool:
        """Whether it was read from a cluster, and nobody is writing it."""
        return False

    @property
    def before(self) -> "Service":
        """The Service that it replaces; itself where there is none, so that nothing has changed."""
        return self.old or self

    @property
    def ports(self) -> tuple[Port, ...]:
        """spec.ports; a protocol not given is TCP (Kubernetes API, ServicePort)."""
        if self._ports is None:
            entries = self.spec.get("ports")
            listed = enumerate(entries if isinstance(entries, list) else ())
            self._ports = tuple([_port(index, entry) for index, entry in listed if isinstance(entry, dict)])
        return self._ports

    @property
    def traffic_policy(self) -> str:
        """spec.externalTrafficPolicy, Cluster where it is not given (Kubernetes API, ServiceSpec)."""
        return _text(self.spec.get("externalTrafficPolicy")) or "Cluster"

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings of a list field of spec, as far as anybody reads on."""
        entries = self.spec.get(name)
        if not isinstance(entries, list):
            return ()
        return tuple(entry for entry in islice(entries, MOST_ENTRIES) if isinstance(entry, str))

    def reading(self, annotation: Readable[Any]) -> Reading | None:
        """What the annotation's text says, mistakes included; None where it is not there or blank like absent."""
        key = annotation.key
        if key not in self._readings:
            text = self.annotations.get(key)
            if not isinstance(text, str) or (annotation.blank_is_absent and not text.strip()):
                self._readings[key] = None
            else:
                self._readings[key] = annotation.read(text)
        return self._readings[key]

    def __getitem__(self, annotation: Readable[T]) -> T | None:
        """The typed value of an annotation, None where it is not there. Raises Malformed when it cannot be read."""
        try:
            value = self._values[annotation.key]
        except KeyError:
            value = self._values[annotation.key] = self._value(annotation)
        if value is _MALFORMED:
            raise Malformed(annotation.key)
        found: T | None = value
        return found

    def _value(self, annotation: Readable[Any]) -> Any:
        if not isinstance(self.annotations.get(annotation.key, ""), str):
            return _MALFORMED
        reading = self.reading(annotation)
        if reading is None:
            return None
        return _MALFORMED if reading.value is None else reading.value

    def __contains__(self, annotation: Readable[Any]) -> bool:
        """Whether the annotation is there with something in it; its shape does not matter, what is no text counts."""
        text = self.annotations.get(annotation.key, "")
        return not isinstance(text, str) or bool(text.strip())


class Standing(Service):
    """A Service as it stands in a cluster: nothing changes, and what CCE wrote is in it.

    `is_served`: it has its load balancer, so that what holds for a creation only is not asked.
    """

    __slots__ = ("is_served",)

    def __init__(self, raw: Mapping[str, Any], namespace: str = "", *, is_served: bool) -> None:
        super().__init__(raw, namespace=namespace)
        self.is_served = is_served

    @property
    def is_new(self) -> bool:
        """Whether the load balancer is yet to come."""
        return not self.is_served

    @property
    def stands(self) -> bool:
        """It does."""
        return True


def _port(index: int, entry: Mapping[str, Any]) -> Port:
    number, name, protocol = entry.get("port"), entry.get("name"), entry.get("protocol")
    return Port(
        index,
        name[:_LONGEST] if isinstance(name, str) else "",
        number if type(number) is int else None,
        protocol[:_LONGEST] if isinstance(protocol, str) and protocol else "TCP",
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

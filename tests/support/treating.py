"""A Service to cure, and what can be done to it: each edit by itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from elbguard_rules.core.finding import Finding
from elbguard_rules.owners import OWNERS

PREFIX: Final = "kubernetes.io/"
_ANNOTATIONS: Final = ("metadata", "annotations")


class NotHere(Exception):
    """A cure that this Service has no place for."""


@dataclass
class Patient:
    """A Service to cure, the one that it replaces, the settings it is judged by, and what is wrong with it."""

    raw: dict[str, Any]
    old: dict[str, Any]
    settings: dict[str, Any]
    finding: Finding

    @property
    def annotations(self) -> dict[str, Any]:
        """Its annotations, to change."""
        found: dict[str, Any] = self.raw["metadata"].setdefault("annotations", {})
        return found

    @property
    def key(self) -> str:
        """The annotation that the finding is about."""
        steps = self.finding.where.steps
        if steps[:2] != _ANNOTATIONS or len(steps) != 3:
            raise NotHere
        return str(steps[2])


Edit = Callable[[Patient], None]


def annotate(name: str, value: str) -> Edit:
    """Write an annotation."""
    return lambda patient: patient.annotations.update({_full(name): value})


def without(name: str) -> Edit:
    """Remove an annotation by its name."""

    def edit(patient: Patient) -> None:
        if patient.annotations.pop(_full(name), None) is None:
            raise NotHere

    return edit


def whole(text: str) -> Edit:
    """Write the text of the annotation."""
    return lambda patient: patient.annotations.update({patient.key: text})


def remove(patient: Patient) -> None:
    """Remove the annotation that the finding is about."""
    if patient.annotations.pop(patient.key, None) is None:
        raise NotHere


def put_back(patient: Patient) -> None:
    """Write the annotation as it was."""
    if patient.key not in patient.old.get("metadata", {}).get("annotations", {}):
        raise NotHere
    patient.annotations[patient.key] = patient.old["metadata"]["annotations"][patient.key]


def write(value: Any) -> Edit:
    """Write a value at the finding's place: an annotation, a member or entry of its text, a field."""

    def put(holder: Any, step: Any) -> None:
        holder[step] = value

    return lambda patient: _at_place(patient, put)


def member(name: str, value: Any) -> Edit:
    """Write a member beside, or at, the one that the finding is about."""

    def put(holder: Any, step: Any) -> None:
        for other in [other for other in holder if other.lower() == name.lower()]:
            del holder[other]
        holder[name] = value

    return lambda patient: _at_place(patient, put)


def take_out(patient: Patient) -> None:
    """Remove what the finding is about: an annotation, a member or entry of its text, a field."""

    def drop(holder: Any, step: Any) -> None:
        del holder[step]

    _at_place(patient, drop)


def without_element(patient: Patient) -> None:
    elements = json.loads(patient.annotations[patient.key])
    del elements[int(patient.finding.where.inner[0])]
    patient.annotations[patient.key] = json.dumps(elements)


def field(*path: str, value: Any = None) -> Edit:
    """Write a field, or remove it where there is no value."""

    def edit(patient: Patient) -> None:
        holder = patient.raw
        for step in path[:-1]:
            holder = holder[step]
        holder.pop(path[-1], None)
        if value is not None:
            holder[path[-1]] = value

    return edit


def listener(protocol: str) -> Edit:
    """Add an entry for a TCP port, the one that the entry names where there is such a port, to elb.protocol-port."""

    def edit(patient: Patient) -> None:
        key = _full("elb.protocol-port")
        listed = [entry for entry in str(patient.annotations.get(key, "")).split(",") if entry.strip()]
        taken = {entry.rpartition(":")[2] for entry in listed}
        ports = [p["port"] for p in patient.raw["spec"].get("ports", []) if p.get("protocol", "TCP") == "TCP"]
        free = [port for port in ports if str(port) not in taken]
        if not free:
            raise NotHere
        patient.annotations[key] = ",".join([*listed, f"{protocol}:{free[0]}"])
        if protocol == "https":
            patient.annotations.setdefault(_full("elb.cert-id"), "17e3b4f4bc40471c86741dc3aa211379")

    return edit


def text_by(change: Callable[[str], str], name: str = "") -> Edit:
    """Change the text of an annotation, that of the finding where there is no name."""

    def edit(patient: Patient) -> None:
        key = _full(name) if name else patient.key
        if not isinstance(patient.annotations.get(key), str):
            raise NotHere
        patient.annotations[key] = change(patient.annotations[key])

    return edit


def value_by(change: Callable[[Any], Any]) -> Edit:
    """Change the value at the finding's place."""

    def put(holder: Any, step: Any) -> None:
        holder[step] = change(holder[step])

    return lambda patient: _at_place(patient, put)


def without_quic(text: str) -> str:
    return ",".join(entry for entry in text.split(",") if not entry.startswith("quic"))


def only_private(text: str) -> str:
    return json.dumps({n: v for n, v in json.loads(text).items() if not n.lower().startswith(("bandwidth", "eip"))})


def over_tcp(patient: Patient) -> None:
    """Let each port speak TCP."""
    for port in patient.raw["spec"]["ports"]:
        port["protocol"] = "TCP"


def setting(name: str, value: Any) -> Edit:
    """Change the cluster."""
    return lambda patient: patient.settings.update({name: value})


def renamed(name: str) -> Edit:
    def edit(patient: Patient) -> None:
        if name in patient.annotations:
            raise NotHere
        patient.annotations[name] = patient.annotations.pop(patient.key)

    return edit


def member_renamed(name: str) -> Edit:
    def put(holder: Any, step: Any) -> None:
        if name in holder:
            raise NotHere
        holder[name] = holder.pop(step)

    return lambda patient: _at_place(patient, put)


def _at_place(patient: Patient, put: Callable[[Any, Any], None]) -> None:
    """Do something at the finding's place, with what holds it and the last step to it."""
    where = patient.finding.where
    *path, last = where.steps
    holder: Any = patient.raw
    for step in path:
        if isinstance(holder, dict) and step not in holder:
            raise NotHere
        holder = holder[step]
    if not where.inner:
        _do(put, holder, last)
        return
    text = holder[last]
    if not isinstance(text, str):
        raise NotHere
    owner = OWNERS.get(str(last))
    within = _within if owner is not None and owner.is_json else _within_commas
    holder[last] = within(text, list(where.inner), put)


def _within_commas(text: str, inner: list[Any], put: Callable[[Any, Any], None]) -> str:
    entries = text.split(",")
    _do(put, entries, inner[0])
    return ",".join(entries)


def _within(text: str, inner: list[Any], put: Callable[[Any, Any], None]) -> str:
    try:
        whole = json.loads(text)
    except ValueError:
        raise NotHere from None
    inside: Any = [whole] if isinstance(whole, dict) and isinstance(inner[0], int) else whole
    for step in inner[:-1]:
        inside = inside[step]
    _do(put, inside, inner[-1])
    return json.dumps(whole)


def _do(put: Callable[[Any, Any], None], holder: Any, step: Any) -> None:
    try:
        put(holder, step)
    except (KeyError, IndexError, TypeError):
        raise NotHere from None


def _full(name: str) -> str:
    return name if "/" in name else f"{PREFIX}{name}"


def all_of(*edits: Edit) -> Edit:
    def edit(patient: Patient) -> None:
        for each in edits:
            each(patient)

    return edit

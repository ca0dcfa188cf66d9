"""What the webhook would fill in, as cures of a manifest."""

import re
from typing import Final

from elbguard.check.defaulting import defaulted
from elbguard.fix.cures import ANNOTATIONS, Cure, Patient, braced
from elbguard.fix.edits import Edit
from elbguard_rules.core.fill import Fill
from elbguard_rules.core.problem import annotation
from elbguard_rules.core.service import Service
from elbguard_rules.core.unfilled import awaited
from elbguard_rules.guard import Guard

_BREAK: Final = re.compile(r"\n\s*+")
PARTIAL: Final = (
    "defaults are left out: this is no whole Service, and one written here would stand above what the rest of it says:"
    " write them where the Service is whole"
)
UNNAMED: Final = (
    "generated names are left out: they depend on the Service's name and namespace, and this manifest does not say"
    " both: write them, or give --namespace"
)


def filled(subject: Patient, guard: Guard, namespace: str = "") -> list[Cure]:
    """What is missing in a Service; generated names only where all is known that they are made of."""
    return [_cure(subject, fill) for fill in guard.fill(_read(subject, namespace))]


def is_unnamed(subject: Patient, guard: Guard, namespace: str = "") -> bool:
    """Whether the webhook would fill in names that cannot be known here."""
    service = _read(subject, namespace)
    return not service.namespace and guard.fill(service) != guard.fill(Service(service.raw, namespace="default"))


def _read(subject: Patient, namespace: str) -> Service:
    """The Service, without a namespace where its own or its name is yet to be filled in: no name is made of that."""
    raw = defaulted(subject.raw)
    metadata = raw.get("metadata")
    if isinstance(metadata, dict) and any(awaited(str(metadata.get(name) or "")) for name in ("name", "namespace")):
        known = {name: value for name, value in metadata.items() if name != "namespace"}
        return Service({**raw, "metadata": known})
    return Service(raw, namespace=namespace)


def _cure(subject: Patient, fill: Fill) -> Cure:
    place = subject.document.where((*subject.root, *ANNOTATIONS, *([fill.key] if fill.before is not None else [])))
    offset = (place.key or place.value).start if place else 0
    where = annotation(fill.key)
    if fill.before is None:
        return Cure(
            fill.key, None, (Edit(0, 0, fill.after),), offset=offset, deed=braced(f"{where}: added {fill.after}")
        )
    kept = len(fill.before.rstrip()[:-1].rstrip())
    new = fill.after[kept : len(fill.after) - (len(fill.before) - kept)]
    if getattr(place and place.node, "style", "") != "|":
        new = _BREAK.sub(" ", new)  # only there a line break is written as one
    told = " ".join(new.split()).removeprefix(",").strip()
    return Cure(fill.key, fill.before, (Edit(kept, kept, new),), offset=offset, deed=braced(f"{where}: added {told}"))

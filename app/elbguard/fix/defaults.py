"""What the webhook would fill in, as cures of a manifest."""

import re
from typing import Final

from elbguard.check.defaulting import defaulted
from elbguard.fix.cures import ANNOTATIONS, Cure, Patient, braced
from elbguard.fix.edits import Edit
from elbguard_rules.core.fill import Fill
from elbguard_rules.core.problem import annotation
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

_BREAK: Final = re.compile(r"\n\s*+")
UNNAMED: Final = (
    "generated names are left out: they depend on the namespace, which this manifest does not say:"
    " write metadata.namespace, or give --namespace"
)


def filled(subject: Patient, guard: Guard, namespace: str = "") -> list[Cure]:
    """What is missing in a Service; without a namespace generated names are not part of it."""
    return [_cure(subject, fill) for fill in guard.fill(Service(defaulted(subject.raw), namespace=namespace))]


def is_unnamed(subject: Patient, guard: Guard, namespace: str = "") -> bool:
    """Whether the webhook would fill in names that cannot be known here."""
    raw = defaulted(subject.raw)
    return (
        not namespace
        and not Service(raw).namespace
        and guard.fill(Service(raw)) != guard.fill(Service(raw, namespace="default"))
    )


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

"""The proof: read again, a manifest differs from what it was only in what was meant to change."""

from collections.abc import Mapping, Sequence
from typing import Any

from elbguard.check.manifests import Manifest, SourceError, documents
from elbguard.fix.cures import ANNOTATIONS, Cure, Patient
from elbguard.fix.edits import Edit, Overlap, applied
from elbguard.fix.write import file_edits

Work = Sequence[tuple[Patient, Sequence[Cure]]]


def carried_out(text: str, read: Sequence[Manifest], work: Work) -> tuple[str, list[Edit]] | None:
    """The text with cures carried out, and the edits of it; None where it is not proven to mean what it should."""
    edits: list[Edit] = []
    for subject, cures in work:
        found = file_edits(subject, cures)
        if found is None:
            return None
        edits += found
    try:
        new = applied(text, edits)
        again = [document.value for document in documents(new)]
        meant = _meant(read, work)
    except (Overlap, SourceError):
        return None
    return (new, edits) if same(again, meant) else None


def _meant(read: Sequence[Manifest], work: Work) -> list[Any]:
    """The data of all documents with the cures applied; nothing in it is shared."""
    values = {id(document): _unshared(document.value) for document in read}
    for subject, cures in work:
        parent = values[id(subject.document)]
        for step in (*subject.root, *ANNOTATIONS[:-1]):
            parent = parent[step]
        parent[ANNOTATIONS[-1]] = _unshared(subject.cured(cures))
    return list(values.values())


def _unshared(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _unshared(inner) for key, inner in value.items()}
    return [_unshared(inner) for inner in value] if isinstance(value, list) else value


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same data: of the same types, in mappings in any order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return _all_same(a, b)
    return a is b or bool(a == b)


def _all_same(a: Sequence[Any], b: Sequence[Any]) -> bool:
    return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))

"""The Services of a text, each with its verdict and with what its comments do not suppress."""

from collections.abc import Iterator, Sequence

from elbguard.check.comments import heard
from elbguard.check.judge import Judge
from elbguard.check.kinds import services_in
from elbguard.check.locate import Located
from elbguard.check.manifests import Manifest
from elbguard.fix.cures import Patient


def subjects(text: str, read: Sequence[Manifest], judge: Judge) -> Iterator[Patient]:
    """The Services of the documents of a text."""
    for document, remarks in zip(read, judge.remarks_in(text, read), strict=True):
        for root, raw in services_in(document.value, ()):
            review = judge.review(raw)
            placed = heard(document, root, review.findings, remarks)
            yield Patient(document, root, raw, review, tuple((f, _offset(document, place)) for f, place in placed))


def _offset(document: Manifest, place: Located) -> int:
    """Where the span of a place begins in the file."""
    return document.lines.line(place.span.line).start + place.span.column - 1

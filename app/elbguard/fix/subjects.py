"""The Services of a text, each with its verdict and with what its comments do not suppress."""

from collections.abc import Iterator, Sequence

from elbguard.check.comments import Comment, remarks_in
from elbguard.check.judge import Judge, services_in
from elbguard.check.locate import locate
from elbguard.check.nodes import Path
from elbguard.check.source import Document
from elbguard.fix.model import Subject
from elbguard_rules.core.finding import Finding


def subjects(text: str, read: Sequence[Document], judge: Judge) -> Iterator[Subject]:
    """The Services of the documents of a text."""
    for document, remarks in zip(read, remarks_in(text, read), strict=True):
        for root, raw in services_in(document.value, ()):
            review = judge.review(raw)
            placed = (_placed(document, root, finding, remarks) for finding in review.findings)
            yield Subject(document, root, raw, review, tuple(pair for pair in placed if pair))


def _placed(document: Document, root: Path, finding: Finding, remarks: list[Comment]) -> tuple[Finding, int] | None:
    """A finding with its offset in the file; None where a comment on one of its lines suppresses it."""
    span = locate(document, root, finding).span
    place = document.where((*root, *finding.where.steps))
    key_line = document.lines.position(place.key.start)[0] if place and place.key else 0
    if any(remark.covers(finding, {*range(span.line, span.end_line + 1), key_line}) for remark in remarks):
        return None
    return finding, document.lines.line(span.line).start + span.column - 1

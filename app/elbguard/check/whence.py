"""Whence a Service comes: its document, the file, the source of that; and what is said at that place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from elbguard.check import drafts
from elbguard.check import lines as offsets
from elbguard.check.comments import Remarks, heard
from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard.check.unbuilt import unbuilt
from elbguard.report.model import STDIN, Entry, Note, Resource, Trouble, Why
from elbguard_rules.core.engine import Fault
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.record import record


@record
class Whence:
    """Where a Service comes from: document, path in it, the file that was read, the source that was made from."""

    document: Manifest
    root: Path
    resource: Resource
    file: str
    source: str
    remarks: Remarks
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file to report: what was read, or for standard input what that was made from."""
        return self.source if self.source and self.file == STDIN else self.file

    def entries(self, findings: Iterable[Finding], spans: Mapping[int, offsets.Offsets]) -> Iterator[Entry]:
        """The findings with their places, without those that a comment suppresses; `spans` knows some, by identity."""
        for finding, place in heard(self.document, self.root, findings, self.remarks, spans):
            yield Entry(
                finding,
                self.name,
                place.span,
                self.resource,
                place.excerpt,
                place.inside,
                self.source,
                self.file if self.file != self.name else "",
                cut=place.cut,
            )

    def note(self, why: Why, message: str, path: Path = ()) -> Note:
        """A note about what is at a path of the Service, or about all of it."""
        place = self.document.where((*self.root, *path)) or self.document.where(self.root)
        span = (place.key or place.value) if place else offsets.Offsets(0, 0)
        line, column = self.document.lines.position(span.start)
        return Note(why, message, self.name, line, column, self.resource, self.file if self.file != self.name else "")

    def fault(self, fault: Fault) -> Trouble:
        """A rule that broke down at the Service."""
        message = (
            f"rule {fault.rule.id} could not judge {self.resource}: an internal error of elbguard ({fault.error!r:.80})"
        )
        return Trouble(self.name, 0, 0, message, fatal=True)


def beside(document: Manifest, file: str) -> Iterator[Note]:
    """The notes about what in a document is no Service, and has to do with load balancers all the same."""
    if drafts.is_plainly_a_service(document.value):
        return
    root = Resource("", "", "")
    whole = Whence(document, (), root, file, document.origin or "", Remarks([]))
    if drafts.is_json_patch(document.value):
        yield whole.note(Why.PATCH, drafts.JSON_PATCH)
    for each in unbuilt(document.value, file, document.text):
        resource = Resource(each.kind, "", each.name, document.address)
        yield replace(whole, resource=resource).note(each.why, each.message, each.path)
    for kind, name, path, message in drafts.of_unknown_kind(document.value):
        yield replace(whole, resource=Resource(kind, "", name)).note(Why.UNRENDERED, message, path)
    for kind, name, path, message in drafts.elsewhere(document.value):
        why = Why.INGRESS if kind == "Ingress" else Why.ELSEWHERE
        yield replace(whole, resource=Resource(kind, "", name)).note(why, message, path)

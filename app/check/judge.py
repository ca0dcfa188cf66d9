"""One text of manifests judged: the same findings as the webhook's, each with its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.check import lines as offsets
from app.check.comments import Comment, remarks_in
from app.check.defaulting import defaulted
from app.check.duplicates import given_twice
from app.check.locate import locate, located
from app.check.nodes import Path
from app.check.source import Document, SourceError, TemplateError, documents
from app.report.model import STDIN, Checked, Entry, Resource, Trouble, Unjudged
from app.settings import Settings
from rules.annotations.health_check import HEALTH_CHECK_FLAG
from rules.core.engine import Fault, Review
from rules.core.facts import Cluster
from rules.core.finding import Finding
from rules.core.service import Service
from rules.guard import Guard

_LISTS: Final = ("List", "ServiceList")
_MARKS: Final = frozenset({"apiVersion", "kind"})  # what an object of Kubernetes says of itself
_ORIGIN: Final = "config.kubernetes.io/origin"
_ORIGIN_PATH: Final = re.compile(r"^path:\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in one text.

    `objects` counts what may be an object of Kubernetes, `foreign` is 1 for a file that plainly is none and was passed
    over.
    """

    entries: tuple[Entry, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    checked: tuple[Checked, ...] = ()
    objects: int = 0
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class _From:
    """Where a Service comes from: document, path in it, the file that was read, the source that was made from."""

    document: Document
    root: Path
    resource: Resource
    file: str
    source: str
    remarks: list[Comment]

    @property
    def name(self) -> str:
        """The file to report: what was read, or for standard input what that was made from."""
        return self.source if self.source and self.file == STDIN else self.file

    def entries(self, findings: Iterable[Finding], spans: Mapping[int, offsets.Span]) -> Iterator[Entry]:
        """The findings with their places, without those that a comment suppresses; `spans` knows some, by identity."""
        for finding in findings:
            known = spans.get(id(finding))
            place = located(self.document, known) if known else locate(self.document, self.root, finding)
            lines = {*range(place.span.line, place.span.end_line + 1), self._key_line(finding)}
            # Every comment sees the finding, so that none is called unused because another one came first.
            if not sum(remark.covers(finding, lines) for remark in self.remarks):
                yield Entry(
                    finding,
                    self.name,
                    place.span,
                    self.resource,
                    place.excerpt,
                    place.inside,
                    self.source,
                    self.file if self.file != self.name else "",
                )

    def _key_line(self, finding: Finding) -> int:
        """The line of the annotation's key: a comment inside a text of several lines would be part of it."""
        place = self.document.where((*self.root, *finding.where.steps))
        return self.document.lines.position(place.key.start)[0] if place and place.key else 0


class Judge:
    """Judges texts of manifests as one operator wants it; the annotation `elbguard.io/ignore` is heeded.

    `namespace` is that of Services that name none.
    """

    def __init__(self, settings: Settings, namespace: str = "") -> None:
        self._namespace: Final = namespace
        self._guard: Final = Guard(replace(settings.policy, heeds_ignore=True))
        self._cluster: Final[Cluster] = settings.cluster

    def judge(self, text: str, file: str) -> Judged:
        """Judge all Services of a text; `file` is the name to report it by. Never raises."""
        entries: list[Entry] = []
        unjudged: list[Unjudged] = []
        read, troubles = _read(text, file)
        checked: list[Checked] = []
        for document, remarks in zip(read, remarks_in(text, read), strict=True):
            for root, raw in services_in(document.value, ()):
                place = _From(document, root, _resource(raw, self._namespace), file, _origin(document, raw), remarks)
                checked.append(Checked(place.resource, place.name))
                twice = list(given_twice(document, root, Service(raw), self._guard.policy))
                review = self.review(raw, [finding for finding, _ in twice])
                entries += place.entries(review.findings, {id(finding): span for finding, span in twice})
                troubles += (_fault(place, fault) for fault in review.faults)
                unjudged += (Unjudged(s.rule, s.missing, place.resource, place.name) for s in review.skipped)
            entries += self._about(remarks, file)
        objects = sum(isinstance(each.value, Mapping) and not _MARKS.isdisjoint(each.value) for each in read)
        return Judged(tuple(entries), tuple(unjudged), tuple(troubles), tuple(checked), objects)

    def review(self, raw: dict[str, Any], also: Sequence[Finding] = ()) -> Review:
        """The webhook's verdict on the creation of a Service: defaulted by Kubernetes, filled in, judged.

        `also` are findings about the manifest's text.
        """
        service = Service(defaulted(raw), namespace=self._namespace or "default")
        if HEALTH_CHECK_FLAG.key in service.annotations:  # of all that is filled in, only its option changes a verdict
            filled = {fill.key: fill.after for fill in self._guard.fill(service)}
            metadata = {**service.metadata, "annotations": {**service.annotations, **filled}}
            service = Service({**service.raw, "metadata": metadata}, namespace=self._namespace or "default")
        return self._guard.review(service, self._cluster, also)

    def _about(self, remarks: list[Comment], file: str) -> Iterator[Entry]:
        """What is wrong with the suppressing comments themselves."""
        for remark in remarks:
            for finding in remark.problems(self._guard.policy):
                yield Entry(finding, file, remark.span, Resource("", "", ""), remark.excerpt)


def _read(text: str, file: str) -> tuple[list[Document], list[Trouble]]:
    """The documents of a text up to the first that cannot be read, and what is wrong with that one."""
    read: list[Document] = []
    try:
        read.extend(documents(text, json=file.lower().endswith(".json")))  # keeps those before the one that raises
    except TemplateError as error:
        return read, [_template(file, error)]
    except SourceError as error:
        return read, [Trouble(file, error.line, error.column, error.message, fatal=True)]
    return read, []


def services_in(value: Any, root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The Services in a document, with the path that leads to each: itself, or the items of a List."""
    if not isinstance(value, Mapping):
        return
    if value.get("kind") == "Service" and value.get("apiVersion", "v1") == "v1":
        yield root, dict(value)
    elif value.get("kind") in _LISTS and isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from services_in(_typed(item, value), (*root, "items", index))


def _typed(item: Any, parent: Mapping[str, Any]) -> Any:
    """The items of a ServiceList need not say what they are."""
    if parent.get("kind") == "ServiceList" and isinstance(item, Mapping) and "kind" not in item:
        return {"apiVersion": "v1", "kind": "Service", **item}
    return item


def _resource(raw: Mapping[str, Any], namespace: str) -> Resource:
    metadata = raw.get("metadata")
    names = metadata if isinstance(metadata, Mapping) else {}
    name = names.get("name") or names.get("generateName") or ""
    return Resource("Service", str(names.get("namespace") or namespace), str(name))


def _origin(document: Document, raw: Mapping[str, Any]) -> str:
    """The source file that Helm's comment or kustomize's annotation names, or nothing."""
    if document.origin:
        return document.origin
    metadata = raw.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    origin = notes.get(_ORIGIN) if isinstance(notes, Mapping) else None
    match = _ORIGIN_PATH.search(origin) if isinstance(origin, str) else None
    return match.group(1) if match else ""


def _fault(place: _From, fault: Fault) -> Trouble:
    message = (
        f"rule {fault.rule.id} could not judge {place.resource}: an internal error of elbguard ({fault.error!r:.80})"
    )
    return Trouble(place.name, 0, 0, message, fatal=True)


def _template(file: str, error: TemplateError) -> Trouble:
    message = "a Helm template, skipped: render it first (helm template CHART | elbguard check -)"
    return Trouble(file, error.line, error.column, message, fatal=False)

"""What fixing is about: cures, the Services they are for, and the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard.fix.edits import Edit, Overlap, applied
from elbguard.report.model import Trouble
from elbguard_rules.core.engine import Review
from elbguard_rules.core.finding import Finding

ANNOTATIONS: Final = ("metadata", "annotations")
OURS: Final = "kubernetes.io/"


@dataclass(frozen=True, slots=True)
class Cure:
    """One thing done to one annotation of a Service.

    `base` is the annotation's text, None where there is no annotation yet; of a value that is no text, what is written
    in the file. `edits` are edits of the base, `name` is the right key. `deed` is a
    sentence with a place for {becomes}. `finding` is what is cured, at `offset` in
    the file; None where a default is written.
    """

    key: str
    base: str | None
    edits: tuple[Edit, ...] = ()
    name: str = ""
    offset: int = 0
    finding: Finding | None = None
    deed: str = ""

    @property
    def said(self) -> str:
        """What it does, or did, in words."""
        return self.deed.format(becomes="becomes")

    @property
    def would(self) -> str:
        """What it would do if it were not left alone."""
        return self.deed.format(becomes="would become")

    @property
    def after(self) -> str:
        """The text of the annotation once it is cured of this. Raises Overlap."""
        return applied(self.base or "", self.edits)


def braced(text: str) -> str:
    """A text as part of a cure's `deed`, where braces have a meaning."""
    return text.replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True, slots=True)
class Patient:
    """A Service in a document, at `root`, with its verdict; `findings` are those that no comment suppresses."""

    document: Manifest
    root: Path
    raw: dict[str, Any]
    review: Review
    findings: tuple[tuple[Finding, int], ...]  # each with its offset in the file

    @property
    def annotations(self) -> Mapping[str, Any]:
        """metadata.annotations, as far as they are there."""
        metadata = self.raw.get("metadata")
        found = metadata.get("annotations") if isinstance(metadata, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def cured(self, cures: Iterable[Cure]) -> dict[str, Any]:
        """The Service's annotations with cures applied. Raises Overlap where they exclude each other."""
        by_key: dict[str, list[Cure]] = {}
        for cure in cures:
            by_key.setdefault(cure.key, []).append(cure)
        found: dict[str, Any] = {}
        for key in dict.fromkeys((*self.annotations, *by_key)):
            ours = by_key.get(key, [])
            names = {cure.name for cure in ours if cure.name}
            name = names.pop() if names else key
            if names or name in found or (name != key and name in self.annotations):
                raise Overlap
            found[name] = (
                applied(ours[0].base or "", (e for c in ours for e in c.edits)) if ours else self.annotations[key]
            )
        return found

    def with_annotations(self, annotations: Mapping[str, Any]) -> dict[str, Any]:
        """The Service with other annotations."""
        return {**self.raw, "metadata": {**self.raw["metadata"], "annotations": dict(annotations)}}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was cured or written: its place in the text as it was, the rule's id if any, a sentence."""

    file: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{rule}"


@dataclass(frozen=True, slots=True)
class FixResult:
    """The text afterwards, what was changed in it, and what could not be done or was left alone, and why.

    `objects` counts what may be an object of Kubernetes in it, `left` the errors that only its author can cure.
    """

    text: str
    changes: tuple[Change, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    objects: int = 0
    left: int = 0

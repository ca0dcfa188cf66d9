"""Case files: manifests whose comments say what must happen to them. The format: tests/cases/README.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.check.given_twice import given_twice
from elbguard.check.manifests import documents
from elbguard.settings import Settings
from elbguard_rules.core.engine import Review
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.service import Service
from tests.generators.conditions import guard

_VERDICT: Final = re.compile(r"#\s*((?:after )?(?:deny|warn|admit)|skip|patch|becomes|before):\s*(.+)")
_FACTS: Final = re.compile(r"#\s*(cluster|policy):\s*(\{.*\})\s*")
_MARK: Final = re.compile(r"[ \t]*#\s*(ELB\d{3}(?:[ ,]+ELB\d{3})*)\s*$")


@dataclass(frozen=True)
class Document:
    """One manifest of a case file: what must happen to it, and the manifest without the comments that say so.

    `text` is the document as it stands in the file, from `line` on; `marks` are the rules to blame by the lines of
    `manifest`, from 1.
    """

    verdict: str
    title: str
    text: str
    line: int
    manifest: str
    marks: dict[int, tuple[str, ...]]
    facts: dict[str, dict[str, Any]] = field(default_factory=lambda: {"cluster": {}, "policy": {}})
    before: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """The facts as the fields of Settings."""
        cluster, policy = self.facts["cluster"], self.facts["policy"]
        named = {f"cluster_{key}" if key in ("version", "type") else key: value for key, value in cluster.items()}
        return {key.replace("-", "_"): value for key, value in (named | policy).items()}

    @cached_property
    def service(self) -> Service:
        """The Service to judge."""
        old = Service(loaded(self.before)) if self.before else None
        return Service(loaded(self.manifest), old)

    @cached_property
    def review(self) -> Review:
        """What elbguard says about it."""
        settings = Settings(**self.settings)
        return guard(settings).review(self.service, settings.cluster, self._given_twice(settings))

    def _given_twice(self, settings: Settings) -> list[Finding]:
        """What only a reader of the manifest's text sees."""
        [read] = documents(self.manifest)
        return [finding for finding, _ in given_twice(read, (), self.service, settings.policy)]


def loaded(manifest: str) -> dict[str, Any]:
    """The Service that a manifest declares."""
    found: dict[str, Any] = yaml.load(manifest, yaml.CSafeLoader)
    return found


def read(file: Path) -> list[Document]:
    """The documents of a case file in their order; those behind a `before` carry it, and stand for both."""
    found: list[Document] = []
    old: Document | None = None
    for line, part in _parts(file.read_text(encoding="utf-8")):
        document = _document(file, line, part, old)
        old = document if document.verdict == "before" else None
        found.append(document)
    return found


def _parts(text: str) -> Iterator[tuple[int, str]]:
    line = 1
    for part in re.split(r"(?m)^---\n", text):
        if part.strip():
            yield line, part
        line += part.count("\n") + 1


def _document(file: Path, start: int, text: str, old: Document | None) -> Document:
    lines = text.splitlines()
    verdict = next(filter(None, map(_VERDICT.match, lines)), None)
    if verdict is None:
        raise ValueError(f"{file}:{start}: no comment says what must happen")
    facts: dict[str, dict[str, Any]] = {"cluster": {}, "policy": {}}
    for match in filter(None, map(_FACTS.match, lines)):
        facts[match[1]] |= yaml.safe_load(match[2])
    if old and not any(facts.values()):
        facts = old.facts
    body = [line for line in lines if not line.startswith("#")]
    marks = {n: tuple(re.split(r"[ ,]+", m[1])) for n, m in enumerate(map(_MARK.search, body), start=1) if m}
    manifest = "\n".join(_MARK.sub("", line) for line in body) + "\n"
    before = old.manifest if old else ""
    return Document(verdict[1], verdict[2].strip(), text, start, manifest, marks, facts, before)

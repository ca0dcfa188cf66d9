"""Case files as examples: the manifests without the comments that steer the tests. Format: tests/cases/README.md."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from app.generate.conditions import guard
from app.settings import Settings
from rules.core.engine import Review
from rules.core.service import Service

_VERDICT: Final = re.compile(r"#\s*((?:after )?(?:deny|warn|admit)|skip|patch|becomes|before):\s*(.+)")
_FACTS: Final = re.compile(r"#\s*(cluster|policy):\s*(\{.*\})\s*")
_MARK: Final = re.compile(r"[ \t]*#\s*((?:ELB\d{3}[ ,]*)+)$")


@dataclass(frozen=True)
class Document:
    """One manifest of a case file: what must happen to it, and the manifest without the comments that say so."""

    verdict: str
    title: str
    manifest: str
    marks: dict[int, str]  # line, from 1 -> rule ids
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
        old = Service(_loaded(self.before)) if self.before else None
        return Service(_loaded(self.manifest), old)

    @cached_property
    def review(self) -> Review:
        """What elbguard says about it."""
        settings = Settings(**self.settings)
        return guard(settings).review(self.service, settings.cluster)


def _loaded(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


def read(file: Path) -> list[Document]:
    """The documents of a case file in their order; those behind a `before` carry it, and stand for both."""
    found: list[Document] = []
    old: Document | None = None
    for part in re.split(r"(?m)^---\n", file.read_text(encoding="utf-8")):
        if document := _document(part, old):
            old = document if document.verdict == "before" else None
            found.append(document)
    return found


def _document(text: str, old: Document | None) -> Document | None:
    lines = text.splitlines()
    verdict = next(filter(None, map(_VERDICT.match, lines)), None)
    if verdict is None:
        return None
    facts: dict[str, dict[str, Any]] = {"cluster": {}, "policy": {}}
    for match in filter(None, map(_FACTS.match, lines)):
        facts[match[1]] |= yaml.safe_load(match[2])
    if old and not any(facts.values()):
        facts = old.facts
    body = [line for line in lines if not line.startswith("#")]
    marks = {n: found[1] for n, line in enumerate(body, start=1) if (found := _MARK.search(line))}
    manifest = "\n".join(_MARK.sub("", line) for line in body) + "\n"
    return Document(verdict[1], verdict[2].strip(), manifest, marks, facts, old.manifest if old else "")

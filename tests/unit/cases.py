"""Case files: manifests whose comments say what must happen. The format: tests/cases/README.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from app.settings import Settings
from rules.core.facts import Cluster
from rules.core.finding import Finding
from rules.core.policy import Policy
from rules.core.service import Service

ROOT: Final = Path(__file__).parent.parent / "cases"
_VERDICT: Final = re.compile(r"#\s*(deny|warn|admit|skip|patch|becomes|before|after (?:deny|warn|admit)):\s*(.+)")
_FACTS: Final = re.compile(r"#\s*(cluster|policy):\s*(\{.*\})\s*")
_MARK: Final = re.compile(r"#\s*(ELB\d{3}(?:[ ,]+ELB\d{3})*)\s*$")


@dataclass(frozen=True)
class Case:
    """One document of a case file with the expectations of its comments."""

    file: Path
    line: int
    verdict: str
    title: str
    text: str
    settings: dict[str, Any]
    next: "Case | None"

    @property
    def rule(self) -> str:
        """The id of the rule that the file is about."""
        return self.file.name[:6]

    @property
    def manifest(self) -> dict[str, Any]:
        """The Service."""
        loaded: dict[str, Any] = yaml.safe_load(self.text)
        return loaded

    @property
    def service(self) -> Service:
        """The Service to judge; for an `after` document this is the `before` one."""
        return Service(self.manifest)

    @property
    def policy(self) -> Policy:
        """The operator's policy of the comments."""
        return Settings(**self.settings).policy

    @property
    def cluster(self) -> Cluster:
        """The facts of the comments."""
        return Settings(**self.settings).cluster

    @property
    def marks(self) -> set[tuple[str, int]]:
        """The rule ids that stand behind lines, with the lines' numbers in the document, from 0."""
        found = ((n, _MARK.search(line)) for n, line in enumerate(self.text.splitlines()))
        return {(id_, n) for n, match in found if match for id_ in re.findall(r"ELB\d{3}", match.group(1))}

    def line_of(self, finding: Finding) -> int:
        """The line to blame, in the document, from 0: that of the key, or of its nearest parent that is there."""
        node: Any = yaml.compose(self.text, yaml.CSafeLoader)
        line: int = node.start_mark.line
        for step in finding.where.steps:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line
                continue
            if not isinstance(node, yaml.MappingNode):
                return line
            entry = next(((k, v) for k, v in node.value if k.value == step), None)
            if entry is None:
                return line
            line, node = entry[0].start_mark.line, entry[1]
        return line

    def __str__(self) -> str:
        return f"{self.file.stem}:{self.line} {self.verdict} {self.title}"


def cases(*verdicts: str) -> list[Case]:
    """All cases with one of the verdicts, or all."""
    found = (case for file in sorted(ROOT.rglob("ELB*.yaml")) for case in read(file))
    return [case for case in found if not verdicts or case.verdict in verdicts]


def read(file: Path) -> list[Case]:
    """The cases of one file, in order."""
    following: Case | None = None
    found: list[Case] = []
    for line, text in reversed(list(_documents(file.read_text()))):
        following = _case(file, line, text, following)
        found.insert(0, following)
    return found


def _documents(text: str) -> Iterator[tuple[int, str]]:
    line = 1
    for part in re.split(r"(?m)^---\n", text):
        if part.strip():
            yield line, part
        line += part.count("\n") + 1


def _case(file: Path, line: int, text: str, following: Case | None) -> Case:
    verdict = next((m for m in map(_VERDICT.match, text.splitlines()) if m), None)
    if verdict is None:
        raise ValueError(f"{file}:{line}: no comment says what must happen")
    settings: dict[str, Any] = {}
    for match in filter(None, map(_FACTS.match, text.splitlines())):
        for name, value in yaml.safe_load(match.group(2)).items():
            prefix = "cluster-" if match.group(1) == "cluster" and name in ("version", "type") else ""
            settings[f"{prefix}{name}".replace("-", "_")] = value
    return Case(file, line, verdict.group(1), verdict.group(2), text, settings, following)

"""Case files for the tests: each document with the Service, the settings, and the lines to blame."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.service import Service
from tests.generators import casefile
from tests.generators.casefile import Document

ROOT: Final = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Case:
    """One document of a case file, and the one behind it."""

    file: Path
    document: Document
    next: "Case | None"

    @property
    def rule(self) -> str:
        """The id of the rule that the file is about."""
        return self.file.name[:6]

    @property
    def verdict(self) -> str:
        """What must happen."""
        return self.document.verdict

    @property
    def text(self) -> str:
        """The document as it stands in the file."""
        return self.document.text

    @property
    def manifest(self) -> dict[str, Any]:
        """The Service as YAML says it."""
        return casefile.loaded(self.document.manifest)

    @property
    def service(self) -> Service:
        """The Service to judge, as if it were created."""
        return Service(self.manifest)

    @property
    def settings(self) -> dict[str, Any]:
        """The facts and the policy of the comments, as the fields of Settings."""
        return self.document.settings

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
        """The rule ids that stand behind lines of the manifest, with the lines' numbers, from 1."""
        return {(id_, line) for line, ids in self.document.marks.items() for id_ in ids}

    def line_of(self, finding: Finding) -> int:
        """The line of the manifest to blame, from 1: that of the key, or of its nearest parent that is there."""
        node: Any = yaml.compose(self.document.manifest, yaml.CSafeLoader)
        line: int = node.start_mark.line + 1
        for step in finding.where.steps:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
                continue
            if not isinstance(node, yaml.MappingNode):
                return line
            entry = next(((k, v) for k, v in reversed(node.value) if k.value == step), None)
            if entry is None:
                return line
            line, node = entry[0].start_mark.line + 1, entry[1]
        return line

    def __str__(self) -> str:
        return f"{self.file.stem}:{self.document.line} {self.verdict} {self.document.title}"


def cases(*verdicts: str) -> list[Case]:
    """All cases with one of the verdicts, or all."""
    found = (case for file in sorted(ROOT.rglob("ELB*.yaml")) for case in read(file))
    return [case for case in found if not verdicts or case.verdict in verdicts]


def read(file: Path) -> list[Case]:
    """The cases of one file, in order."""
    following: Case | None = None
    found: list[Case] = []
    for document in reversed(casefile.read(file)):
        following = Case(file, document, following)
        found.insert(0, following)
    return found

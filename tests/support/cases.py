"""Case files for the tests: each document with the Service, the settings, and the lines to blame."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import yaml

from elbguard.explain.in_words import short
from elbguard_rules import cluster, duplicates, relations, spec, suppression
from elbguard_rules.collisions import census
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Check
from elbguard_rules.core.discover import modules
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.plan import gate_checks
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, CHECKS
from elbguard_rules.relations import needs
from tests.generators import casefile
from tests.generators.casefile import Document
from tests.support.trying import OneTest, each_of

ROOT: Final = Path(__file__).parent.parent / "cases"
JUDGED: Final = ("deny", "warn", "admit", "skip", "patch", "after deny", "after warn", "after admit")


@dataclass(frozen=True)
class Case:
    """One document of a case file in one cluster, and the one behind it."""

    document: Document
    next: "Case | None"

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the rules that it is a case of."""
        return self.document.about

    @property
    def verdict(self) -> str:
        """What must happen."""
        return self.document.verdict

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
        where = self.settings.get("cluster_version", "")
        return f"{self.document.file.stem}:{self.document.line} {self.verdict} {self.document.title} {where}".rstrip()


@cache
def cases(*verdicts: str) -> tuple[Case, ...]:
    """All cases with one of the verdicts, or all."""
    documents = casefile.all_documents(ROOT)
    following: Case | None = None
    found: list[Case] = []
    for document in reversed(documents):
        following = Case(document, following)
        if not verdicts or document.verdict in verdicts:
            found.append(following)
    return tuple(reversed(found))


def each_case(*verdicts: str) -> OneTest[Case]:
    """Make one test for each case file of a test whose first argument is one of these cases."""
    return each_of(cases(*verdicts), lambda case: f"{case.document.file.stem}:")


@cache
def homes() -> dict[str, Path]:
    """By rule the file that its cases stand in: that of the annotation that it is about, else that of its module."""
    found: dict[str, Path] = {}
    for package in (relations, spec, cluster):
        for name, module in modules(package):
            found |= dict.fromkeys(_of_module(module), ROOT / package.__name__.rpartition(".")[2] / f"{name}.yaml")
    found |= {rule.id: ROOT / "collisions" / "clashes.yaml" for rule in census.RULES}
    found |= {rule.id: ROOT / "duplicates.yaml" for rule in duplicates.RULES}
    found |= {rule.id: ROOT / "suppression.yaml" for rule in suppression.RULES}
    for check in CHECKS:
        if check.rule.id not in found:
            found[check.rule.id] = home_of(check.reads[0])
    for owner in ANNOTATIONS:
        found |= dict.fromkeys(_of_annotation(owner), home_of(owner.key))
    return found


def home_of(key: str) -> Path:
    """The case file of an annotation."""
    return ROOT / "annotations" / f"{short(key)}.yaml"


def _of_module(module: ModuleType) -> Iterator[str]:
    """The ids of the rules that a module declares itself."""
    for value in vars(module).values():
        if isinstance(value, Check) and value.function.__module__ == module.__name__:
            yield value.rule.id
        if isinstance(value, Rule):
            yield value.id


def _of_annotation(owner: Annotation[Any]) -> Iterator[str]:
    yield from (rule.id for rule in owner.rules)
    yield from (check.rule.id for check in (*gate_checks(owner), *needs.checks(owner)))

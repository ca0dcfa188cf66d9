"""Examples of every rule, `examples.json` beside the rules: from the case files, for an installed elbguard.

{"ELB102": {
  "admitted": {"title", "manifest", "before", "cluster", "policy"},
  "denied":   the same and {"verdict": "denied" or "warned", "lines", "messages"},
  "blames":   places that the rule's broken manifests are blamed for: ["elb.class"],
  "needs":    facts that it cannot do without: ["cluster version"],
  "when":     in which clusters it speaks, and about which class: tests/generators/conditions.py}}

`manifest` and `before` (the old object of an update, "" for a creation) are YAML, `cluster` and `policy` the settings
that the verdict takes, `lines` the lines of the manifest to blame, from 1, `messages` what elbguard says.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

import yaml

from elbguard.settings import Settings
from elbguard_rules import duplicates
from elbguard_rules.core.problem import Severity, printable
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES
from tests.generators.beside import neighbours, object_of
from tests.generators.casefile import Document, by_rule
from tests.generators.conditions import conditions, guard

_BLANK: Final = re.compile(r"""[ :](?:""|'')(?=[,}\s]|$)""")
_BROKEN: Final = ("deny", "warn", "after deny", "after warn")


def render(root: Path) -> str:
    """The whole file; `root` is the project's folder, searched for case files."""
    cases = by_rule(root)
    found = ((rule, _entry(rule, cases[rule.id])) for rule in RULES.values() if rule.id in cases)
    return json.dumps({rule.id: entry for rule, entry in found if entry}, indent=1, ensure_ascii=False) + "\n"


def _entry(rule: Rule, documents: list[Document]) -> dict[str, Any] | None:
    """What the cases of a rule show; None where it lacks one of the two manifests, which another test complains of."""
    broken = [d for d in documents if d.verdict in _BROKEN and any(rule.id in ids for ids in d.marks.values())]
    denied = _denied(rule, broken)
    admitted = _nearest(denied, documents) if denied else None
    if not denied or not admitted:
        return None
    denied = _unfilled(rule, denied)
    found = [f for f in denied.review.findings if f.rule.id == rule.id]
    severity = max((f.severity for f in found), key=lambda s: s is Severity.ERROR, default=rule.severity)
    return {
        "denied": {
            "verdict": "denied" if severity is Severity.ERROR else "warned",
            **_shown(denied),
            "lines": [number for number, ids in denied.marks.items() if rule.id in ids],
            "messages": [f"{printable(f.where.brief)}: {f.message}" for f in found],
        },
        "admitted": _shown(admitted),
        "blames": _blames(rule, broken),
        "needs": _needs(rule, documents),
        "when": conditions(rule, denied.service, denied.settings, neighbours(denied.beside)),
    }


def _shown(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "manifest": document.manifest + "".join(map(_document, document.beside)),
        "before": document.before,
        "cluster": document.facts["cluster"],
        "policy": document.facts["policy"],
    }


def _document(described: Mapping[str, Any]) -> str:
    """An object beside the Service, as one more document."""
    return "---\n" + yaml.safe_dump(object_of(described), sort_keys=False)


def _denied(rule: Rule, broken: list[Document]) -> Document | None:
    """The plainest broken manifest: one that breaks this rule only, taken as seriously as usual; the first of them."""

    def oddity(document: Document) -> tuple[bool, bool]:
        findings = document.review.findings
        wanted = Severity.ERROR if rule.severity is Severity.OFF else rule.severity
        return (
            not any(f.rule is rule and f.severity is wanted for f in findings),
            any(f.rule is not rule for f in findings),
        )

    return min(broken, key=oddity, default=None)


def _unfilled(rule: Rule, denied: Document) -> Document:
    """The manifest as one that keeps its fault: where filling cures it, that default is switched off."""
    if rule in duplicates.RULES:
        return denied  # a fault of the text, which no filling cures
    policy = guard(Settings(**denied.settings))
    fills = {f.key: f.after for f in policy.fill(denied.service)}
    for key, text in fills.items():
        metadata = {**denied.service.metadata, "annotations": {**denied.service.annotations, key: text}}
        completed = Service({**denied.service.raw, "metadata": metadata}, denied.service.old)
        review = policy.review(completed, Settings(**denied.settings).cluster, beside=neighbours(denied.beside))
        if rule in [finding.rule for finding in review.findings]:
            continue
        switched = {"no-default": [key.removeprefix("kubernetes.io/")]}
        return replace(denied, facts={**denied.facts, "policy": denied.facts["policy"] | switched})
    return denied


def _nearest(denied: Document, documents: list[Document]) -> Document | None:
    """The admitted manifest that differs least; where none is admitted without a word, one that is completed."""
    updates = bool(denied.before)
    ranks = (("after admit", "admit") if updates else ("admit", "after admit"), ("patch",))
    for verdicts in ranks:
        if near := [document for document in documents if document.verdict in verdicts]:
            return min(
                near, key=lambda d: (bool(d.before) != updates, _blanks(d) > _blanks(denied), _distance(denied, d))
            )
    return None


def _distance(one: Document, other: Document) -> float:
    """How much of a manifest changes to become the other; the cluster's facts count as its lines do."""
    a, b = (f"{d.manifest}{d.before}{d.facts['cluster']}".replace(" ", "") for d in (one, other))
    return 1 - SequenceMatcher(None, a, b, autojunk=False).ratio()


def _blanks(document: Document) -> int:
    """How many texts are empty: leaving a value blank is admitted, but shows nobody how it is written."""
    return len(_BLANK.findall(document.manifest))


def _blames(rule: Rule, broken: Iterable[Document]) -> list[str]:
    places = (f.where.brief for document in broken for f in document.review.findings if f.rule.id == rule.id)
    return sorted({re.sub(r"\[\d+\]", "[]", place).removesuffix("[]") for place in places})


def _needs(rule: Rule, documents: list[Document]) -> list[str]:
    """The facts whose absence stops the rule, in its manifests with and without what is known there."""
    asked = (document for document in documents if document.verdict in (*_BROKEN, "skip"))
    return sorted({missing.partition(" (")[0] for document in asked for missing in _missing(rule, document)})


def _missing(rule: Rule, document: Document) -> Iterator[str]:
    known = Settings(**document.settings)
    for cluster in (known.cluster, Settings().cluster):
        review = guard(known).review(document.service, cluster, beside=neighbours(document.beside))
        yield from (skipped.missing for skipped in review.skipped if skipped.rule.id == rule.id)

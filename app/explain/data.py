"""Explanations for programs: JSON that only ever gains members.

A rule:
    {"kind": "rule", "id", "name", "severity": "error" | "warning" | "off", "area", "says", "why", "fix",
     "source": {"document", "section", "quotation", "reading"},
     "about": [place], "defaults": [{"place", "value"}],
     "clusters", "class": text, "" for all of them,
     "releases": {"from": [release], "before": [release]}, one release for each line, either may be absent,
     "needs": [fact that is skipped without], "switch": [{"to", "by": flag or comment}],
     "constraints": [constraint of the seed document], "denied": example | null, "admitted": example | null}

An annotation, or a member of its JSON:
    {"kind": "annotation", "annotation", "member", "purpose", "state": "judged" | "recognised" |
     "documented for Ingresses", "value", "choices": [text], "default", "after_creation", "gates": [text],
     "members": [{"name", "value", "default"}], "rules": [summary], "example": example | null}

The catalogue:
    {"kind": "catalogue", "rules": [summary]}

where a summary is {"id", "name", "severity", "says"} and an example is
    {"verdict": "denied" | "warned" | "admitted", "title", "manifest": YAML, "before": YAML of the old object or "",
     "flags": [argument of elbguard check], "lines": [line to blame, from 1], "messages": [text]}.
Texts are "" and lists are empty where there is nothing to say; a place is `elb.autocreate.bandwidth_size` or a field.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from app.explain import facts
from app.explain.examples import Example
from app.explain.pages import AnnotationPage, RulePage
from rules.core.rule import Rule
from rules.guard import RULES


def rule(page: RulePage) -> str:
    """One rule."""
    rule, source = page.rule, page.rule.source
    return _dumped(
        {
            "kind": "rule",
            "id": rule.id,
            "name": rule.name,
            "severity": str(rule.severity),
            "area": facts.area(rule),
            "says": rule.says,
            "why": rule.why,
            "fix": rule.fix,
            "source": {
                "document": source.document,
                "section": source.section,
                "quotation": source.says,
                "reading": source.reading,
            },
            "about": page.about,
            "defaults": [{"place": place, "value": text} for place, text in page.defaults],
            "clusters": page.clusters,
            "class": page.load_balancers,
            "releases": page.releases,
            "needs": page.needs,
            "switch": [{"to": to, "by": by} for to, by in page.switches],
            "constraints": rule.covers,
            "denied": _example(page.denied),
            "admitted": _example(page.admitted),
        }
    )


def annotation(page: AnnotationPage) -> str:
    """One annotation or member."""
    return _dumped(
        {
            "kind": "annotation",
            "annotation": page.place.key,
            "member": page.place.member,
            "purpose": page.purpose,
            "state": page.state,
            "value": page.value,
            "choices": page.choices,
            "default": page.default,
            "after_creation": page.after_creation,
            "gates": page.gates,
            "members": [{"name": name, "value": value, "default": text} for name, value, text in page.members],
            "rules": _summaries(page.rules),
            "example": _example(page.example),
        }
    )


def catalogue() -> str:
    """All rules in short."""
    return _dumped({"kind": "catalogue", "rules": _summaries(RULES.values())})


def _summaries(rules: Iterable[Rule]) -> list[dict[str, str]]:
    return [{"id": r.id, "name": r.name, "severity": str(r.severity), "says": r.says} for r in rules]


def _example(example: Example | None) -> dict[str, Any] | None:
    return asdict(example) if example else None


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"

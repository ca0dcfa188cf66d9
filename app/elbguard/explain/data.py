"""Explanations for programs: JSON that only ever gains members.

A rule:
    {"kind": "rule", "id", "name", "severity": "error" | "warning" | "off", "area", "says", "why", "fix",
     "source": {"document", "number" of the page, "edition", "address", "nearest": address of another edition of it,
                "section", "quotation", "reading"},
     "about": [place], "defaults": [{"place", "value"}],
     "clusters", "class": text, "" for all of them,
     "releases": {"from": [release], "before": [release]}, one release for each line, either may be absent,
     "releases_by_line": [gate],
     "needs": [fact that is skipped without], "switch": [{"to", "by": flag or comment}],
     "constraints": [sentence of the page LoadBalancer that it covers],
     "denied": example | null, "admitted": example | null}

An annotation, or a member of its JSON:
    {"kind": "annotation", "annotation", "member", "purpose", "state": "judged" | "documented for Ingresses",
     "value", "choices": [text], "default", "after_creation", "gates": [text], "releases_by_line": [gate],
     "members": [{"name", "value", "default", "gates": text}],
     "rules": [summary], "example": example | null,
     "tier": how well it is known: "core" | "documented" | "new-2026" | "platform" | "legacy" | "unconfirmed",
     "also": [what no rule checks],
     "documents": [{"document", "number", "edition", "address", "nearest"}]}

A symptom, an event, or what is elbguard's own:
    {"kind": "topic", "name", "title", "says", "steps": [{"must", "otherwise"}], "example": YAML,
     "source": as a rule's, "rules": [summary]}

The catalogue:
    {"kind": "catalogue", "rules": [summary], "topics": [{"name", "title"}],
     "annotations": [{"annotation", "subject", "purpose", "tier"}]}

where a summary is {"id", "name", "severity", "says"} and an example is
    {"verdict": "denied" | "warned" | "admitted", "title", "manifest": YAML, "before": YAML of the old object or "",
     "flags": [argument of elbguard check], "lines": [line to blame, from 1], "messages": [text]}
and a gate, whose feature is "" where it is the annotation or member itself, is
    {"feature", "rule": id, "severity", "lines": {"v1.21": "no", "v1.23": "v1.23.13-r0", ..., "later": "yes"},
     "speaks_from": [release]};
its lines say since which release clusters of a line have the feature, or "no", "yes" or "not documented"; `speaks_from`
are the releases of a lower gate, below which that one speaks instead.
Texts are "" and lists are empty where there is nothing to say; a place is `elb.autocreate.bandwidth_size` or a field.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from elbguard.explain import gates, in_words, topics
from elbguard.explain.examples import Example
from elbguard.explain.gates import Column
from elbguard.explain.pages import AnnotationPage, RulePage
from elbguard.languages import Language, Say, rule_in, saying
from elbguard_rules.catalogue import SUBJECTS
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.rule import Document, Rule, Source
from elbguard_rules.guard import RULES


def rule(page: RulePage) -> str:
    """One rule."""
    rule, say = page.rule, saying(page.language)
    return _dumped(
        {
            "kind": "rule",
            "id": rule.id,
            "name": rule.name,
            "severity": str(rule.severity),
            "area": say(in_words.area(rule)),
            "says": rule.says,
            "why": rule.why,
            "fix": rule.fix,
            "source": _source(rule.source, say),
            "about": page.about,
            "defaults": [{"place": place, "value": text} for place, text in page.defaults],
            "clusters": page.clusters,
            "class": page.load_balancers,
            "releases": page.releases,
            "releases_by_line": list(_gates(page.gates)),
            "needs": page.needs,
            "switch": [{"to": say(to), "by": by} for to, by in page.switches],
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
            "gates": [in_words.gate(gate) for column in page.gates for gate in column.gates],
            "releases_by_line": list(_gates(page.gates)),
            "members": [
                {"name": name, "value": value, "default": default, "gates": needs}
                for name, value, default, needs in page.members
            ],
            "rules": _summaries(page.rules, page.language),
            "example": _example(page.example),
            "tier": str(page.known or ""),
            "also": page.also,
            "documents": [_document(document) for document in page.documents],
        }
    )


def topic(about: Topic, language: Language = "en") -> str:
    """A symptom, or what else people ask about."""
    say = saying(language)
    return _dumped(
        {
            "kind": "topic",
            "name": about.name,
            "title": say(about.title),
            "says": say(about.says),
            "steps": [{name: say(text) for name, text in asdict(step).items()} for step in about.steps],
            "example": about.example,
            "source": _source(about.source, say),
            "rules": _summaries((RULES[id_] for id_ in about.rules), language),
        }
    )


def catalogue(language: Language = "en") -> str:
    """All that can be explained, in short."""
    say = saying(language)
    keys = [(subject, key) for subject in SUBJECTS for key in subject.keys]
    return _dumped(
        {
            "kind": "catalogue",
            "rules": _summaries(RULES.values(), language),
            "topics": [{"name": each.name, "title": say(each.title)} for each in topics.TOPICS],
            "annotations": [
                {
                    "annotation": key.key,
                    "subject": say(subject.title),
                    "purpose": in_words.known_purpose(key, language),
                    "tier": str(key.tier),
                }
                for subject, key in keys
            ],
        }
    )


def _source(source: Source, say: Say) -> dict[str, str]:
    about = {"section": source.section, "quotation": source.says, "reading": say(source.reading)}
    return _document(source.document) | about


def _document(document: Document) -> dict[str, str]:
    return {
        "document": document.title,
        "number": document.number,
        "edition": document.edition,
        "address": document.address,
        "nearest": document.nearest,
    }


def _summaries(rules: Iterable[Rule], language: Language) -> list[dict[str, str]]:
    said = (rule_in(language, rule) for rule in rules)
    return [{"id": r.id, "name": r.name, "severity": str(r.severity), "says": r.says} for r in said]


def _gates(columns: Iterable[Column]) -> Iterator[dict[str, Any]]:
    for gate in (gate for column in columns for gate in column.gates):
        yield {
            "feature": gate.feature,
            "rule": gate.rule.id,
            "severity": str(gate.rule.severity),
            "lines": gates.by_line(gate.needs),
            "speaks_from": [str(release) for release in gate.lower.lines] if gate.lower else [],
        }


def _example(example: Example | None) -> dict[str, Any] | None:
    return asdict(example) if example else None


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"

"""The JSON Schema of a Service, `service.schema.json` beside those of the JSON in annotations: for YAML in editors.

It is draft 7 with the keywords of yaml-language-server, and says nothing of what Kubernetes itself demands, so that it
stands alone or beside the schema of Kubernetes. Keys and values are explained and proposed in every Service; marked is
only what would be refused, and keys that CCE does not know, and only where CCE reads them: on the type LoadBalancer,
without a loadBalancerClass. What is yet to be filled in, such as `${VAR}`, is never marked.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from elbguard.explain import in_words
from elbguard.explain.markdown import linked
from elbguard.schemas import file_name
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.core import unfilled
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.jsonvalue import Objects
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import ANNOTATIONS, RULES
from elbguard_rules.relations.keys import KNOWN, NOT_TEXT, UNKNOWN_MEMBER
from elbguard_rules.vocabulary.foreign import FOREIGN, INGRESS_FAMILIES, PREFIX, TRANSLATIONS
from tests.generators import jsonpatterns
from tests.generators.jsonschemas import admitted, examples, members_of

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_UNKNOWN: Final = "ELB903"
_MOST_PROPOSED: Final = 2
_NOT_WRITTEN: Final = (Tier.PLATFORM, Tier.LEGACY)  # by people
_READ: Final = {  # the Services whose annotations CCE reads
    "required": ["spec"],
    "properties": {
        "metadata": {
            "not": {"required": ["deletionTimestamp"]},
            "properties": {
                "annotations": {
                    "properties": {ELB_CLASS.key: {"not": {"const": "dnat"}}},
                    "not": {"propertyNames": {"not": {"pattern": "^kubernetes\\.io/elb\\."}}},
                }
            },
        },
        "spec": {
            "required": ["type"],
            "properties": {"type": {"const": "LoadBalancer"}, "loadBalancerClass": {"enum": ["", None]}},
        },
    },
}
_NOT_JUDGED: Final = rf"^$|{unfilled.pattern()}"  # nor what is no text, of which the type speaks


def render(root: Path) -> str:
    """The schema as text; `root` is the project's folder, whose case files give the examples."""
    return json.dumps(schema(root), indent=1, ensure_ascii=False) + "\n"


def schema(root: Path) -> dict[str, Any]:
    """The schema of any document of YAML; it is about Services alone."""
    return {
        "$schema": DRAFT,
        "title": "Service on CCE",
        "description": "The annotations of Huawei Cloud CCE's load balancers on a Service, as elbguard judges them.",
        "if": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": "Service"}, "apiVersion": {"const": "v1"}},
        },
        "then": {"allOf": [_about_annotations(_known(root)), {"if": _READ, "then": _about_annotations(_judged())}]},
    }


def _about_annotations(annotations: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"metadata": {"properties": {"annotations": annotations}}}}


def _known(root: Path) -> dict[str, Any]:
    """What each annotation is, with values to propose; nothing is demanded."""
    texts, values = admitted(root), examples(root)
    return {
        "properties": {
            owner.key: _explained(owner, list(_proposed(owner, values.get(owner.key, ()), texts.get(owner.key))))
            for owner in ANNOTATIONS
        }
    }


def _explained(owner: Annotation[Any], proposed: list[dict[str, str]]) -> dict[str, Any]:
    told = list(_told(owner))
    found: dict[str, Any] = {"title": owner.key, "description": told[0], "markdownDescription": "\n\n".join(told)}
    if owner.default and isinstance(owner.default.value, str) and not owner.is_json:
        found["default"] = owner.default.value
    if owner.tier in _NOT_WRITTEN:
        return {**found, "doNotSuggest": True}
    return {**found, "defaultSnippets": proposed} if proposed else found


def _proposed(owner: Annotation[Any], values: Iterable[Any], texts: Counter[str] | None) -> Iterator[dict[str, str]]:
    """Values to propose, as snippets: each choice, or else an example to be written over."""
    for word in owner.choices:
        needs = _needs(owner, word)
        yield {"label": word, "body": word, **({"description": needs} if needs else {})}
    if owner.choices:
        return
    if owner.is_json:
        shown = sorted((json.dumps(value, ensure_ascii=False) for value in values), key=len)[:_MOST_PROPOSED]
    else:
        usual = max(sorted(texts), key=lambda text: texts[text]) if texts else ""
        shown = list(filter(None, [owner.reset or usual]))
    for text in shown:
        escaped = re.sub(r"([$}\\])", r"\\\1", text.replace("'", "''"))
        yield {"label": text, "body": f"'${{1:{escaped}}}'"}


def _needs(owner: Annotation[Any], word: str) -> str:
    """The releases that know a word among the choices; empty where they are those that know the annotation."""
    return " ".join(f"For clusters of {gate.needs} or later." for gate in owner.gates if gate.of and gate.of(word))


def _told(owner: Annotation[Any]) -> Iterator[str]:
    """What there is to say of an annotation, in paragraphs of Markdown; the first has no markup."""
    yield f"{owner.purpose[:1].upper()}{owner.purpose[1:]}."
    if owner.rules and not owner.is_json:
        yield owner.rules[0].says
    if owner.members:
        yield f"JSON, {owner.reader.words}:"
        yield "\n".join(f"- `{member.name}`: {member.rule.says}" for member in owner.members.values())
    if default := in_words.default(owner.default):
        yield f"Filled in: {default}."
    if gates := in_words.gates(owner):
        yield f"Clusters: {gates}."
    yield f"After creation: {in_words.AFTER[owner.after_create]}. Known: {owner.tier}."
    if owner.rules:
        yield f"`elbguard explain {in_words.short(owner.key)}`; {linked(owner.rules[0].source.document)}"


def _judged() -> dict[str, Any]:
    """What an annotation's text must be, as far as JSON Schema can say it, and which keys there are."""
    judged = {owner.key: _demanded(owner) for owner in ANNOTATIONS}
    return {"properties": judged, "allOf": list(_strangers())}


def _demanded(owner: Annotation[Any]) -> dict[str, Any]:
    """A text, or what is left to be filled in, or else what the shape rules demand."""
    demands = list(_json_text(owner) if owner.is_json else _plain_text(owner))
    text = {"doNotSuggest": True, "type": ["string", "null"], "errorMessage": _message(NOT_TEXT.fix, NOT_TEXT.id)}
    if not demands:
        return text
    judged_not = {
        "pattern": rf'{_NOT_JUDGED}|"\s*(?:{unfilled.pattern_of_words()})\s*"' if owner.is_json else _NOT_JUDGED
    }
    return {**text, "if": judged_not, "else": demands[0] if len(demands) == 1 else {"allOf": demands}}


def _plain_text(owner: Annotation[Any]) -> Iterator[dict[str, Any]]:
    if not owner.rules:
        return
    rule = owner.rules[0]
    made = {name: said for name, said in owner.reader.schema().items() if name != "type"}
    if owner.choices and any(needs := [_needs(owner, word) for word in made["enum"]]):
        made["enumDescriptions"] = needs
    if made and rule.severity is Severity.ERROR:
        yield {**made, "errorMessage": _message(f"{rule.says} {rule.fix}", rule.id)}


def _json_text(owner: Annotation[Any]) -> Iterator[dict[str, Any]]:
    """What can be seen of JSON from outside: its brackets, and the members of objects that have no objects in them."""
    said = {"contentMediaType": "application/json", "contentSchema": {"$ref": file_name(owner)}}
    rule, reader = owner.rule, owner.reader
    form = reader.schema().get("type", "") if reader.form == "json" else reader.form
    ends = jsonpatterns.ENDS.get(form) if rule.severity is Severity.ERROR else None
    yield {**said, **({"pattern": ends, **_complaint(rule.says, rule.fix, rule.id)} if ends else {})}
    if not ends or not isinstance(reader, Objects):
        return
    for name, made in members_of(owner).items():
        member = owner.members[name]
        pattern = jsonpatterns.without(name, made)
        if pattern:
            yield {"pattern": pattern, **_complaint(f"{name}: {member.rule.says}", member.rule.fix, member.rule.id)}
    if reader.model.is_complete:
        message = _complaint("Unknown member of the JSON: CCE ignores it.", UNKNOWN_MEMBER.fix, UNKNOWN_MEMBER.id)
        yield {"pattern": jsonpatterns.without_others(tuple(owner.members)), **message}


def _complaint(*says_fix_id: str) -> dict[str, str]:
    return {"patternErrorMessage": _message(*says_fix_id)}


def _message(*parts: str) -> str:
    """Sentences, and the rule's id in brackets behind them."""
    return f"{' '.join(parts[:-1])} [{parts[-1]}]"


def _strangers() -> Iterator[dict[str, Any]]:
    """Keys of the load balancer that CCE does not know, each kind with what to say of it."""
    for key, meant in TRANSLATIONS.items():
        yield _refused([key], f"Unknown annotation: did you mean {meant}?")
    for key, whose in FOREIGN.items():
        yield _refused([key], f"Unknown annotation: it belongs to {whose}, and CCE ignores it.")
    known = (key.removeprefix(PREFIX) for key in (*KNOWN, *TRANSLATIONS, *FOREIGN) if key.startswith(PREFIX))
    families = (name.removeprefix(PREFIX) for name in INGRESS_FAMILIES)
    others = "|".join((*(f"{_escaped(name)}$" for name in sorted(known)), *map(_escaped, families)))
    message = _message("Unknown annotation: CCE ignores it.", RULES[_UNKNOWN].fix, _UNKNOWN)
    yield {"errorMessage": message, "patternProperties": {f"^{_escaped(PREFIX)}(?!{others})": False}}


def _refused(keys: Iterable[str], says: str) -> dict[str, Any]:
    return {"errorMessage": _message(says, _UNKNOWN), "properties": dict.fromkeys(keys, False)}


def _escaped(text: str) -> str:
    """A text in a pattern of JSON Schema, where a hyphen must not be escaped."""
    return re.escape(text).replace(r"\-", "-")

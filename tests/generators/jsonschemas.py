"""JSON Schemas, `rules/elbguard_rules/schemas/*.schema.json`: what the JSON inside an annotation is, for editors.

A schema says what the shape rules say, of which a wrong one refuses the Service. It cannot say:

- that the text is strict JSON: comments, members given twice, NaN;
- that a name in other capitals stands for the same member;
- that a whole number is written without a fraction: 5.0 is an integer to JSON Schema;
- which characters beyond ASCII are letters, in names;
- anything about two things at once, such as what a public load balancer needs, or that a range ends before it starts.

Where a shape only warns, nothing is demanded: the values known are examples. Members that CCE does not know are not
refused, since CCE ignores them.
"""

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from elbguard.schemas import described
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.jsonvalue import Objects
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.reader import Member
from tests.generators.casefile import all_documents, loaded

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = "rules/elbguard_rules/schemas"
_MOST_EXAMPLES: Final = 3
_NOTHING: Final = {"maxLength": 0}  # the text "", which CCE reads as absent, and which no editor should propose
_OWN_WORDS: Final = ("title", "description")  # pydantic's, of Python's names


def render(owner: Annotation[Any], root: Path) -> str:
    """The schema of an annotation as text; `root` is the project's folder, whose case files give the examples."""
    return json.dumps(schema(owner, examples(root).get(owner.key, [])), indent=2, ensure_ascii=False) + "\n"


def schema(owner: Annotation[Any], examples: list[Any]) -> dict[str, Any]:
    """The schema of an annotation whose text is JSON."""
    purpose = owner.purpose
    return {
        "$schema": DRAFT,
        "title": owner.key,
        "description": " ".join([f"{purpose[:1].upper()}{purpose[1:]}. {owner.rule.says}", *_since(owner)]),
        **_value(owner),
        **({"examples": examples} if examples else {}),
    }


def _value(owner: Annotation[Any]) -> dict[str, Any]:
    """What the text is: an object, an array of objects (one object is read as its only element), or other JSON."""
    demanded = owner.rule.severity is Severity.ERROR
    reader = owner.reader
    if not isinstance(reader, Objects):
        return dict(_plain(reader.schema())) if demanded else {}
    kind = {"type": "object"} if demanded else {}
    if reader.form == "object":
        return kind | _object(reader)
    element = {"$ref": "#/$defs/element"}
    either = [{"type": "array", "items": element}, element] if demanded else [{"items": element}, element]
    return {"$defs": {"element": kind | _object(reader)}, "anyOf": either}


def _object(reader: Objects[Any]) -> dict[str, Any]:
    made = reader.schema()
    members = reader.members.values()
    blank = reader.model.blank_is_absent
    properties = {m.name: _member(m, _plain(made["properties"][m.name]), blank=blank and m.is_text) for m in members}
    definitions = {"$defs": _plain(made["$defs"])} if "$defs" in made else {}
    return {"properties": properties, **definitions}


def members_of(owner: Annotation[Any]) -> dict[str, dict[str, Any]]:
    """The schema of each member of the objects in an annotation's JSON."""
    reader = owner.reader
    found: dict[str, dict[str, Any]] = _object(reader)["properties"] if isinstance(reader, Objects) else {}
    return found


def _member(member: Member, made: dict[str, Any], *, blank: bool) -> dict[str, Any]:
    """A member's schema; `blank`: the text "" counts as absent, whatever else is demanded."""
    description = {"description": " ".join([member.rule.says, *_since(member)])}
    if member.rule.severity is not Severity.ERROR:
        return {**description, **({"examples": list(member.choices)} if member.choices else {})}
    literal = member.default and isinstance(member.default.value, str)
    default = {"default": member.default.value} if member.default and literal else {}
    if blank and made.keys() - {"type"}:
        demands = {name: value for name, value in made.items() if name != "type"}
        made = {"type": made["type"], "anyOf": [demands, _NOTHING]}
    return {**description, **made, **default}


def _since(of: Annotation[Any] | Member) -> list[str]:
    """The releases that the gates ask for which refuse."""
    return [f"For clusters of {gate.needs} or later." for gate in of.gates if gate.rule.severity is Severity.ERROR]


def _plain(made: Any) -> Any:
    """A schema without the titles and docstrings that come from Python."""
    if isinstance(made, list):
        return [_plain(part) for part in made]
    if not isinstance(made, dict):
        return made
    return {k: _plain(v) for k, v in made.items() if k not in _OWN_WORDS or isinstance(v, dict)}


def examples(root: Path) -> dict[str, list[Any]]:
    """By annotation the JSON that the case files admit, that with most in it first."""
    owners = {owner.key: owner for owner in described()}
    found = {key: _values(owners[key], texts) for key, texts in admitted(root).items() if key in owners}
    return {
        key: [values[text] for text in sorted(values, key=lambda text: (-len(text), text)) if values[text]][
            :_MOST_EXAMPLES
        ]
        for key, values in found.items()
    }


def _values(owner: Annotation[Any], texts: Iterable[str]) -> dict[str, Any]:
    values = (json.loads(text) for text in texts if text and not owner.read(text).problems)
    return {json.dumps(value, ensure_ascii=False): value for value in values}


@cache
def admitted(root: Path) -> dict[str, Counter[str]]:
    """By key the texts in annotations that the case files admit, and how often each of them stands there."""
    found: dict[str, Counter[str]] = {}
    for document in all_documents(root / "tests/cases"):
        if document.verdict in ("admit", "after admit") and not document.facts["policy"]:
            for key, text in (loaded(document.manifest)["metadata"].get("annotations") or {}).items():
                found.setdefault(key, Counter())[text] += 1
    return found

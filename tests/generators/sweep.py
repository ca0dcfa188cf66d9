"""The sweep, `tests/cases/SWEEP.md`: what is said of each annotation when its value is wrong in the ways of people.

Each annotation, and each member of one that is JSON, is tried in the first manifest of the case files that is admitted
with it. What is said there of the right value is left out, so that a row has what is said of the wrong one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from elbguard.explain.markdown import row
from elbguard.settings import Settings
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import printable
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS
from elbguard_rules.vocabulary.foreign import FOREIGN, INGRESS, TRANSLATIONS
from tests.generators.casefile import Document, all_documents
from tests.generators.conditions import guard

Said = tuple[str, ...]
_HEAD: Final = """\
# What is said of wrong values

<!-- Made by `make generate` from the rules and the case files; a test keeps it fresh. -->

Each annotation in the first manifest of the case files that is admitted with it, with values that are wrong in the ways
of people. A row says what is said on creation, more than of the right value; then, where that differs: on update of the
Service with the right value, on update of the one with the same wrong value (where errors do not just become warnings),
and on creation beside each class (dnat where anything is said). Values of which the same is said share a row.
"""
_MOST: Final = 130  # characters of a message that a table has room for
_LONGEST: Final = 60  # of a value


@dataclass(frozen=True)
class Bed:
    """Where a value is tried: a Service that is admitted with the right one, and its cluster."""

    key: str
    right: Any
    annotations: Mapping[str, Any]
    raw: Mapping[str, Any]
    given: Mapping[str, Any]
    _usual: dict[tuple[str, bool], Said] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The cluster that it is in."""
        return Settings(**self.given)

    def service(self, value: Any, word: str = "", old: Service | None = None) -> Service:
        """The Service with a value, beside a class where one is named."""
        classed = {ELB_CLASS.key: word} if word and self.key != ELB_CLASS.key else {}
        annotations = {**self.annotations, **classed, self.key: value}
        return Service({**self.raw, "metadata": {**self.raw["metadata"], "annotations": annotations}}, old)

    def said(self, service: Service) -> Said:
        """What elbguard says of a Service, briefly; rules that could not judge are not among it."""
        review = guard(self.settings).review(service, self.settings.cluster)
        return tuple(dict.fromkeys(partial(_brief, self.key)(finding) for finding in review.findings))

    def more(self, value: Any, word: str = "", old: Any = None) -> Said:
        """What is said of a value and not of the right one in its place; `old` is the value before the update."""
        before = None if old is None else self.service(old, word)
        rest = self._of_the_right(word, updated=before is not None)
        return tuple(each for each in self.said(self.service(value, word, before)) if each not in rest)

    def _of_the_right(self, word: str, *, updated: bool) -> Said:
        if (word, updated) not in self._usual:
            before = self.service(self.right, word) if updated else None
            self._usual[word, updated] = self.said(self.service(self.right, word, before))
        return self._usual[word, updated]

    def answers(self, value: Any) -> dict[str, Said]:
        """What is said in each situation, on creation first; of the others those that differ."""
        found = {"": self.more(value), "update": self.more(value, old=self.right), "kept": self.more(value, old=value)}
        if self.key != ELB_CLASS.key:
            found |= {word: self.more(value, word) for word in ELB_CLASS.choices}
        differing = {name: said for name, said in found.items() if not name or said != found[""]}
        if sorted(found["kept"]) == sorted(each.replace(" error", " warning") for each in found[""]):
            differing.pop("kept", None)  # an old mistake is warned of
        if not found.get("dnat"):
            differing.pop("dnat", None)  # what it ignores anyway
        return differing


def render(root: Path) -> str:
    """The whole document; `root` is the project's folder, searched for case files."""
    lines = [_HEAD]
    for name, right, bed, values in _sections(root):
        lines += [f"## {name}", "", f"Right: {_shown(right)}", "", "| value | said |", "| --- | --- |"]
        lines += [*_rows(bed, values), ""]
    return "\n".join([*lines, *_neighbours(_documents(root))])


def tried(root: Path) -> Iterator[tuple[Bed, Any]]:
    """Each value of the table, and where it is tried."""
    yield from ((bed, value) for _, _, bed, values in _sections(root) for value in values.values())


def _sections(root: Path) -> Iterator[tuple[str, Any, Bed, dict[str, Any]]]:
    """The annotations and members of them: their names, right values, and values to try by name."""
    documents = _documents(root)
    for owner in ANNOTATIONS:
        bed = _bed(owner, documents)
        if bed is None:
            continue
        yield owner.key, bed.right, bed, _values(owner, bed.right)
        for member in owner.members.values():
            if within := _bed(owner, documents, member.name):
                right = next(each[member.name] for each in _objects(within.right) if member.name in each)
                values = _members(within.right, member.name, right, member.choices)
                yield f"{owner.key} {member.name}", right, within, values


def _documents(root: Path) -> list[Document]:
    return [each for each in all_documents(root / "tests/cases") if _serves(each)]


def _serves(document: Document) -> bool:
    return document.verdict == "admit" and not document.before and not document.facts["policy"]


def _bed(owner: Annotation[Any], documents: list[Document], member: str = "") -> Bed | None:
    """The first admitted manifest with the annotation, or with a member of it; one of its own file, where there is."""
    short = owner.key.rpartition("/")[2]
    fitting = [each for each in documents if _has(each.service, owner, member)]
    for each in sorted(fitting, key=lambda each: each.file.stem != short):
        found = each.service.annotations
        return Bed(owner.key, found[owner.key], found, each.service.raw, each.settings)
    return None


def _has(service: Service, owner: Annotation[Any], member: str) -> bool:
    text = service.annotations.get(owner.key)
    if not isinstance(text, str) or not text.strip() or not service.is_load_balancer:
        return False
    return not member or any(member in each for each in _objects(text))


def _objects(text: str) -> list[dict[str, Any]]:
    value = json.loads(text)
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _rows(bed: Bed, values: dict[str, Any]) -> Iterator[str]:
    """A row for all that share their answers."""
    shared: dict[str, list[str]] = {}
    for name, value in values.items():
        answers = bed.answers(value)
        shared.setdefault("<br>".join(_said(name, said) for name, said in answers.items()), []).append(name)
    for said, names in shared.items():
        yield row("; ".join(names), said)


def _said(situation: str, said: Said) -> str:
    text = "; ".join(said) or "nothing"
    return f"*{situation}:* {text}" if situation else text


def _brief(key: str, finding: Finding) -> str:
    where = finding.where.brief
    of_key = finding.where.steps[-1] == key
    inner = str(finding.where).rpartition("]")[2] if of_key and not isinstance(finding.where.inner[-1:], int) else ""
    place = ("" if of_key and not finding.where.inner else inner or where) + " "
    detail = finding.problem.brief or finding.problem.detail
    cut = detail if len(detail) <= _MOST else detail[: _MOST - 3] + "..."
    return f"{finding.rule.id} {finding.severity.value}{place.rstrip() and ' ' + place.strip()}: {printable(cut)}"


def _values(owner: Annotation[Any], right: str) -> dict[str, Any]:
    """Values by how the table calls them; each once, and none that is the right one."""
    found: dict[str, Any] = {
        "empty": "",
        "a blank": " ",
        "blanks around": f" {right} ",
        "a newline behind": f"{right}\n",
        "small letters": right.lower(),
        "capitals": right.upper(),
        "given twice": f"{right},{right}",
        "in quotes": f'"{right}"',
        "YAML number": int(right) if right.isdigit() and len(right) < _LONGEST else 5,
        "YAML true": True,
        "YAML null": None,
        "YAML list": [right],
        "YAML object": {"value": right},
    }
    if owner.is_json:
        parsed = json.loads(right)
        other = [parsed] if isinstance(parsed, dict) else parsed[0]
        found |= {
            "YAML object": parsed,
            ("a list for an object" if owner.is_object else "an object for a list"): json.dumps(other),
            "JSON null": "null",
            "JSON {}": "{}",
        }
        found |= {"JSON []": "[]", "JSON text": json.dumps(right)}
        if isinstance(parsed, list):
            found["an element twice"] = json.dumps(parsed + parsed[:1])
    words = (*owner.reader.samples(), *owner.reader.hints, "true", "on", "1", "0", "<placeholder>", "192.168.0.15")
    found |= {_shown(word): word for word in words}
    return _without(found, right)


def _members(text: str, member: str, right: Any, choices: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, Any] = {"empty": "", "null": None, "true": True, "a list": [right], "an object": {"value": right}}
    if isinstance(right, str):
        found |= {"blanks around": f" {right} ", "small letters": right.lower(), "capitals": right.upper()}
        found |= {"a number": int(right) if right.isdigit() else 5, "given twice": f"{right},{right}"}
        found |= {"a placeholder": "<value>", "asterisks": "***"}
    elif isinstance(right, list):
        found |= {"bare": right[0] if right else "x", "repeated": right + right, "none": [], "one empty": [""]}
    else:
        found |= {"in quotes": json.dumps(right), "a fraction": 1.5, "0": 0, "-1": -1}
    found |= {_shown(choice): choice for choice in choices}
    said = {name: _with(text, member, value) for name, value in found.items() if value != right or value is True}
    said["its name in capitals"] = text.replace(f'"{member}"', f'"{member.upper()}"', 1)
    said["its name with hyphens"] = text.replace(f'"{member}"', f'"{member.replace("_", "-")}"', 1)
    said["given twice by name"] = text.replace(f'"{member}"', f'"{member}": {json.dumps(right)}, "{member}"', 1)
    return _without(said, text)


def _with(text: str, member: str, value: Any) -> str:
    whole = json.loads(text)
    first = next(each for each in (whole if isinstance(whole, list) else [whole]) if member in each)
    first[member] = value
    return json.dumps(whole)


def _without(found: dict[str, Any], right: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in found.items():
        if value != right and not any(type(each) is type(value) and each == value for each in kept.values()):
            kept[name] = value
    return kept


def _neighbours(documents: list[Document]) -> Iterator[str]:
    """Keys of neighbouring products beside a right Service."""
    yield from ("## Keys of neighbours", "", "| key | said |", "| --- | --- |")
    base = next((each for each in documents if each.service.is_load_balancer and each.service.annotations), None)
    if base is None:
        return
    shared: dict[str, list[str]] = {}
    for key in (*TRANSLATIONS, *FOREIGN, *sorted(INGRESS)):
        bed = Bed(key, None, base.service.annotations, base.service.raw, base.settings)
        said = "; ".join(bed.said(bed.service("x"))) or "nothing"
        shared.setdefault(said, []).append(key)
    for said, keys in shared.items():
        yield row("; ".join(keys), said)
    yield ""


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    text = json.dumps(text, ensure_ascii=False) if not text.strip() or not text.isprintable() else text
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    return f"`{cut}`"

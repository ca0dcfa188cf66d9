"""The rule reference, `rules/README.md`: made from the rules themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rules.annotations.known import INGRESS, RECOGNISED
from rules.core.annotation import Annotation, Default, Gate
from rules.core.rule import Rule
from rules.guard import ANNOTATIONS, RULES
from rules.seed import SEED

_AREAS: Final = {
    "1": "Which load balancer",
    "2": "A load balancer to create",
    "3": "Algorithm and sticky sessions",
    "4": "Health check",
    "5": "Listeners and certificates",
    "6": "Networking",
    "9": "Any annotation",
}


def render(root: Path) -> str:
    """The whole reference as Markdown; `root` is the project's folder, searched for case files to link to."""
    files = {file.name[:6]: file.relative_to(root).as_posix() for file in (root / "tests/cases").rglob("ELB*.yaml")}
    return "\n".join([*_head(), *_annotations(), *_table(), *_sections(files), *_seed(), ""])


def _head() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "<!-- Made by `make generate` from the rules; a test keeps it fresh. -->"
    yield ""
    yield "What elbguard checks on a Service of type LoadBalancer, and what it fills in. An *error* refuses the"
    yield "Service, a *warning* is shown to its author; each can be changed with `--severity` and switched off with"
    yield "`--ignore`. A rule that needs a fact nobody gave, such as the cluster's version, is skipped."
    yield ""


def _annotations() -> Iterator[str]:
    yield "## Annotations"
    yield ""
    yield "| annotation | value | filled in | after creation | gates |"
    yield "| --- | --- | --- | --- | --- |"
    for owner in ANNOTATIONS:
        yield _row(_short(owner.key), _value(owner), _default(owner.default), _AFTER[owner.after_create], _gates(owner))
        for member in owner.members.values():
            gates = _gate(member.gate) if member.gate else ""
            yield _row(f"{_short(owner.key)}.{member.name}", member.rule.says, _default(member.default), "", gates)
    yield ""
    yield "The prefix `kubernetes.io/` is left out. Recognised, and not judged yet:"
    yield ", ".join(f"`{_short(key)}`" for key in RECOGNISED) + "."
    yield "Known from Ingresses and never blamed:"
    yield ", ".join(f"`{_short(key)}`" for key in sorted(INGRESS)) + "."
    yield ""


_AFTER: Final = {"free": "may change", "fixed": "may not change", "kept": "may not change, restored when omitted"}


def _value(owner: Annotation[Any]) -> str:
    if owner.is_json:
        return "a JSON object"
    return owner.rules[0].says if owner.rules else "a text"


def _default(default: Default | None) -> str:
    if default is None:
        return ""
    what = f"`{default.value}`" if isinstance(default.value, str) else _summary(default.value)
    what = "an object with the members below" if what == "`{}`" else what
    return f"{what} ({_summary(default.when)})" if default.when else what


def _summary(function: Any) -> str:
    """The first sentence of a docstring, to stand in brackets or in a table."""
    first: str = (function.__doc__ or "").strip().partition("\n")[0]
    return first.partition(". ")[0].rstrip(".")


def _gates(owner: Annotation[Any]) -> str:
    return "; ".join(_gate(gate) for gate in owner.gates)


def _gate(gate: Gate) -> str:
    return f"{gate.feature + ': ' if gate.feature else ''}{gate.needs} or later ({gate.rule.severity})"


def _table() -> Iterator[str]:
    yield "## All rules"
    yield ""
    yield "| rule | name | severity | what must be true |"
    yield "| --- | --- | --- | --- |"
    for rule in RULES.values():
        yield _row(f"[{rule.id}](#{rule.id.lower()}-{rule.name})", rule.name, str(rule.severity), rule.says)
    yield ""


def _sections(files: dict[str, str]) -> Iterator[str]:
    area = ""
    for rule in RULES.values():
        if rule.id[3] != area:
            area = rule.id[3]
            yield from (f"## {_AREAS[area]}", "")
        yield from _section(rule, files.get(rule.id))


def _section(rule: Rule, file: str | None) -> Iterator[str]:
    yield from (f"### {rule.id} {rule.name}", "")
    yield from (f"{rule.says} (*{rule.severity}*)", "")
    if rule.why:
        yield from (f"Why: {rule.why}", "")
    yield from (f"Fix: {rule.fix}", "")
    quotation = f": “{rule.source.says}”" if rule.source.says else ""
    yield f"Source: {rule.source.document}, {rule.source.section}{quotation}."
    if rule.source.reading:
        yield from ("", f"Read as: {rule.source.reading}")
    if file:
        yield from ("", f"Examples: [{Path(file).name}](../{file})")
    yield ""


def _seed() -> Iterator[str]:
    yield "## The seed document"
    yield ""
    yield "Every constraint of the page that elbguard began with, and the rule that checks it or why none can."
    yield ""
    yield "| constraint | says | checked by |"
    yield "| --- | --- | --- |"
    for name, constraint in SEED.items():
        rules = [f"[{r.id}](#{r.id.lower()}-{r.name})" for r in RULES.values() if name in r.covers]
        yield _row(name, constraint.says, ", ".join(rules) or f"not checked: {constraint.unchecked}")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _short(key: str) -> str:
    return key.removeprefix("kubernetes.io/")

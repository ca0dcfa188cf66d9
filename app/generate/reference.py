"""The rule reference, `rules/README.md`: made from the rules themselves."""

from collections.abc import Iterator
from pathlib import Path

from app.explain import facts, markdown
from app.explain.markdown import row
from rules.annotations.known import INGRESS, RECOGNISED
from rules.core.rule import Rule
from rules.guard import ANNOTATIONS, RULES
from rules.seed import SEED


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
        name, after = facts.short(owner.key), facts.AFTER[owner.after_create]
        yield row(name, facts.value(owner), facts.default(owner.default), after, facts.gates(owner))
        for member in owner.members.values():
            yield row(f"{name}.{member.name}", member.rule.says, facts.default(member.default), "", facts.gates(member))
    yield ""
    yield "The prefix `kubernetes.io/` is left out. Recognised, and not judged yet:"
    yield ", ".join(f"`{facts.short(key)}`" for key in RECOGNISED) + "."
    yield "Known from Ingresses and never blamed:"
    yield ", ".join(f"`{facts.short(key)}`" for key in sorted(INGRESS)) + "."
    yield ""


def _table() -> Iterator[str]:
    yield from ("## All rules", "", *markdown.table(RULES.values(), linked=True), "")


def _sections(files: dict[str, str]) -> Iterator[str]:
    area = ""
    for rule in RULES.values():
        if facts.area(rule) != area:
            area = facts.area(rule)
            yield from (f"## {area}", "")
        yield from _section(rule, files.get(rule.id))


def _section(rule: Rule, file: str | None) -> Iterator[str]:
    yield from (f"### {rule.id} {rule.name}", "", *markdown.body(rule))
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
        rules = [markdown.link(r) for r in RULES.values() if name in r.covers]
        yield row(name, constraint.says, ", ".join(rules) or f"not checked: {constraint.unchecked}")

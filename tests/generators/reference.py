"""The rule reference, `rules/README.md`: made from the rules themselves."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from elbguard.explain import gates, in_words, markdown
from elbguard.explain.markdown import row
from elbguard_rules.catalogue import SUBJECTS, Key
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.facts import Version, VersionGate
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.rule import Rule
from elbguard_rules.guard import ANNOTATIONS, RETIRED, RULES
from elbguard_rules.vocabulary.foreign import FOREIGN, FOREIGN_FAMILIES, INGRESS, INGRESS_FAMILIES, TRANSLATIONS
from tests.generators.casefile import by_rule


def render(root: Path) -> str:
    """The whole reference as Markdown; `root` is the project's folder, searched for case files to link to."""
    files = {id_: cases[0].file.relative_to(root).as_posix() for id_, cases in by_rule(root).items()}
    return "\n".join([*_head(), *_annotations(), *_clusters(), *_table(), *_sections(files)])


def _head() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "<!-- Made by `make generate` from the rules; a test keeps it fresh. -->"
    yield ""
    yield "What elbguard checks on a Service of type LoadBalancer, and what it fills in. An *error* refuses the"
    yield "Service, a *warning* is shown to its author; each can be changed with `--severity` and switched off with"
    yield "`--ignore`. A rule that needs a fact nobody gave, such as the cluster's version, is skipped. What the"
    yield "rules stand on: [the catalogue of facts](elbguard_rules/catalogue/README.md)."
    yield ""
    free = (
        next(f"ELB{n}" for n in count(area * 100 + 1) if f"ELB{n}" not in {*RULES, *RETIRED}) for area in range(1, 10)
    )
    yield f"For those who add a rule, the next free id of each area: {', '.join(free)}."
    yield ""


def _annotations() -> Iterator[str]:
    yield "## Annotations"
    yield ""
    yield "The prefix `kubernetes.io/` is left out. How well an annotation is known:"
    yield ""
    yield from (f"- *{tier}*: {tier.meaning}" for tier in Tier)
    yield ""
    for subject in SUBJECTS:
        yield from (f"**{subject.title}**", "")
        yield "| annotation | known | value | filled in | after creation | clusters |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for key in subject.keys:
            yield from _annotation(key)
        yield ""
    yield from _neighbours()


def _annotation(key: Key) -> Iterator[str]:
    owner, name = in_words.owner_of(key.key), in_words.short(key.key)
    if owner is None:
        yield row(name, str(key.tier), key.facts[0].says, "", "", "")
        return
    value, after = in_words.value(owner), in_words.AFTER[owner.after_create]
    value = value if owner.rules else f"{value}: {owner.purpose}"
    yield row(name, str(key.tier), value, in_words.default(owner.default), after, _from(owner.gates))
    for member in owner.members.values():
        yield row(
            f"{name}.{member.name}", "", member.rule.says, in_words.default(member.default), "", _from(member.gates)
        )


def _from(of: tuple[Gate, ...]) -> str:
    """The first release that each feature needs; the others are in the table of clusters."""
    found = ((column.gate.feature, column.gate.needs.lines[0]) for column in gates.columns(of))
    return "; ".join(f"{feature and f'{feature} '}[from {first}](#clusters)" for feature, first in found)


def _neighbours() -> Iterator[str]:
    yield "Known from Ingresses and never blamed:"
    families = (f"`{in_words.short(name)}*`" for name in INGRESS_FAMILIES)
    yield ", ".join((*(f"`{in_words.short(key)}`" for key in sorted(INGRESS)), *families)) + "."
    yield ""
    yield "From older pages and neighbouring products, each a warning:"
    yield ""
    yield "| annotation | instead |"
    yield "| --- | --- |"
    for key, instead in TRANSLATIONS.items():
        yield row(in_words.short(key), instead.replace(in_words.PREFIX, ""))
    for key, whose in (FOREIGN | {f"{name}*": whose for name, whose in FOREIGN_FAMILIES.items()}).items():
        yield row(in_words.short(key), f"nothing; it belongs to {whose}")
    yield ""


def _clusters() -> Iterator[str]:
    """Which line of clusters has which feature from which release on; features that came together share a row."""
    together: dict[VersionGate, list[str]] = {}
    for owner in ANNOTATIONS:
        for member, gate in owner.all_gates:
            together.setdefault(gate.needs, []).append(_feature(in_words.short(owner.key), member, gate))
    answers = {needs: gates.by_line(needs) for needs in sorted(together, key=lambda needs: _order(needs.lines))}
    names = [name for name in gates.NAMES if any(answer[name] != gates.NO for answer in answers.values())]
    yield "## Clusters"
    yield ""
    yield "From which release of each line of clusters on a feature exists: .13-r0 under v1.23 is v1.23.13-r0. Lines"
    yield f"before {names[0]} have none of these; the others that are missing CCE never shipped. What a cluster does"
    yield "not have is refused, or warned about where its rule says so."
    yield ""
    yield row("feature", *names)
    yield row(*("---" for _ in range(len(names) + 1)))
    for needs, answer in answers.items():
        cells = (answer[name].removeprefix(name).replace(gates.NO, "") for name in names)
        yield row(", ".join(dict.fromkeys(together[needs])), *cells)
    yield ""


def _feature(name: str, member: str, gate: Gate) -> str:
    if gate.feature.startswith(name):
        return gate.feature
    about = f" ({gate.feature})" if gate.feature else " (warned below)" if gate.lower else ""
    return f"{name}{member and f'.{member}'}{about}"


def _order(releases: tuple[Version, ...]) -> tuple[tuple[int, int, int], ...]:
    return tuple((release.minor, release.patch or 0, release.revision or 0) for release in releases)


def _table() -> Iterator[str]:
    yield from ("## All rules", "", *markdown.table(RULES.values(), linked=True), "")


def _sections(files: dict[str, str]) -> Iterator[str]:
    area = ""
    for rule in RULES.values():
        if in_words.area(rule) != area:
            area = in_words.area(rule)
            yield from (f"## {area}", "")
        yield from _section(rule, files.get(rule.id))


def _section(rule: Rule, file: str | None) -> Iterator[str]:
    yield from (f"### {rule.id} {rule.name}", "", *markdown.body(rule))
    if file:
        yield from ("", f"Examples: [{Path(file).name}](../{file})")
    yield ""

"""The page of a rule: its sentence, what is refused and what is admitted, since when, and how to take it otherwise."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from elbguard.explain import gates
from elbguard.explain.examples import Example
from elbguard.explain.pages import RulePage, rule_page
from elbguard_rules import duplicates
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from tests.site import prose
from tests.site.kubectl import raw_examples, transcript
from tests.site.language import Language

_OF_THE_TEXT: Final = frozenset(rule.id for rule in duplicates.RULES)  # what no cluster sees


def render(rule: Rule, language: Language) -> str:
    """The whole page as Markdown."""
    page, words = rule_page(rule, language.code), language.words
    told = page.rule
    lines = [f"# {rule.id} {rule.name}", "", badge(rule, language), ""]
    lines += [f"**{prose.linked(told.says, rule.id)}**", ""]
    if told.why:
        lines += [language.labelled(words.why, prose.linked(told.why, rule.id)), ""]
    lines += [language.labelled(words.fix, prose.linked(told.fix, rule.id)), ""]
    for part in (_examples, _releases, _circumstances, _switch, _source):
        lines += part(page, language)
    return "\n".join(lines)


def badge(rule: Rule, language: Language) -> str:
    """The severity, marked by a colour."""
    return f"*{language.words.severities[str(rule.severity)]}*{{ .severity .{rule.severity} }}"


def _examples(page: RulePage, language: Language) -> Iterator[str]:
    denied, admitted, words = page.denied, page.admitted, language.words
    if denied is None or admitted is None:
        return
    raw = raw_examples()[page.rule.id]["denied"]
    verdict = words.refused if denied.verdict == "denied" else words.warned
    heading = f"## {prose.plain(language.labelled(verdict, language.title(denied.title)))}"
    yield from _example(heading, denied, admitted, language)
    if page.rule.id in _OF_THE_TEXT:
        yield from (prose.fenced("\n".join(denied.messages), "text .wrap", title=words.check_prints), "")
    else:
        yield from (prose.fenced(transcript(raw, language.code), "console .wrap", title=words.kubectl_prints), "")
    yield from _admitted(denied, admitted, language)


def _admitted(denied: Example, admitted: Example, language: Language) -> Iterator[str]:
    heading = prose.minor(prose.plain(language.labelled(language.words.admitted, language.title(admitted.title))))
    if (denied.manifest, denied.before) != (admitted.manifest, admitted.before):
        yield from _example(heading, admitted, denied, language)
        return
    words = language.words
    how = words.same_with.format(flags=" ".join(admitted.flags)) if admitted.flags else words.same_without
    yield from (heading, "", how.format(flags=" ".join(denied.flags)), "")


def _example(heading: str, example: Example, other: Example, language: Language) -> Iterator[str]:
    words = language.words
    yield from (heading, "")
    if example.flags:
        yield from (words.with_flags.format(flags=" ".join(example.flags)), "")
    if example.before:
        yield from (words.before, "", prose.fenced(example.before, "yaml"), "", words.after, "")
    if "\n---\n" in example.manifest:
        yield from (words.beside, "")
    compared = (each for each in (other.manifest, example.before) if each)
    marked = next(filter(None, (_own(example.manifest, each) for each in compared)), [])
    yield from (prose.fenced(example.manifest, "yaml", example.lines or marked), "")


def _own(manifest: str, other: str) -> list[int]:
    """The lines, from 1, that the other manifest has not."""
    lines = manifest.splitlines(), other.splitlines()
    codes = SequenceMatcher(None, *lines, autojunk=False).get_opcodes()
    return [number + 1 for tag, start, end, _, _ in codes if tag != "equal" for number in range(start, end)]


def _releases(page: RulePage, language: Language) -> Iterator[str]:
    if page.gates:
        yield from (f"## {language.words.releases}", "", *releases(page.gates, language))


def releases(columns: tuple[gates.Column, ...], language: Language) -> Iterator[str]:
    """Since which release of each line of clusters on features exist, as a table."""
    found, says = gates.table(columns), language.says
    features = [prose.plain(says(feature)) for feature in found.features] or [language.words.has_it]
    yield from prose.table(language.words.clusters, *features)
    for row in found.rows:
        yield prose.row(*(prose.linked(says(cell), "") for cell in row))
    yield ""
    for note in found.notes:
        yield from (f"{prose.linked(says(note))}.", "")


def _circumstances(page: RulePage, language: Language) -> Iterator[str]:
    words = language.words
    facts = [
        (words.about, ", ".join(prose.place(each) for each in page.about)),
        *((words.filled_in.format(place=place), text) for place, text in page.defaults),
        (words.kinds, prose.plain(page.kinds if page.gates else page.clusters)),
        (words.load_balancer, prose.plain(page.load_balancers)),
        (words.skipped_without, prose.plain(", ".join(page.needs))),
    ]
    if told := [(label, text) for label, text in facts if text]:
        yield from (prose.minor(words.circumstances), "", *prose.table("", ""))
        yield from (prose.row(label, text) for label, text in told)
        yield ""


def _switch(page: RulePage, language: Language) -> Iterator[str]:
    words, id_ = language.words, page.rule.id
    yield from (prose.minor(words.switch if page.rule.severity is not Severity.OFF else words.switch_on), "")
    ways = [(_switch_name(to, language), by.replace("] reason", f"] {words.reason}")) for to, by in page.switches]
    if page.rule.severity is not Severity.OFF:
        ways.append((words.one_service, f'elbguard.io/ignore: "{id_}: {words.reason}"'))
    yield from prose.table("", "")
    yield from (prose.row(label, f"`{by}`") for label, by in ways)
    yield ""


def _switch_name(to: str, language: Language) -> str:
    words = language.words
    if to.startswith("to "):
        return words.otherwise.format(severity=words.severities[to.removeprefix("to ")])
    return {"on": words.switch_on, "off": words.everywhere, "off in one place": words.one_place}[to]


def _source(page: RulePage, language: Language) -> Iterator[str]:
    words, source = language.words, page.rule.source
    yield from (prose.minor(words.source), "", f"{prose.document(source.document)}, {prose.plain(source.section)}", "")
    if source.says:
        yield from (f"> {prose.plain(source.says)}", "")
    if source.reading:
        yield from (language.labelled(words.read_as, prose.linked(language.says(source.reading), page.rule.id)), "")
    yield from (words.in_terminal.format(command=f"elbguard explain {page.rule.id}"), "")

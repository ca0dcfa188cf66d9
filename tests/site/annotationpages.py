"""The page of an annotation: what it is, what it takes, since when, and the rules about it."""

from collections.abc import Iterable, Iterator
from typing import Any

from elbguard.explain import gates, in_words
from elbguard.explain.pages import AnnotationPage, annotation_page
from elbguard.explain.subject import Asked
from elbguard_rules.catalogue import Key
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.need import Dedicated, Listener, Need, Turbo
from elbguard_rules.core.reader import Member
from elbguard_rules.core.rule import Rule
from tests.site import prose
from tests.site.language import Language
from tests.site.rulepages import badge, releases


def render(owner: Annotation[Any], language: Language) -> str:
    """The whole page as Markdown."""
    page = annotation_page(Asked(owner.key), language.code)
    here = in_words.short(owner.key)
    lines = [f"# {owner.key}", "", f"**{purpose(owner, language)}**", "", *_facts(owner, page, language)]
    if page.gates:
        lines += [f"## {language.words.releases}", "", *releases(page.gates, language)]
    lines += [*_members(owner, language), *_example(page, language), *rules(page.rules, language)]
    if page.also:
        lines += [
            f"## {language.words.also}",
            "",
            *(f"- {prose.linked(language.says(f), here)}" for f in page.also),
            "",
        ]
    lines += [prose.minor(language.words.documents), "", *(f"- {prose.document(each)}" for each in page.documents), ""]
    return "\n".join([*lines, language.words.in_terminal.format(command=f"elbguard explain {here}"), ""])


def purpose(owner: Annotation[Any], language: Language) -> str:
    """What it is for, as a sentence."""
    return prose.plain(in_words.sentence(language.purpose(owner)))


def meaning(key: Key, language: Language) -> str:
    """What a key of the catalogue is for, whether it is judged or not."""
    owner = in_words.owner_of(key.key)
    return purpose(owner, language) if owner else prose.linked(language.says(key.facts[0].says))


def rules(of: Iterable[Rule], language: Language) -> Iterator[str]:
    """The rules about something, as a table; nothing where there are none."""
    if found := list(of):
        yield from (prose.minor(language.words.rules_about), "", *rule_table(found, language), "")


def rule_table(of: Iterable[Rule], language: Language) -> Iterator[str]:
    """Rules as a table that leads to their pages, seen from a page in a folder beside theirs."""
    words = language.words
    yield from prose.table(words.rule, words.severity, words.must)
    for rule in of:
        name = f"[{rule.id}](../rules/{rule.id}.md)<br>{rule.name}"
        yield prose.row(name, badge(rule, language), prose.plain(language.rule(rule).says))


def _facts(owner: Annotation[Any], page: AnnotationPage, language: Language) -> Iterator[str]:
    words, says = language.words, language.says
    known = f"*{page.known}*: {prose.plain(says(page.known.meaning))}" if page.known else ""
    facts = (
        (words.value, prose.linked(page.value, in_words.short(owner.key))),
        (words.choices, prose.code(page.choices)),
        (words.default, page.default),
        (words.after_creation, page.after_creation),
        (words.needs, "; ".join(_need(need, language) for need in owner.needs)),
        (words.clouds, ", ".join(words.cloud_names[cloud] for cloud in owner.clouds)),
        (words.known, known),
    )
    yield from prose.table("", "")
    yield from (prose.row(label, text) for label, text in facts if text)
    yield ""


def _need(need: Need, language: Language) -> str:
    link = f"([{need.rule.id}](../rules/{need.rule.id}.md))"
    match need:
        case Dedicated():
            return f"{language.words.needs_dedicated} {link}"
        case Turbo():
            return f"{language.words.needs_turbo} {link}"
        case Listener():
            protocols = ", ".join(protocol.upper() for protocol in need.protocols)
            return f"{language.words.needs_listener.format(protocols=protocols)} {link}"
    return f"{prose.plain(language.rule(need.rule).says)} {link}"


def _members(owner: Annotation[Any], language: Language) -> Iterator[str]:
    words = language.words
    if not owner.members:
        return
    yield from (f"## {words.members}", "", *prose.table(words.member, words.value, words.default, words.since))
    for member in owner.members.values():
        yield prose.row(
            f"`{member.name}`{{ #{member.name} }}",
            f"{prose.plain(language.rule(member.rule).says)} [{member.rule.id}](../rules/{member.rule.id}.md)",
            language.says(in_words.default(member.default)),
            "<br>".join(_since(member, language)),
        )
    yield ""


def _since(member: Member, language: Language) -> Iterator[str]:
    for column in gates.columns(member.gates):
        text = prose.plain(language.says(in_words.gate(column.gate)))
        yield f"{text} [{column.gate.rule.id}](../rules/{column.gate.rule.id}.md)"


def _example(page: AnnotationPage, language: Language) -> Iterator[str]:
    if example := page.example:
        yield from (f"## {language.words.example}", "")
        if example.flags:
            yield from (language.words.with_flags.format(flags=" ".join(example.flags)), "")
        lines = example.manifest.splitlines()
        own = [number for number, line in enumerate(lines, start=1) if line.strip().startswith(f"{page.place.key}:")]
        yield from (prose.fenced(example.manifest, "yaml", own), "")

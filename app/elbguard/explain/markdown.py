"""Explanations as Markdown: the sections of the rule reference, with examples where there is nothing to link to."""

from collections.abc import Iterable, Iterator
from typing import Final

from elbguard.explain import gates, in_words, topics
from elbguard.explain.examples import Example
from elbguard.explain.gates import Column
from elbguard.explain.pages import AnnotationPage, RulePage
from elbguard_rules.catalogue import SUBJECTS
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.rule import Document, Rule
from elbguard_rules.guard import RULES


def rule(page: RulePage) -> str:
    """One rule, as in the reference, with its circumstances and examples."""
    lines = [f"# {page.rule.id} {page.rule.name}", "", *body(page.rule), ""]
    for label, text in _circumstances(page):
        lines += [f"{label}: {text}.", ""]
    lines += _gates(page.gates)
    for example in filter(None, (page.denied, page.admitted)):
        lines += _example(f"{example.verdict.capitalize()}: {example.title}", example)
    return "\n".join(lines)


def body(rule: Rule) -> Iterator[str]:
    """What a rule says, why, the cure and the source: what stands below its heading."""
    yield from (f"{rule.says} (*{rule.severity}*)", "")
    if rule.why:
        yield from (f"Why: {rule.why}", "")
    yield from (f"Fix: {rule.fix}", "")
    quotation = f": “{rule.source.says}”" if rule.source.says else ""
    yield f"Source: {linked(rule.source.document)}, {rule.source.section}{quotation}."
    if rule.source.reading:
        yield from ("", f"Read as: {rule.source.reading}")


def linked(document: Document) -> str:
    """A document by its title, which leads to its page where that is known; told beside it where it is a near one."""
    if document.address or not document.link:
        return f"[{document}]({document.address})" if document.address else str(document)
    return f"{document} ([{document.nearness}]({document.nearest}))"


def annotation(page: AnnotationPage) -> str:
    """One annotation or member."""
    return "\n".join(_annotation(page))


def titled(about: Topic) -> str:
    """The title of a topic, with what it is asked for by."""
    return about.title if about.title.startswith(about.name) else f"{about.name}: {about.title}"


def topic(about: Topic) -> str:
    """A symptom, or what else people ask about."""
    return "\n".join(_topic(about))


def _topic(about: Topic) -> Iterator[str]:
    yield from (f"# {titled(about)}", "", about.says, "")
    yield from (f"{number}. {step.must} {step.otherwise}" for number, step in enumerate(about.steps, start=1))
    if about.example:
        yield from ("", "```yaml", f"{about.example}```")
    if about.rules:
        yield from ("", *table(RULES[id_] for id_ in about.rules))
    quotation = f": “{about.source.says}”" if about.source.says else ""
    yield from ("", f"Source: {linked(about.source.document)}, {about.source.section}{quotation}.", "")


def catalogue() -> str:
    """All that can be explained, as tables."""
    lines = ["# Symptoms and events", "", "| ask for | what it is |", "| --- | --- |"]
    lines += [row(f"`{each.name}`", each.title) for each in topics.TOPICS]
    lines += ["", "# Annotations", ""]
    for subject in SUBJECTS:
        lines += [f"## {subject.title}", "", "| annotation | what it is for |", "| --- | --- |"]
        lines += [*(row(f"`{key.key}`", in_words.known_purpose(key)) for key in subject.keys), ""]
    return "\n".join([*lines, "# Rules", "", *table(RULES.values()), ""])


def table(rules: Iterable[Rule], *, linked: bool = False) -> Iterator[str]:
    """Rules as a table; `linked` to the headings of the reference."""
    yield from _HEAD
    for rule in rules:
        name = link(rule) if linked else rule.id
        yield row(name, rule.name, str(rule.severity), rule.says)


_HEAD: Final = ("| rule | name | severity | what must be true |", "| --- | --- | --- | --- |")


def link(rule: Rule) -> str:
    """A link to the rule's heading in the same document."""
    return f"[{rule.id}](#{rule.id.lower()}-{rule.name})"


def row(*cells: str) -> str:
    """A row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _circumstances(page: RulePage) -> Iterator[tuple[str, str]]:
    if page.about:
        yield "About", _code(page.about)
    for place, text in page.defaults:
        yield f"Default of `{place}`", text
    if page.kinds if page.gates else page.clusters:
        yield "Clusters", page.kinds if page.gates else page.clusters
    if page.load_balancers:
        yield "Class", page.load_balancers
    if page.needs:
        yield "Skipped unless known", ", ".join(page.needs)
    yield "Switch", "; ".join(f"{to}: `{by}`" for to, by in page.switches)


def _annotation(page: AnnotationPage) -> Iterator[str]:
    yield from (f"# {page.place}", "", f"{page.purpose[0].upper()}{page.purpose[1:]}.", "")
    if page.state != "judged":
        yield from (f"State: {page.state}; not judged.", "")
    facts_ = (
        ("Known", f"{page.known}, {page.known.meaning}" if page.known else ""),
        ("Value", page.value.removesuffix(".")),
        ("Choices", _code(page.choices)),
        ("Default", page.default),
        ("After creation", page.after_creation),
    )
    for label, text in facts_:
        if text:
            yield from (f"{label}: {text}.", "")
    yield from _gates(page.gates)
    if page.members:
        yield from ("| member | value | filled in | clusters |", "| --- | --- | --- | --- |")
        yield from (row(f"`{name}`", value, default, needs) for name, value, default, needs in page.members)
        yield ""
    if page.rules:
        yield from (*table(page.rules), "")
    if page.also:
        yield from ("Also:", "", *(f"- {says}" for says in page.also), "")
    if page.example:
        yield from _example("Example", page.example)
    if page.documents:
        yield from ("Documents:", "", *(f"- {linked(document)}" for document in page.documents), "")


def _gates(columns: tuple[Column, ...]) -> Iterator[str]:
    if not columns:
        return
    found = gates.table(columns)
    yield row("clusters", *(found.features or ("has it",)))
    yield row(*("---" for _ in found.rows[0]))
    yield from (row(*cells) for cells in found.rows)
    yield ""
    for note in found.notes:
        yield from (f"{note}.", "")


def _example(heading: str, example: Example) -> Iterator[str]:
    flags = f" (with `{' '.join(example.flags)}`)" if example.flags else ""
    yield from (f"{heading}{flags}", "")
    if example.before:
        yield from ("```yaml", f"# before\n{example.before}---\n# after\n{example.manifest}```", "")
    else:
        yield from ("```yaml", f"{example.manifest}```", "")
    for message in example.messages:
        yield from ("```", message, "```", "")


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)

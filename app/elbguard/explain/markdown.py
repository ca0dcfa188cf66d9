"""Explanations as Markdown: the sections of the rule reference, with examples where there is nothing to link to."""

from collections.abc import Iterable, Iterator

from elbguard.explain import gates, in_words, topics
from elbguard.explain.examples import Example
from elbguard.explain.gates import Column
from elbguard.explain.pages import AnnotationPage, RulePage
from elbguard.languages import STOPS, Language, Say, rule_in, saying
from elbguard_rules.catalogue import SUBJECTS
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.rule import Document, Rule
from elbguard_rules.guard import RULES


def rule(page: RulePage) -> str:
    """One rule, as in the reference, with its circumstances and examples."""
    say = saying(page.language)
    lines = [f"# {page.rule.id} {page.rule.name}", "", *body(page.rule, say), ""]
    for label, text in _circumstances(page):
        lines += [f"{say(label)}: {text}{_stop(text, page.language)}", ""]
    lines += _gates(page.gates, say)
    for example in filter(None, (page.denied, page.admitted)):
        lines += _example(titled_example(example, say), example, say)
    return "\n".join(lines)


def body(rule: Rule, say: Say = str) -> Iterator[str]:
    """What a rule says, why, the cure and the source: what stands below its heading."""
    yield from (f"{rule.says} (*{rule.severity}*)", "")
    if rule.why:
        yield from (f"{say('Why')}: {rule.why}", "")
    yield from (f"{say('Fix')}: {rule.fix}", "")
    quotation = f": “{rule.source.says}”" if rule.source.says else ""
    yield f"{say('Source')}: {linked(rule.source.document)}, {rule.source.section}{quotation}."
    if rule.source.reading:
        yield from ("", f"{say('Read as')}: {say(rule.source.reading)}")


def linked(document: Document) -> str:
    """A document by its title, which leads to its page where that is known; told beside it where it is a near one."""
    if document.address or not document.link:
        return f"[{document}]({document.address})" if document.address else str(document)
    return f"{document} ([{document.nearness}]({document.nearest}))"


def annotation(page: AnnotationPage) -> str:
    """One annotation or member."""
    return "\n".join(_annotation(page))


def titled(about: Topic, say: Say = str) -> str:
    """The title of a topic, with what it is asked for by."""
    title = say(about.title)
    return title if title.startswith(about.name) else f"{about.name}: {title}"


def titled_example(example: Example, say: Say) -> str:
    """What becomes of an example, and its title, which is a comment of a case file and has no translation."""
    verdict = example.verdict.capitalize()
    return f"{verdict}: {example.title}" if say(verdict) == verdict else say(verdict)


def _stop(text: str, language: Language) -> str:
    return "" if text.endswith("。") else STOPS[language]


def topic(about: Topic, language: Language = "en") -> str:
    """A symptom, or what else people ask about."""
    return "\n".join(_topic(about, language))


def _topic(about: Topic, language: Language) -> Iterator[str]:
    say = saying(language)
    yield from (f"# {titled(about, say)}", "", say(about.says), "")
    yield from (f"{number}. {say(step.must)} {say(step.otherwise)}" for number, step in enumerate(about.steps, start=1))
    if about.example:
        yield from ("", "```yaml", f"{about.example}```")
    if about.rules:
        yield from ("", *table((RULES[id_] for id_ in about.rules), language=language))
    quotation = f": “{about.source.says}”" if about.source.says else ""
    yield from ("", f"{say('Source')}: {linked(about.source.document)}, {about.source.section}{quotation}.", "")


def catalogue(language: Language = "en") -> str:
    """All that can be explained, as tables."""
    say = saying(language)
    lines = [f"# {say('Symptoms and events')}", "", *_head(say, "ask for", "what it is")]
    lines += [row(f"`{each.name}`", say(each.title)) for each in topics.TOPICS]
    lines += ["", f"# {say('Annotations')}", ""]
    for subject in SUBJECTS:
        lines += [f"## {say(subject.title)}", "", *_head(say, "annotation", "what it is for")]
        lines += [*(row(f"`{key.key}`", in_words.known_purpose(key, language)) for key in subject.keys), ""]
    return "\n".join([*lines, f"# {say('Rules')}", "", *table(RULES.values(), language=language), ""])


def table(rules: Iterable[Rule], *, linked: bool = False, language: Language = "en") -> Iterator[str]:
    """Rules as a table; `linked` to the headings of the reference."""
    yield from _head(saying(language), "rule", "name", "severity", "what must be true")
    for rule in rules:
        name = link(rule) if linked else rule.id
        yield row(name, rule.name, str(rule.severity), rule_in(language, rule).says)


def _head(say: Say, *titles: str) -> tuple[str, str]:
    return row(*map(say, titles)), row(*("---" for _ in titles))


def link(rule: Rule) -> str:
    """A link to the rule's heading in the same document."""
    return f"[{rule.id}](#{rule.id.lower()}-{rule.name})"


def row(*cells: str) -> str:
    """A row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _circumstances(page: RulePage) -> Iterator[tuple[str, str]]:
    say = saying(page.language)
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
    yield "Switch", "; ".join(f"{say(to)}: `{by}`" for to, by in page.switches)


def _annotation(page: AnnotationPage) -> Iterator[str]:
    say = saying(page.language)
    yield from (f"# {page.place}", "", in_words.sentence(page.purpose), "")
    if page.state != "judged":
        yield from (f"{say('State')}: {say(f'{page.state}; not judged')}.", "")
    facts_ = (
        ("Known", f"{page.known}, {say(page.known.meaning)}" if page.known else ""),
        ("Value", page.value.removesuffix(".")),
        ("Choices", _code(page.choices)),
        ("Default", page.default),
        ("After creation", page.after_creation),
    )
    for label, text in facts_:
        if text:
            yield from (f"{say(label)}: {text}{_stop(text, page.language)}", "")
    yield from _gates(page.gates, say)
    if page.members:
        yield from _head(say, "member", "value", "filled in", "clusters")
        yield from (row(f"`{name}`", value, default, needs) for name, value, default, needs in page.members)
        yield ""
    if page.rules:
        yield from (*table(page.rules, language=page.language), "")
    if page.also:
        yield from (f"{say('Also')}:", "", *(f"- {says}" for says in page.also), "")
    if page.example:
        yield from _example(say("Example"), page.example, say)
    if page.documents:
        yield from (f"{say('Documents')}:", "", *(f"- {linked(document)}" for document in page.documents), "")


def _gates(columns: tuple[Column, ...], say: Say) -> Iterator[str]:
    if not columns:
        return
    found = gates.table(columns)
    yield row(say("clusters"), *map(say, found.features or ("has it",)))
    yield row(*("---" for _ in found.rows[0]))
    yield from (row(*map(say, cells)) for cells in found.rows)
    yield ""
    for note in found.notes:
        yield from (f"{say(note)}.", "")


def _example(heading: str, example: Example, say: Say) -> Iterator[str]:
    flags = f" ({say('with')} `{' '.join(example.flags)}`)" if example.flags else ""
    yield from (f"{heading}{flags}", "")
    if example.before:
        before, after = say("before"), say("after")
        yield from ("```yaml", f"# {before}\n{example.before}---\n# {after}\n{example.manifest}```", "")
    else:
        yield from ("```yaml", f"{example.manifest}```", "")
    for message in example.messages:
        yield from ("```", message, "```", "")


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)

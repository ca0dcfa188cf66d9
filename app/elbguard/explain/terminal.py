"""Explanations for a terminal: plain text of 80 columns; only a manifest's own lines and addresses may be longer."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from elbguard.explain import in_words, topics
from elbguard.explain.examples import Example
from elbguard.explain.gates import Column, table
from elbguard.explain.markdown import titled, titled_example
from elbguard.explain.pages import AnnotationPage, RulePage
from elbguard.languages import Language, Say, rule_in, saying
from elbguard.widths import padded, width, wrapped
from elbguard_rules.catalogue import SUBJECTS
from elbguard_rules.catalogue.symptoms import SYMPTOMS
from elbguard_rules.catalogue.topic import Topic
from elbguard_rules.core.rule import Document, Rule
from elbguard_rules.guard import RULES
from elbguard_rules.vocabulary.foreign import INGRESS

WIDTH: Final = 80
_LABEL: Final = 9


def rule(page: RulePage) -> str:
    """One rule as a page."""
    return "\n".join([*_rule(page), *_examples(page)])


def annotation(page: AnnotationPage) -> str:
    """One annotation or member as a page."""
    return "\n".join(_annotation(page))


def topic(about: Topic, language: Language = "en") -> str:
    """A symptom, or what else people ask about, as a page: what it means, then what to look at, one by one."""
    return "\n".join(_topic(about, language))


def catalogue(language: Language = "en") -> str:
    """All that can be explained: symptoms, annotations by subject, rules by area with what must be true."""
    say = saying(language)
    lines = [say("SYMPTOMS AND EVENTS"), *(_named(each.name, say(each.title)) for each in SYMPTOMS), ""]
    lines += [say("OF ELBGUARD ITSELF"), *(_named(each.name, say(each.title)) for each in topics.OWN), ""]
    for subject in SUBJECTS:
        lines.append(f"{say('ANNOTATIONS')}: {say(subject.title).upper()}")
        lines += [_named(key.key, in_words.known_purpose(key, language)) for key in subject.keys]
        lines.append("")
    lines += [say("ANNOTATIONS OF INGRESSES, NOT JUDGED"), _wrap(", ".join(sorted(INGRESS)), "  "), ""]
    for area, rules in groupby(RULES.values(), key=in_words.area):
        lines += [f"{say('RULES')}: {say(area).upper()}", *_listed(rules, language), ""]
    more = say("For more: elbguard explain ELB206, elbguard explain elb.autocreate, or elbguard explain pending")
    return "\n".join([*lines, _wrap(more), ""])


def _rule(page: RulePage) -> Iterator[str]:
    rule, source, say = page.rule, page.rule.source, saying(page.language)
    yield from (f"{rule.id} {rule.name} ({rule.severity})", "", _wrap(rule.says), "")
    yield from _field(say, "Why", _capital(rule.why))
    yield from _field(say, "Fix", _capital(rule.fix))
    yield from _field(say, "About", ", ".join(page.about))
    yield from _field(say, "Default", "; ".join(f"{place}: {text}" for place, text in page.defaults))
    yield from _field(say, "Clusters", page.kinds if page.gates else page.clusters)
    yield from _gates(page.gates, "" if page.kinds else "Clusters", say)
    yield from _field(say, "Class", page.load_balancers)
    yield from _field(say, "Skipped", page.needs and say(f"unless known: {', '.join(page.needs)}"))
    yield from _field(say, "Source", str(source))
    yield from _field(say, "", source.says and f"“{source.says}”")
    yield from _field(say, "Read as", say(source.reading))
    yield from _page(source.document, say)
    for number, (to, by) in enumerate(page.switches):
        yield from _field(say, "" if number else "Switch", f"{say(to)}: {by}")
    yield ""


def _topic(about: Topic, language: Language) -> Iterator[str]:
    say = saying(language)
    yield from (_wrap(titled(about, say)), "", _wrap(say(about.says)), "")
    for number, step in enumerate(about.steps, start=1):
        yield from (_wrap(f"{number:>2}. {say(step.must)}", "", "    "), _wrap(say(step.otherwise), "    "))
    if about.example:
        yield from ("", say("Example"), "", *_indented(about.example))
    if about.rules:
        yield from ("", say("Rules"), "", *_listed((RULES[id_] for id_ in about.rules), language))
    yield ""
    yield from _field(say, "Source", str(about.source))
    yield from _field(say, "", about.source.says and f"“{about.source.says}”")
    yield from _page(about.source.document, say)
    yield ""


def _named(name: str, about: str) -> str:
    return f"  {name}\n{_wrap(about.removeprefix(f'{name}: '), ' ' * 10)}"


def _page(document: Document, say: Say) -> Iterator[str]:
    """Where the document is: the address on a line of its own, however long, for it to be copied or clicked."""
    if document.address:
        yield f"{padded(say('Page'), _LABEL)}{document.address}"
    elif document.nearest:
        yield from _field(say, "Page", f"{say(document.nearness)}:")
        yield f"{'':<{_LABEL}}{document.nearest}"


def _examples(page: RulePage) -> Iterator[str]:
    denied, admitted, say = page.denied, page.admitted, saying(page.language)
    if denied is None or admitted is None:
        return
    yield from _example(denied, admitted, "-", say)
    for message in denied.messages:
        yield from (_wrap(message, "  "), "")
    if (denied.manifest, denied.before) == (admitted.manifest, admitted.before):
        known = f"with {' '.join(admitted.flags)}" if admitted.flags else f"without {' '.join(denied.flags)}"
        yield from (_wrap(titled_example(admitted, say)), "", _wrap(say(f"the same, {known}"), "  "), "")
    else:
        yield from _example(admitted, denied, "+", say)


def _example(example: Example, other: Example, sign: str, say: Say) -> Iterator[str]:
    yield from _heading(example, say)
    if example.before:
        yield from (f"  {say('before')}:", "", *_indented(example.before), "", f"  {say('after')}:", "")
    yield from _marked(example, other, sign)
    yield ""


def _heading(example: Example, say: Say) -> Iterator[str]:
    yield from (_wrap(titled_example(example, say)), "")
    if example.flags:
        yield from (_wrap(say(f"with {' '.join(example.flags)}"), "  "), "")


def _marked(example: Example, other: Example, sign: str) -> Iterator[str]:
    """The lines indented, with a sign in front of those that the other manifest has not, or else of those to blame."""
    lines = example.manifest.splitlines()
    found = SequenceMatcher(None, lines, other.manifest.splitlines(), autojunk=False).get_opcodes()
    own = {number for tag, start, end, _, _ in found if tag != "equal" for number in range(start, end)}
    blamed = set() if own else {number - 1 for number in example.lines}
    for number, line in enumerate(lines):
        margin = sign if number in own else ">" if number in blamed else " "
        yield f"{margin} {line}"


def _annotation(page: AnnotationPage) -> Iterator[str]:
    say = saying(page.language)
    yield from (str(page.place), "", _wrap(in_words.sentence(page.purpose)), "")
    if page.state != "judged":
        yield from _field(say, "State", say(f"{page.state}; not judged"))
    if page.known:
        yield from _field(say, "Known", f"{page.known}: {say(page.known.meaning)}")
    yield from _field(say, "Value", page.value)
    yield from _field(say, "Choices", ", ".join(page.choices))
    yield from _field(say, "Default", page.default)
    yield from _field(say, "Update", page.after_creation)
    yield from _gates(page.gates, "Clusters", say)
    if page.members:
        yield from ("", say("Members"), "")
        for name, value, default, needs in page.members:
            more = (say(f" Filled in: {default}.") if default else "") + (say(f" Clusters: {needs}.") if needs else "")
            yield _wrap(f"{name}: {value}{more}", "  ", "    ")
    if page.rules:
        yield from ("", say("Rules"), "", *_listed(page.rules, page.language))
    if page.also:
        yield from ("", say("Also"), "", *(_wrap(says, "  ", "    ") for says in page.also))
    if page.example:
        yield from ("", say("Example"), "", *_indented(page.example.manifest))
        if page.example.flags:
            yield from ("", _wrap(say(f"with {' '.join(page.example.flags)}"), "  "))
    yield from _documents(page.documents, say)
    yield ""


def _documents(documents: Iterable[Document], say: Say) -> Iterator[str]:
    for number, document in enumerate(documents):
        if not number:
            yield from ("", say("Documents"), "")
        beside = f", {say(document.nearness)}:" if document.nearness else ":" if document.address else ""
        yield _wrap(f"{document}{beside}", "  ", "    ")
        if document.link:
            yield f"    {document.link}"


def _listed(rules: Iterable[Rule], language: Language) -> Iterator[str]:
    for rule in rules:
        yield f"  {rule.id}  {rule.name:<{WIDTH - 10 - 9}}  {rule.severity}"
        yield _wrap(rule_in(language, rule).says, " " * 10)


def _indented(manifest: str) -> Iterator[str]:
    yield from (f"  {line}" for line in manifest.splitlines())


def _field(say: Say, label: str, text: str | tuple[str, ...]) -> Iterator[str]:
    if text:
        yield _wrap(f"{padded(say(label), _LABEL)}{text}", "", " " * _LABEL)


def _gates(columns: tuple[Column, ...], label: str, say: Say) -> Iterator[str]:
    """The table of cluster versions; where it is wider than the page, one for each feature."""
    lines = list(_grid(columns, say))
    if max(map(width, lines), default=0) > WIDTH - _LABEL:
        lines = [line for column in columns for line in (*_grid((column,), say, named=True), "")][:-1]
    for number, line in enumerate(lines):
        yield f"{padded('' if number else say(label), _LABEL)}{line}".rstrip()


def _grid(columns: tuple[Column, ...], say: Say, *, named: bool = False) -> Iterator[str]:
    if not columns:
        return
    found = table(columns, named=named)
    rows = (("", *found.features), *found.rows) if found.features else found.rows
    said = [[say(cell) for cell in row] for row in rows]
    widths = [max(map(width, cells)) for cells in zip(*said, strict=True)]
    yield from ("  ".join(map(padded, row, widths)).rstrip() for row in said)
    yield from map(say, found.notes)


def _capital(sentence: str) -> str:
    """The sentence with a capital, unless it begins with a name such as elb.id."""
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0].isalpha() else sentence


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    return wrapped(text.replace("`", ""), WIDTH, first, first if rest is None else rest)

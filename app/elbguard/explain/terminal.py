"""Explanations for a terminal: plain text of 80 columns; only a manifest's own lines and addresses may be longer."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import groupby
from textwrap import fill
from typing import Final

from elbguard.explain import in_words, topics
from elbguard.explain.examples import Example
from elbguard.explain.gates import Column, table
from elbguard.explain.markdown import titled
from elbguard.explain.pages import AnnotationPage, RulePage
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


def topic(about: Topic) -> str:
    """A symptom, or what else people ask about, as a page: what it means, then what to look at, one by one."""
    return "\n".join(_topic(about))


def catalogue() -> str:
    """All that can be explained: symptoms, annotations by subject, rules by area with what must be true."""
    lines = ["SYMPTOMS AND EVENTS", *(_named(each.name, each.title) for each in SYMPTOMS), ""]
    lines += ["OF ELBGUARD ITSELF", *(_named(each.name, each.title) for each in topics.OWN), ""]
    for subject in SUBJECTS:
        lines.append(f"ANNOTATIONS: {subject.title.upper()}")
        lines += [_named(key.key, in_words.known_purpose(key)) for key in subject.keys]
        lines.append("")
    lines += ["ANNOTATIONS OF INGRESSES, NOT JUDGED", _wrap(", ".join(sorted(INGRESS)), "  "), ""]
    for area, rules in groupby(RULES.values(), key=in_words.area):
        lines += [f"RULES: {area.upper()}", *_listed(rules), ""]
    lines += ["For more: elbguard explain ELB206, elbguard explain elb.autocreate, or", "elbguard explain pending", ""]
    return "\n".join(lines)


def _rule(page: RulePage) -> Iterator[str]:
    rule, source = page.rule, page.rule.source
    yield from (f"{rule.id} {rule.name} ({rule.severity})", "", _wrap(rule.says), "")
    yield from _field("Why", _capital(rule.why))
    yield from _field("Fix", _capital(rule.fix))
    yield from _field("About", ", ".join(page.about))
    yield from _field("Default", "; ".join(f"{place}: {text}" for place, text in page.defaults))
    yield from _field("Clusters", page.kinds if page.gates else page.clusters)
    yield from _gates(page.gates, "" if page.kinds else "Clusters")
    yield from _field("Class", page.load_balancers)
    yield from _field("Skipped", page.needs and f"unless known: {', '.join(page.needs)}")
    yield from _field("Source", str(source))
    yield from _field("", source.says and f"“{source.says}”")
    yield from _field("Read as", source.reading)
    yield from _page(source.document)
    for number, (to, by) in enumerate(page.switches):
        yield from _field("" if number else "Switch", f"{to}: {by}")
    yield ""


def _topic(about: Topic) -> Iterator[str]:
    yield from (_wrap(titled(about)), "", _wrap(about.says), "")
    for number, step in enumerate(about.steps, start=1):
        yield from (_wrap(f"{number:>2}. {step.must}", "", "    "), _wrap(step.otherwise, "    "))
    if about.example:
        yield from ("", "Example", "", *_indented(about.example))
    if about.rules:
        yield from ("", "Rules", "", *_listed(RULES[id_] for id_ in about.rules))
    yield ""
    yield from _field("Source", str(about.source))
    yield from _field("", about.source.says and f"“{about.source.says}”")
    yield from _page(about.source.document)
    yield ""


def _named(name: str, about: str) -> str:
    return f"  {name}\n{_wrap(about.removeprefix(f'{name}: '), ' ' * 10)}"


def _page(document: Document) -> Iterator[str]:
    """Where the document is: the address on a line of its own, however long, for it to be copied or clicked."""
    if document.address:
        yield f"{'Page':<{_LABEL}}{document.address}"
    elif document.nearest:
        yield from _field("Page", f"{document.nearness}:")
        yield f"{'':<{_LABEL}}{document.nearest}"


def _examples(page: RulePage) -> Iterator[str]:
    denied, admitted = page.denied, page.admitted
    if denied is None or admitted is None:
        return
    yield from _example(denied, admitted, "-")
    for message in denied.messages:
        yield from (_wrap(message, "  "), "")
    if (denied.manifest, denied.before) == (admitted.manifest, admitted.before):
        known = f"with {' '.join(admitted.flags)}" if admitted.flags else f"without {' '.join(denied.flags)}"
        yield from (_wrap(f"Admitted: {admitted.title}"), "", _wrap(f"the same, {known}", "  "), "")
    else:
        yield from _example(admitted, denied, "+")


def _example(example: Example, other: Example, sign: str) -> Iterator[str]:
    yield from _heading(example)
    if example.before:
        yield from ("  before:", "", *_indented(example.before), "", "  after:", "")
    yield from _marked(example, other, sign)
    yield ""


def _heading(example: Example) -> Iterator[str]:
    yield from (_wrap(f"{example.verdict.capitalize()}: {example.title}"), "")
    if example.flags:
        yield from (_wrap(f"with {' '.join(example.flags)}", "  "), "")


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
    yield from (str(page.place), "", _wrap(f"{_capital(page.purpose)}."), "")
    if page.state != "judged":
        yield from _field("State", f"{page.state}; not judged")
    if page.known:
        yield from _field("Known", f"{page.known}: {page.known.meaning}")
    yield from _field("Value", page.value)
    yield from _field("Choices", ", ".join(page.choices))
    yield from _field("Default", page.default)
    yield from _field("Update", page.after_creation)
    yield from _gates(page.gates, "Clusters")
    if page.members:
        yield from ("", "Members", "")
        for name, value, default, needs in page.members:
            more = (f" Filled in: {default}." if default else "") + (f" Clusters: {needs}." if needs else "")
            yield _wrap(f"{name}: {value}{more}", "  ", "    ")
    if page.rules:
        yield from ("", "Rules", "", *_listed(page.rules))
    if page.also:
        yield from ("", "Also", "", *(_wrap(says, "  ", "    ") for says in page.also))
    if page.example:
        yield from ("", "Example", "", *_indented(page.example.manifest))
        if page.example.flags:
            yield from ("", _wrap(f"with {' '.join(page.example.flags)}", "  "))
    yield from _documents(page.documents)
    yield ""


def _documents(documents: Iterable[Document]) -> Iterator[str]:
    for number, document in enumerate(documents):
        if not number:
            yield from ("", "Documents", "")
        beside = f", {document.nearness}:" if document.nearness else ":" if document.address else ""
        yield _wrap(f"{document}{beside}", "  ", "    ")
        if document.link:
            yield f"    {document.link}"


def _listed(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield f"  {rule.id}  {rule.name:<{WIDTH - 10 - 9}}  {rule.severity}"
        yield _wrap(rule.says, " " * 10)


def _indented(manifest: str) -> Iterator[str]:
    yield from (f"  {line}" for line in manifest.splitlines())


def _field(label: str, text: str | tuple[str, ...]) -> Iterator[str]:
    if text:
        yield _wrap(f"{label:<{_LABEL}}{text}", "", " " * _LABEL)


def _gates(columns: tuple[Column, ...], label: str) -> Iterator[str]:
    """The table of cluster versions; where it is wider than the page, one for each feature."""
    lines = list(_grid(columns))
    if max(map(len, lines), default=0) > WIDTH - _LABEL:
        lines = [line for column in columns for line in (*_grid((column,), named=True), "")][:-1]
    for number, line in enumerate(lines):
        yield f"{'' if number else label:<{_LABEL}}{line}".rstrip()


def _grid(columns: tuple[Column, ...], *, named: bool = False) -> Iterator[str]:
    if not columns:
        return
    found = table(columns, named=named)
    rows = (("", *found.features), *found.rows) if found.features else found.rows
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    yield from ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    yield from found.notes


def _capital(sentence: str) -> str:
    """The sentence with a capital, unless it begins with a name such as elb.id."""
    return sentence[:1].upper() + sentence[1:] if sentence.partition(" ")[0].isalpha() else sentence


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    plain = text.replace("`", "")
    return fill(
        plain,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )

"""The catalogue of facts as a document, `README.md` beside them: each fact, the rules about it, and its source."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from elbguard.explain import in_words
from elbguard.explain.markdown import linked, row
from elbguard_rules import documents
from elbguard_rules.catalogue import GENERAL, SUBJECTS
from elbguard_rules.catalogue.differences import DIFFERENCES
from elbguard_rules.catalogue.seed import SEED
from elbguard_rules.catalogue.spec_facts import SPEC
from elbguard_rules.catalogue.update_facts import UPDATES
from elbguard_rules.core.fact import Fact
from elbguard_rules.core.rule import Source
from elbguard_rules.documents import LOAD_BALANCER
from elbguard_rules.guard import RULES

_HEAD: Final = """\
# The catalogue

<!-- Made by `make generate` from the modules beside it; a test keeps it fresh. -->

What is known about CCE's load balancers, in our words: each fact with its source, and the rule that holds Services to
it or the reason why none does. Where documents differ, how we decided.
"""
_LISTED: Final = "the releases listed"
_SOURCES: Final = {(s.document, s.section): n for n, s in vars(documents).items() if isinstance(s, Source)}


def render(root: Path) -> str:
    """The whole document as Markdown; it stands on the rules alone."""
    parts = (_annotations(), _named("Fields", "field", SPEC), _named("Updates", "fact", UPDATES), _differences())
    return "\n".join([_HEAD, *(line for part in parts for line in part), *_general(), *_seed(), *_sources(), ""])


def _annotations() -> Iterator[str]:
    for subject in SUBJECTS:
        yield from (
            f"## {subject.title}",
            "",
            "| annotation | fact | checked by | source |",
            "| --- | --- | --- | --- |",
        )
        for key in subject.keys:
            for number, fact in enumerate(key.facts):
                name = "" if number else f"{in_words.short(key.key)} ({key.tier})"
                yield row(name, _says(fact), _checked(fact.rules, fact.because), _named_source(fact.source))
        yield ""


def _named(title: str, heading: str, found: dict[str, Fact]) -> Iterator[str]:
    yield from (f"## {title}", "", f"| | {heading} | checked by | source |", "| --- | --- | --- | --- |")
    for name, fact in found.items():
        yield row(name, _says(fact), _checked(fact.rules, fact.because), _named_source(fact.source))
    yield ""


def _differences() -> Iterator[str]:
    yield from ("## Where documents differ", "", "| | one says | another says | decided | checked by | sources |")
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, it in DIFFERENCES.items():
        sources = ", ".join(map(_named_source, it.sources))
        yield row(name, it.one, it.other, it.decided, _checked(it.rules, it.because), sources)
    yield ""


def _general() -> Iterator[str]:
    yield from ("## Rules about no single fact", "", "| rule | about |", "| --- | --- |")
    yield from (row(_link(id_), about) for id_, about in GENERAL.items())
    yield ""


def _seed() -> Iterator[str]:
    yield from (f"## The page {LOAD_BALANCER.title.rpartition(', ')[2]}, sentence by sentence", "")
    yield from (f"What {linked(LOAD_BALANCER)} demands, in our words.", "")
    yield from ("| sentence | says | checked by |", "| --- | --- | --- |")
    for name, constraint in SEED.items():
        covering = (rule.id for rule in RULES.values() if name in rule.covers)
        yield row(name, constraint.says, _checked(covering, constraint.unchecked or ""))


def _sources() -> Iterator[str]:
    yield from ("", "## Sources", "", "| source | document | section |", "| --- | --- | --- |")
    yield from (row(name, linked(document), section) for (document, section), name in _SOURCES.items())
    yield from ("", "Documents that no fact here rests on, yet which say something of the same things:", "")
    cited = {document for document, _ in _SOURCES}
    yield from (f"- {linked(document)}" for document in documents.DOCUMENTS if document not in cited)


def _says(fact: Fact) -> str:
    return fact.says.replace(f"{_LISTED} and later", _LISTED).replace(_LISTED, f"{', '.join(fact.since)} and later")


def _checked(ids: Iterable[str], because: str) -> str:
    return ", ".join(map(_link, ids)) or f"not checked: {because}"


def _link(id_: str) -> str:
    return f"[{id_}](../../README.md#{id_.lower()}-{RULES[id_].name})"


def _named_source(source: Source) -> str:
    return f"[{_SOURCES[source.document, source.section]}](#sources)"

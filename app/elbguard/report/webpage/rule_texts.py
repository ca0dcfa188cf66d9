"""The texts of rules, folded away until somebody asks: what must be true, why, the cure, and where that stands."""

from collections.abc import Iterator

from elbguard.languages import Say, rule_in, saying
from elbguard.report.model import Report
from elbguard.report.sentences import count
from elbguard.report.webpage.figures import by_rule
from elbguard.report.webpage.markup import Markup, element, joined, lines
from elbguard_rules.core.rule import Document, Rule
from elbguard_rules.guard import RULES


def rule_texts(report: Report) -> Markup:
    """A text for each rule that is broken, in the order of their ids."""
    language = report.language
    return lines(
        _folded(rule_in(language, RULES[id_]), number, saying(language))
        for id_, number in sorted(by_rule(report).items())
    )


def _folded(rule: Rule, number: int, say: Say) -> Markup:
    """A browser unfolds what a link leads to, if that is inside, and not the fold itself."""
    title = element("summary", element("b", rule.id), f" {rule.name} ", element("span", say(count(number, "finding"))))
    return element("details", title, element("div", *_paragraphs(rule, say), id=rule.id, tabindex="-1"))


def _paragraphs(rule: Rule, say: Say) -> Iterator[Markup]:
    yield element("p", rule.says)
    if rule.why:
        yield _titled(say("Why"), rule.why)
    yield _titled(say("Fix"), rule.fix)
    yield _titled(say("Source"), _linked(rule.source.document), f", {rule.source.section}")
    if rule.source.says:
        yield element("blockquote", rule.source.says)
    if rule.source.reading:
        yield _titled(say("Read as"), say(rule.source.reading))
    yield _titled(say("More"), element("code", f"elbguard explain {rule.id}"))


def _titled(title: str, *inside: str) -> Markup:
    return element("p", element("b", f"{title}:"), " ", *inside)


def _linked(document: Document) -> Markup:
    """A document; a link to its page where the address is known, told beside it where it leads to a near edition."""
    if document.address:
        return _link(document.address, str(document))
    if not document.nearest:
        return joined(str(document))
    return joined(str(document), " (", _link(document.nearest, document.nearness), ")")


def _link(address: str, title: str) -> Markup:
    return element("a", title, href=address, rel="noopener noreferrer")

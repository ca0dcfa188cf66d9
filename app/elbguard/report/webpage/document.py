"""The report as one HTML file, for people who read it in a browser, on a phone or on paper.

Nothing in it is fetched from anywhere, and its own policy forbids that; its script filters and sorts what is there.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Final

from elbguard.languages import STOPS, Language, said_in, saying
from elbguard.report.model import Note, Report, Why
from elbguard.report.sentences import (
    PRODUCT,
    count,
    noted,
    place_of_note,
    place_of_trouble,
    said,
    summary,
    unjudged,
)
from elbguard.report.webpage.drawing import chart
from elbguard.report.webpage.figures import charts, totals
from elbguard.report.webpage.listing import left_out, listed, table
from elbguard.report.webpage.markup import Markup, element, lines
from elbguard.report.webpage.rule_texts import rule_texts

_COLOURED: Final = {"errors": "error", "warnings": "warning"}
_LANGUAGES: Final[dict[Language, str]] = {"en": "en", "zh": "zh-CN"}
_MOST_SAID: Final = 200  # troubles, and as many notes, that are said one by one


def render(report: Report) -> str:
    """The report as a whole document in ASCII."""
    say = saying(report.language)
    style, script = _resource("report.css"), _resource("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hashed(style)}'; script-src '{_hashed(script)}';"
        " base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{PRODUCT}: {say(count(report.errors, 'error'))}, {say(count(report.warnings, 'warning'))}"),
        element("style", style),
    )
    body = element("body", lines(_parts(report)), element("script", script))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=_LANGUAGES[report.language])}\n"


def _resource(name: str) -> Markup:
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _hashed(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _parts(report: Report) -> Iterator[Markup]:
    say = saying(report.language)
    yield element(
        "header", element("h1", say(f"{PRODUCT} report")), element("p", f"{summary(report)}{STOPS[report.language]}")
    )
    sections = [_figures(report), *_troubles(report), *_found(report), *_gone(report), *_not_judged(report)]
    yield element("main", lines(sections))
    yield element("footer", element("p", say(f"Written by {PRODUCT}. This page asks nothing of any network.")))


def _section(report: Report, id_: str, title: str, *inside: str) -> Markup:
    return element("section", element("h2", said_in(report.language, title), id=id_), *inside, aria_labelledby=id_)


def _figures(report: Report) -> Markup:
    say = saying(report.language)
    numbers = (
        element(
            "div",
            element("dt", say(name)),
            element("dd", f"{number:,}"),
            class_=number > 0 and _COLOURED.get(name, False),
        )
        for name, number in totals(report)
    )
    return _section(report, "figures", "Figures", element("dl", *numbers))


def _troubles(report: Report) -> Iterator[Markup]:
    fatal = [f"{place_of_trouble(each)}: {said(each)}" for each in report.troubles if each.fatal]
    if fatal:
        yield _section(report, "troubles", "Could not be checked", _items(fatal, report))


def _found(report: Report) -> Iterator[Markup]:
    if not report.errors + report.warnings:
        return
    entries = listed(report)
    yield _section(
        report,
        "charts",
        "Where they are",
        element("div", *(chart(each, report.language) for each in charts(report)), class_="charts"),
    )
    omitted = left_out(report, len(entries))
    told = element("p", omitted, class_="omitted") if omitted else ""
    yield _section(report, "findings", "Findings", told, table(report, entries))
    yield _section(report, "rules", "Rules", rule_texts(report))


def _gone(report: Report) -> Iterator[Markup]:
    if told := [_noted(each) for each in report.notes if each.why is Why.GONE]:
        yield _section(report, "gone", "Found no more after the upgrade", _items(told, report))


def _noted(note: Note) -> str:
    return ": ".join(filter(None, (place_of_note(note), noted(note))))


def _not_judged(report: Report) -> Iterator[Markup]:
    told = [*unjudged(report)]
    told += [f"{place_of_trouble(each)}: {said(each)}" for each in report.troubles if not each.fatal]
    told += [_noted(each) for each in report.notes if each.why not in (Why.GONE, Why.UNLISTED)]
    if told:
        yield _section(report, "unjudged", "Not judged, or not wholly", _items(told, report))


def _items(sentences: Iterable[str], report: Report) -> Markup:
    """Sentences as a list, as many as a reader bears."""
    every = list(sentences)
    more = [said_in(report.language, f"and {len(every) - _MOST_SAID:,} more")] if len(every) > _MOST_SAID else []
    return element("ul", *(element("li", each) for each in (*every[:_MOST_SAID], *more)))

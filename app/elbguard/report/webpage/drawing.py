"""Charts as tables with a bar in each line: the numbers are there for those who cannot see the bars."""

from elbguard.languages import Language, Say, saying
from elbguard.report.sentences import count, shortened
from elbguard.report.webpage.figures import Bar, Chart
from elbguard.report.webpage.markup import Markup, element, joined


def chart(drawn: Chart, language: Language = "en") -> Markup:
    """A chart as a table with a caption."""
    say = saying(language)
    head = element(
        "tr",
        *(element("th", say(title), scope="col") for title in (drawn.of.capitalize(), "Findings")),
        *(element("th", say(title), scope="col", class_="number") for title in ("Errors", "Warnings")),
    )
    return element(
        "table",
        element("caption", say(f"Findings by {drawn.of}")),
        element("thead", head),
        element("tbody", *(_row(bar, drawn, say) for bar in drawn.bars)),
        class_="chart",
    )


def _row(bar: Bar, drawn: Chart, say: Say) -> Markup:
    return element(
        "tr",
        element("th", _label(bar, drawn.of, say), scope="row"),
        element("td", "" if bar.others else _drawn(bar, drawn.longest)),
        element("td", f"{bar.errors:,}", class_="number"),
        element("td", f"{bar.warnings:,}", class_="number"),
    )


def _label(bar: Bar, of: str, say: Say) -> str:
    if bar.others:
        return say(f"and {count(bar.others, f'other {of}')}")
    if bar.rule:
        return joined(element("a", bar.rule, href=f"#{bar.rule}"), " ", element("span", bar.name))
    return shortened(bar.name)


def _drawn(bar: Bar, longest: int) -> Markup:
    """The bar: errors first, then warnings. Each is wide enough to be seen, if there is one at all."""
    wide = {"error": _share(bar.errors, longest), "warning": _share(bar.warnings, longest)}
    at, rects = 0.0, []
    for name, width in wide.items():
        if width:
            rects.append(element("rect", class_=name, x=f"{at:g}%", y="0", width=f"{width:g}%", height="100%"))
        at += width
    return element("svg", *rects, aria_hidden="true", focusable="false")


def _share(number: int, longest: int) -> float:
    """A number as per cent of the longest bar's, with room left for what is lifted to be seen."""
    return max(0.6, round(98.8 * number / longest, 2)) if number else 0

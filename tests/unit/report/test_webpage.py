"""The report as a page: whole, inert, and right in its figures."""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import Final

import pytest

from elbguard.report.formats import render
from elbguard.report.model import Entry, Note, Report, Resource, Trouble, Why
from elbguard.report.sentences import place, sentence, shortened
from elbguard.report.webpage.figures import MOST_BARS
from elbguard.report.webpage.listing import MOST_LISTED
from elbguard_rules.core.problem import Severity, annotation, forbidden
from elbguard_rules.documents import DOCUMENTS
from elbguard_rules.guard import RULES
from tests.support.trying import each_of
from tests.support.webpages import Node, read
from tests.unit.report.reports import REPORTS, around, live_report, one, web_report

ADDRESSES: Final = {document.link for document in DOCUMENTS if document.link}
LOADING: Final = {
    "link",
    "img",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "audio",
    "video",
    "source",
    "image",
    "use",
}
HOSTILE: Final = (
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "<!--",
    "]]><![CDATA[",
    "<a href='javascript:alert(1)'>x</a>",
    "&lt;b&gt;&#x3c;b>&amp",
    "</td></tr></table></details><h1>gone</h1>",
    "\x00\x1b[31m\x9b\u202egnp\u2066\u2028",
    "::error::x\n##[group]",
    "\ud800\udfff 日本語",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "a" * 5000,
)


def page(report: Report) -> Node:
    """The report as a parser sees it."""
    return read(render("html", report))


def everywhere(text: str) -> Report:
    """A report in which a text stands wherever a manifest, a name or a value of others is shown."""
    [entry] = around(forbidden(annotation(text, text), text), text, text, text).entries
    entry = replace(entry, resource=Resource(text, text, text), inside=text, source=f"{text}.tpl", stream=text)
    notes = (Note(Why.UNRENDERED, text, text, 1, 1, Resource(text, text, text), text),)
    troubles = (Trouble(text, 1, 1, text, True), Trouble(text, 0, 0, text, False))
    return Report((entry, replace(entry, file=f"{text}/a/b")), (), troubles, 1, 1, notes=notes)


def many(number: int, namespaces: int) -> Report:
    """A report of as many findings of one rule, and one of another behind them."""
    [entry] = one("x").entries
    found = [
        replace(entry, file=f"a/{at}.yaml", resource=Resource("Service", f"team-{at % namespaces}", "web"))
        for at in range(number)
    ]
    last = replace(entry.finding, rule=RULES["ELB101"], severity=Severity.WARNING)
    return Report((*found, replace(entry, finding=last)), files=number, services=number)


def charted(found: Node, of: str) -> dict[str, tuple[int, int]]:
    """The errors and warnings of each line of a chart."""
    [chart] = [table for table in found.all("table", class_="chart") if f"Findings by {of}" in table.text]
    body = chart.one("tbody")
    numbers = {row.one("th").text: [cell.text for cell in row.all("td", class_="number")] for row in body.all("tr")}
    return {name: (int(a.replace(",", "")), int(b.replace(",", ""))) for name, (a, b) in numbers.items()}


def rows(found: Node) -> list[Node]:
    return list(found.one("table", id="found").one("tbody").all("tr"))


@each_of(REPORTS)
def test_no_report_makes_a_page_that_could_ask_for_anything(name: str) -> None:
    found = page(REPORTS[name])
    every = list(found.all())

    assert not LOADING & {node.tag for node in every}
    for node in every:
        assert not {key for key in node.attributes if key.startswith("on")} | (
            node.attributes.keys() & {"style", "src", "srcset", "action", "formaction", "background", "xlink:href"}
        )
    links = {str(node.attributes["href"]) for node in found.all("a")}
    assert all(link.startswith("#") or link in ADDRESSES for link in links)
    assert "url(" not in found.one("style").text
    assert "@import" not in found.one("style").text


@pytest.mark.parametrize("name", ["findings", "all in order"])
def test_its_own_policy_forbids_every_request_and_every_other_script(name: str) -> None:
    found = page(REPORTS[name])
    policy = found.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy).split(";"))

    def hashed(tag: str) -> str:
        return f"'sha256-{b64encode(sha256(found.one(tag).text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "style-src": hashed("style"),
        "script-src": hashed("script"),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_of_others_is_shown_and_never_markup(text: str) -> None:
    written = render("html", everywhere(text))
    found = read(written)

    assert found.skeleton == page(everywhere("harmless")).skeleton
    assert written.isascii()
    assert all(char.isprintable() or char == "\n" for char in found.text)
    assert not re.search(r"^\s*::|##[a-z]*\[", written, re.MULTILINE)
    assert shortened(text, 160)[:150] in rows(found)[0].text


@each_of(REPORTS)
def test_links_lead_to_what_is_there_and_no_name_is_given_twice(name: str) -> None:
    found = page(REPORTS[name])
    ids = Counter(str(node.attributes["id"]) for node in found.all() if "id" in node.attributes)
    inner = {str(node.attributes["href"]) for node in found.all("a")} - ADDRESSES

    assert set(ids.values()) == {1}
    assert {link.removeprefix("#") for link in inner} <= ids.keys()
    labels = {str(section.attributes["aria-labelledby"]) for section in found.all("section")}
    assert labels == {str(heading.attributes["id"]) for heading in found.all("h2")}


def test_the_figures_come_first_and_count_everything() -> None:
    report = web_report()
    found = page(report)
    first = next(found.one("main").all("section"))

    names, numbers = [node.text for node in first.all("dt")], [node.text for node in first.all("dd")]
    assert dict(zip(names, numbers, strict=True)) == {
        "Services judged": "2",
        "findings": str(len(report.entries)),
        "errors": str(report.errors),
        "warnings": str(report.warnings),
        "files": "12",
    }


def test_what_fix_cures_is_a_figure() -> None:
    report = web_report()
    report = replace(report, entries=(replace(report.entries[0], curable=True), *report.entries[1:]))

    assert "curable by elbguard fix" in [node.text for node in page(report).all("dt")]


def test_charts_count_all_findings_by_namespace_by_folder_and_by_rule() -> None:
    report = web_report()
    away = replace(report.entries[0], file="other/a.yaml", resource=Resource("Service", "", "b"))
    report = replace(report, entries=(*report.entries, away))
    found = page(report)
    for of in ("namespace", "folder", "rule"):
        lines = charted(found, of).values()
        assert (sum(errors for errors, _ in lines), sum(warnings for _, warnings in lines)) == (
            report.errors,
            report.warnings,
        )
    assert charted(found, "namespace").keys() == {"shop", "(none named)"}
    assert charted(found, "folder").keys() == {"deploy", "other"}
    assert charted(found, "rule").keys() == {f"{entry.rule.id} {entry.rule.name}" for entry in report.entries}


def test_where_no_manifest_names_a_namespace_folders_are_charted() -> None:
    found = page(replace(one("x", file="web.yaml"), files=1))

    assert charted(found, "folder") == {".": (1, 0)}
    assert rows(found)[0].attributes["data-group"] == "."


def test_of_a_cluster_namespaces_are_counted_and_what_is_not_listed_too() -> None:
    report = live_report()
    assert report.tally
    found = page(report)
    figures = dict(zip((node.text for node in found.all("dt")), (node.text for node in found.all("dd")), strict=True))

    assert figures["namespaces"] == "3"
    assert "files" not in figures
    assert charted(found, "namespace") == {"shop": (4, 1), "office": (2, 0)}
    assert not [table for table in found.all("table") if "by folder" in table.text]
    by_rule = charted(found, "rule")
    assert {name[:6]: sum(numbers) for name, numbers in by_rule.items()} == report.tally.rules
    assert by_rule["ELB301 unknown-algorithm"] == (3, 0)
    assert f"5 of {report.errors + report.warnings} findings are listed" in found.one("p", class_="omitted").text


def test_of_a_cluster_each_finding_names_its_service_and_what_the_upgrade_changes() -> None:
    found = page(live_report())
    sections = {str(section.attributes["aria-labelledby"]): section.text for section in found.all("section")}

    assert {row.one("code").text for row in rows(found)} == {"shop/web"}
    assert all("(new in v1.30.4-r0)" in row.text for row in rows(found)[1:])
    assert "shop/web: Service/shop/web: ELB322: no finding any more" in sections["gone"]
    assert "ELB322" not in sections["unjudged"]
    assert "2 Ingresses carry them" in sections["unjudged"]


def test_bars_are_as_long_as_their_share_and_the_rest_is_one_line() -> None:
    found = page(many(200, 100))
    lines = charted(found, "namespace")
    [chart] = [table for table in found.all("table", class_="chart") if "Findings by rule" in table.text]
    widths = [float(str(rect.attributes["width"]).removesuffix("%")) for rect in chart.all("rect")]

    assert len(lines) == MOST_BARS + 1
    assert lines[f"and {101 - MOST_BARS} other namespaces"] == (200 - 2 * MOST_BARS, 1)
    assert widths == [98.8, 0.6]


def test_every_finding_has_its_place_its_service_what_is_wrong_the_cure_and_its_rule() -> None:
    report = web_report()
    found = page(report)
    for row, entry in zip(rows(found), report.entries, strict=True):
        severity, rule, where, what = row.all("td")
        assert severity.text == entry.severity
        assert rule.one("a").attributes["href"] == f"#{entry.rule.id}"
        assert where.text == f"{place(entry)} Service/shop/web"
        assert sentence(entry) in what.text
        assert f"Cure: {entry.rule.fix}" in what.text
        assert row.attributes["data-group"] == "shop"


def test_the_guilty_part_of_a_line_is_marked() -> None:
    marked = {row.one("a").text: row.one("pre") for row in rows(page(web_report())) if list(row.all("pre"))}

    assert marked["ELB206"].one("mark").text == "5000"
    assert marked["ELB206"].text == """kubernetes.io/elb.autocreate: '{"type": "inner", "bandwidth_size": 5000}'"""


def test_a_long_line_is_cut_around_the_guilty_part() -> None:
    line = f"{'a' * 900}HERE{'b' * 900}"
    [row] = rows(page(one("x", excerpt=line, column=901, end_column=905)))

    assert row.one("mark").text == "HERE"
    assert re.fullmatch(r"\.\.\.a{80}HEREb{80}\.\.\.", row.one("pre").text)


@each_of(RULES)
def test_the_page_of_a_rule_is_whole(id_: str) -> None:
    rule = RULES[id_]
    [entry] = one("x").entries
    found = page(Report((replace(entry, finding=replace(entry.finding, rule=rule)),), files=1, services=1))
    told = found.one("div", id=id_)
    document = rule.source.document

    for text in (rule.says, rule.why, rule.fix, str(document), rule.source.section, rule.source.says):
        assert shown(text) in told.text
    links = [node.attributes["href"] for node in told.all("a")]
    assert links == ([document.link] if document.link else [])


def shown(text: str) -> str:
    return shortened(text, len(text))


def test_a_page_of_very_many_findings_lists_some_of_every_rule_and_counts_all() -> None:
    report = many(2 * MOST_LISTED, 3)
    written = render("html", report)
    found = read(written)
    listed = rows(found)

    assert len(written) < 4_000_000
    assert len(listed) == MOST_LISTED
    assert Counter(row.one("a").text for row in listed) == {"ELB301": MOST_LISTED}
    assert f"{MOST_LISTED:,} of {2 * MOST_LISTED + 1:,} findings are listed" in found.one("p", class_="omitted").text
    assert [node.text for node in found.all("dd")][1] == f"{2 * MOST_LISTED + 1:,}"
    assert charted(found, "rule")["ELB101 unknown-class"] == (0, 1)


def test_a_rule_that_is_broken_once_among_many_errors_is_listed() -> None:
    report = many(2 * MOST_LISTED, 3)
    last = report.entries[-1]
    last = replace(last, finding=replace(last.finding, severity=Severity.ERROR))
    found = page(replace(report, entries=(*report.entries[:-1], last)))

    assert rows(found)[-1].one("a").text == "ELB101"


def test_where_all_is_listed_nothing_is_said_of_it() -> None:
    assert not list(page(web_report()).all("p", class_="omitted"))


def test_without_findings_there_is_no_table_and_the_page_says_so() -> None:
    found = page(REPORTS["all in order"])

    assert not list(found.all("table"))
    assert "No mistakes in 3 Services of 12 files." in found.one("header").text


def test_what_could_not_be_checked_or_judged_is_said() -> None:
    found = page(REPORTS["everything"])
    sections = {str(section.attributes["aria-labelledby"]): section.text for section in found.all("section")}

    assert "deploy/broken.yaml:7:2: expected a key" in sections["troubles"]
    assert "chart/templates/service.yaml:3:1: a Helm template: render it first" in sections["unjudged"]
    assert "could not judge: cluster version" in sections["unjudged"]


def test_of_very_many_troubles_the_page_names_some_and_counts_the_rest() -> None:
    found = page(Report(troubles=tuple(Trouble(f"{at}.yaml", 1, 1, "broken", True) for at in range(1200)), files=1200))

    assert [item.text for item in found.all("li")][-1] == "and 1,000 more"


def test_tables_have_captions_headings_and_a_language() -> None:
    found = page(web_report())

    assert found.attributes["lang"] == "en"
    for table in found.all("table"):
        assert table.one("caption").text
        assert all(head.attributes["scope"] == "col" for head in table.one("thead").all("th"))
    assert all(list(label.all("input")) or list(label.all("select")) for label in found.all("label"))
    levels = [node.tag for node in found.all() if re.fullmatch(r"h\d", node.tag)]
    assert levels == ["h1", *["h2"] * (len(levels) - 1)]


def themes() -> dict[str, dict[str, str]]:
    """The colours by name, of the light and of the dark theme."""
    style = page(Report()).one("style").text
    light, dark = re.findall(r":root \{([^}]*)\}", style)
    return {
        name: {key: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for key, value in found}
        for name, found in (("light", _colours(light)), ("dark", _colours(dark)))
    }


def _colours(text: str) -> list[tuple[str, str]]:
    return re.findall(r"--([a-z-]+): (#[0-9a-f]+)", text)


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [(ink, paper) for ink in ("ink", "soft", "link", "error", "warning") for paper in ("paper", "raised")]
    + [("mark-ink", "mark")],
)
def test_texts_stand_out_from_what_is_behind_them(theme: str, ink: str, paper: str) -> None:
    colours = themes()[theme]
    darker, lighter = sorted((luminance(colours[ink]), luminance(colours[paper])))

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum), level AA


def test_the_same_report_is_the_same_page() -> None:
    assert render("html", web_report()) == render("html", web_report())


def test_the_order_of_the_rows_is_that_of_the_report() -> None:
    report = many(50, 7)

    def named(entry: Entry) -> str:
        return place(entry)

    assert [row.one("code").text for row in rows(page(report))] == [named(entry) for entry in report.entries]

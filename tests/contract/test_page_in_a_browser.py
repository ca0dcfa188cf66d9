"""The page of a report does in a real browser what it is for: Debian's Chromium, driven by Playwright."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from elbguard.report.formats import render
from elbguard.report.model import Report, Resource
from elbguard.report.webpage.listing import MOST_LISTED
from tests.support import chromium
from tests.unit.report.reports import web_report
from tests.unit.report.test_webpage import HOSTILE, everywhere, many

PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 900)

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that runs for all tests of this module."""
    with chromium.running() as browser:
        yield browser


class Reader:
    """Opens reports, and fails where a page asks for more than itself, complains, or opens a dialogue."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._file = folder / "report.html"
        self._said: list[str] = []

    def open(
        self, report: Report, size: tuple[int, int] = DESKTOP, *, script: bool = True, dark: bool = False, at: str = ""
    ) -> Page:
        """The page, loaded; `at` is the fragment behind its address."""
        self._file.write_text(render("html", report), encoding="ascii")
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        page = context.new_page()
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("dialog", lambda dialog: self._said.append(dialog.message))
        page.goto(f"{self._file.as_uri()}{at}")
        return page

    def _asked(self, address: str) -> None:
        if address.partition("#")[0] != self._file.as_uri():
            self._said.append(address)

    def _heard(self, message: ConsoleMessage) -> None:
        self._said.append(message.text)

    def close(self) -> None:
        """Close all pages; what they did beside being shown fails."""
        for context in self._browser.contexts:
            context.close()
        assert self._said == []


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Who opens reports."""
    made = Reader(browser, tmp_path)
    yield made
    made.close()


def several() -> Report:
    """Findings of several rules in two namespaces, in an order that no column has."""
    here = web_report().entries
    there = [replace(entry, file="a/10.yaml", resource=Resource("Service", "bank", "api")) for entry in here[:2]]
    third = replace(here[0], file="a/9.yaml", resource=Resource("Service", "", "odd"))
    return Report((*here, *there, third), files=3, services=3)


def shown(page: Page, column: int) -> list[str]:
    """The texts of a column in the rows that are to be seen."""
    return page.locator(f"#found tbody tr:visible td:nth-child({column})").all_text_contents()


def is_too_wide(page: Page) -> bool:
    """Whether the page has to be moved sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_words_and_choices_filter_the_table_and_a_button_shows_all(reader: Reader) -> None:
    report = several()
    page = reader.open(report)
    every = len(report.entries)
    assert page.get_by_role("status").inner_text() == f"{every} of {every} findings shown"

    page.get_by_label("Words").fill("BANDWIDTH_size shop")
    assert {text.split()[0] for text in shown(page, 2)} == {"ELB206"}
    page.get_by_label("Words").fill("")
    page.get_by_role("combobox", name="Namespace").select_option("bank")
    assert [text.partition(":")[0] for text in shown(page, 3)] == ["a/10.yaml"] * 2
    page.get_by_role("combobox", name="Rule").select_option(report.entries[0].rule.id)
    assert len(shown(page, 2)) == 1
    assert page.get_by_role("status").inner_text() == f"1 of {every} findings shown"
    page.get_by_role("button", name="Show all").click()
    assert len(shown(page, 1)) == every
    page.get_by_role("combobox", name="Severity").select_option("warning")
    assert set(shown(page, 1)) == {"warning"}


def test_headings_sort_both_ways_by_mouse_and_by_keyboard(reader: Reader) -> None:
    page = reader.open(several())
    place = page.get_by_role("columnheader", name="Place")

    place.get_by_role("button").click()
    files = [text.partition(":")[0] for text in shown(page, 3)]
    assert files[:3] == ["a/9.yaml", "a/10.yaml", "a/10.yaml"]
    assert place.get_attribute("aria-sort") == "ascending"
    place.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert [text.partition(":")[0] for text in shown(page, 3)][-1] == "a/9.yaml"
    assert place.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    rules = [text.split()[0] for text in shown(page, 2)]
    assert rules == sorted(rules)
    assert place.get_attribute("aria-sort") is None


@pytest.mark.parametrize("script", [True, False])
def test_a_link_unfolds_the_page_of_its_rule(reader: Reader, script: bool) -> None:
    page = reader.open(several(), script=script)
    text = page.locator("#ELB206")
    assert not text.is_visible()

    page.locator("#found").get_by_role("link", name="ELB206").first.click()
    assert text.is_visible()
    assert "Fix:" in text.inner_text()
    assert reader.open(several(), script=script, at="#ELB206").locator("#ELB206").is_visible()


def test_the_table_is_whole_without_a_script(reader: Reader) -> None:
    report = several()
    page = reader.open(report, script=False)

    assert len(shown(page, 4)) == len(report.entries)
    assert not page.locator("#filters").is_visible()
    assert page.get_by_role("columnheader", name="Place").is_visible()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", [PHONE, (320, 600), DESKTOP])
def test_a_page_is_as_wide_as_its_window(reader: Reader, size: tuple[int, int], script: bool) -> None:
    for report in (several(), everywhere("a" * 5000), Report(), many(200, 100)):
        assert not is_too_wide(reader.open(report, size, script=script))


def test_rows_are_cards_on_a_phone_and_still_a_table_to_a_screen_reader(reader: Reader) -> None:
    page = reader.open(several(), PHONE)

    assert page.locator("#found tbody tr").first.evaluate("row => getComputedStyle(row).display") == "block"
    assert page.get_by_role("table", name="Findings, each").get_by_role("row").count() == len(several().entries) + 1
    page.get_by_role("columnheader", name="Severity").get_by_role("button").click()
    assert shown(page, 1) == sorted(shown(page, 1))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_of_others_does_nothing_in_a_browser(reader: Reader, text: str) -> None:
    page = reader.open(everywhere(text), PHONE)

    page.get_by_role("combobox", name="Severity").select_option("error")
    page.get_by_role("columnheader", name="Place").get_by_role("button").click()
    assert len(shown(page, 1)) == 2
    assert page.locator("h1").count() == page.locator("script").count() == 1


def test_colours_follow_the_system_and_paper_is_white(reader: Reader) -> None:
    def paper(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    assert paper(reader.open(several())) == "rgb(255, 255, 255)"
    dark = reader.open(several(), dark=True)
    assert paper(dark) != "rgb(255, 255, 255)"
    dark.emulate_media(media="print")
    assert paper(dark) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("script", [True, False])
def test_on_paper_the_rules_are_unfolded_and_nothing_is_there_to_click(reader: Reader, script: bool) -> None:
    page = reader.open(several(), script=script)
    folded = page.locator("#ELB206")
    assert not folded.is_visible()
    page.emulate_media(media="print")

    assert folded.is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_page_of_very_many_findings_filters_and_sorts(reader: Reader) -> None:
    page = reader.open(many(2 * MOST_LISTED, 3), PHONE)

    page.get_by_role("combobox", name="Namespace").select_option("team-1")
    assert page.get_by_role("status").inner_text() == f"{MOST_LISTED // 3} of {MOST_LISTED} findings shown"
    heading = page.get_by_role("columnheader", name="Place").get_by_role("button")
    heading.click()
    heading.click()
    assert page.locator("#found tbody tr:visible code").first.inner_text() == f"a/{MOST_LISTED - 2}.yaml:1:1"

"""The site does in a real browser what it is for, also from a folder, without any network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import chromium

PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 900)
pytestmark = pytest.mark.thorough
PAGES: Final = ("index", "guides/install", "annotations/elb.autocreate", "rules/ELB206", "rules/index", "zh/index")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that runs for all tests of this module."""
    with chromium.running() as browser:
        yield browser


class Visit:
    """Somebody who reads the site from a folder; what a page asks of anybody else, or complains of, fails."""

    def __init__(self, context: BrowserContext, site: Path) -> None:
        self._site, self.said = site, list[str]()
        self.page: Final[Page] = context.new_page()
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, name: str) -> Page:
        """The page with this name."""
        self.page.goto((self._site / f"{name}.html").as_uri())
        return self.page

    def _asked(self, address: str) -> None:
        if not address.startswith((self._site.as_uri(), "data:", "blob:")):
            self.said.append(address)


@pytest.fixture
def visit(browser: Browser, site: Path, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visit by somebody with a desktop, or with what the test's parameter says."""
    width, height = getattr(request, "param", DESKTOP)
    context = browser.new_context(viewport={"width": width, "height": height})
    made = Visit(context, site)
    yield made
    context.close()
    assert made.said == []


@pytest.mark.parametrize("visit", [PHONE, DESKTOP], indirect=True)
def test_no_page_has_to_be_moved_sideways(visit: Visit) -> None:
    for name in PAGES:
        page = visit.open(name)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name


@pytest.mark.parametrize(
    ("start", "words", "found"),
    [
        ("index", "ELB206", "rules/ELB206.html"),
        ("guides/adopt", "unknown-class", "rules/ELB101.html"),
        ("index", "gzip-enabled", "annotations/elb.gzip-enabled.html"),
        ("zh/index", "集群版本", "zh/guides/upgrade.html"),
    ],
)
def test_search_finds_by_number_name_key_and_chinese_words(visit: Visit, start: str, words: str, found: str) -> None:
    page = visit.open(start)
    page.locator(".md-search__button").click()
    page.get_by_role("combobox", name="Search").fill(words)
    expect(page.locator(f'a[href*="/{found}"]').first).to_be_visible()


def test_the_language_is_switched_on_the_same_page(visit: Visit) -> None:
    page = visit.open("rules/ELB206")
    page.get_by_label("Select language").hover()
    page.get_by_role("link", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ELB206")
    assert page.url.endswith("/zh/rules/ELB206.html")


def test_a_refusal_is_wrapped_and_its_line_in_the_manifest_is_marked(visit: Visit) -> None:
    page = visit.open("rules/ELB101")
    said = page.locator(".language-console pre")
    assert said.evaluate("element => element.scrollWidth <= element.clientWidth")
    expect(page.locator(".hll").first).to_contain_text("kubernetes.io/elb.class")

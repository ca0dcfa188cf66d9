"""Whoever follows a link of the site arrives, and nobody else hears of a visit."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.site.language import CHINESE
from tests.unit.site.htmlpages import HtmlPage
from tests.unit.site.test_guides import GUIDES

pytestmark = pytest.mark.thorough

_URL: Final = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
_HERE: Final = "https://site.example/"


def _target(page: str, link: str) -> tuple[str, str]:
    """The file that a link of a page leads to, and the anchor in it; the file is empty where it leads elsewhere."""
    whole = urljoin(_HERE + page, link)
    if not whole.startswith(_HERE):
        return "", ""
    parts = urlsplit(whole)
    name = unquote(parts.path.lstrip("/"))
    return (f"{name}index.html" if not name or name.endswith("/") else name), unquote(parts.fragment)


def test_every_link_leads_to_a_file_of_the_site_and_an_anchor_in_it(site: Path, pages: dict[str, HtmlPage]) -> None:
    dead = []
    for name, page in pages.items():
        for link in dict.fromkeys((*page.links, *page.loaded)):
            file, anchor = _target(name, link)
            found = pages.get(file)
            if (file and not (site / file).is_file()) or (found and anchor and anchor not in found.ids):
                dead.append(f"{name}: {link}")
    assert dead == []


def test_links_to_elsewhere_are_encrypted_or_say_that_they_are_examples(pages: dict[str, HtmlPage]) -> None:
    elsewhere = {link for page in pages.values() for link in page.links if not _target("index.html", link)[0]}
    assert {link for link in elsewhere if not link.startswith("https://")} == set()
    assert any("support.huaweicloud.com" in link for link in elsewhere)


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, HtmlPage]) -> None:
    foreign = [f"{name}: {link}" for name, page in pages.items() for link in page.loaded if not _target(name, link)[0]]
    for file in site.rglob("*.css"):
        found = (match[1] or match[2] for match in _URL.finditer(file.read_text(encoding="utf-8")))
        foreign += [f"{file.name}: {each}" for each in found if not each.startswith("data:")]
    assert foreign == []


def test_every_page_has_its_twin_but_those_that_say_that_they_have_none(pages: dict[str, HtmlPage]) -> None:
    folder = f"{CHINESE.folder}/"
    twins = {name.removeprefix(folder) for name in pages if name.startswith(folder)}
    alone = {name.partition("/")[2].replace(".md", ".html") for name, guide in GUIDES.items() if "\nalone: " in guide}
    assert {name for name in pages if not name.startswith((folder, "playground/"))} - twins == alone
    assert {page.language for name, page in pages.items() if name.startswith(folder)} == {"zh"}


def test_the_playground_is_in_the_menu_of_every_page(site: Path, pages: dict[str, HtmlPage]) -> None:
    assert (site / "playground/index.html").is_file()
    assert "../playground/index.html" in pages["rules/ELB101.html"].links
    assert "../../playground/index.html" in pages["zh/rules/ELB101.html"].links

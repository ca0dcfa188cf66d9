"""The site, built once; all its tests run in one process (tests/conftest.py)."""

from pathlib import Path

import pytest

from tests.site.building import build
from tests.site.language import LANGUAGES
from tests.support.places import ROOT
from tests.unit.site.htmlpages import HtmlPage


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole site, with the plainest of playgrounds in it."""
    out = tmp_path_factory.mktemp("built") / "site"
    playground = tmp_path_factory.mktemp("playground")
    (playground / "index.html").write_text('<html lang="en"><a href="../">elbguard</a></html>', encoding="utf-8")
    build(ROOT, out, LANGUAGES, playground)
    return out


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, HtmlPage]:
    """All pages of the site by their names, `rules/ELB101.html`."""
    return {file.relative_to(site).as_posix(): HtmlPage.read(file) for file in sorted(site.rglob("*.html"))}

"""The browser of the tests: Debian's Chromium, or the one that `playwright install` fetches."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NO_BROWSER: Final = "tests in a browser need Chromium: apt-get install chromium"


def program(playwright: Playwright) -> str:
    """Where it is; the empty text where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).is_file() else "")


@contextmanager
def running() -> Iterator[Browser]:
    """A browser while it is wanted; where there is none, the test is skipped."""
    with sync_playwright() as playwright:
        found = program(playwright)
        if not found:
            pytest.skip(NO_BROWSER)
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()

"""The browser of the tests: Debian's Chromium, or the one that `playwright install` fetches."""

import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Playwright

NO_BROWSER: Final = "tests in a browser need Chromium: apt-get install chromium"


def program(playwright: Playwright) -> str:
    """Where it is; the empty text where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).is_file() else "")

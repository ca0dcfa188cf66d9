"""What the playground is built of: nothing but what the locks name, and a plain word where that cannot be had."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.support.places import ROOT, environment

FOLDER: Final = ROOT / "docs" / "playground"
LOCK: Final[dict[str, Any]] = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))


def test_npm_takes_what_the_lock_says_of_any_registry() -> None:
    packages = {name: entry for name, entry in LOCK["packages"].items() if name}

    assert "node_modules/pyodide" in packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_without_npm_it_is_said_what_to_install(tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER / "build.py"), str(tmp_path / "built")]

    done = subprocess.run(command, env={**environment(), "PATH": ""}, capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert "install Node.js" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "built").exists()


def test_the_page_names_no_address_but_its_own() -> None:
    for file in (*FOLDER.glob("*.html"), *FOLDER.glob("*.js"), *FOLDER.glob("*.css")):
        assert "://" not in file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

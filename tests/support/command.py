"""The real command in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.support import forked
from tests.support.places import ROOT, environment

PROGRAM: Final = (sys.executable, "-m", "elbguard")
Done = subprocess.CompletedProcess[str]


def ran(*words: str, cwd: Path = ROOT, stdin: str = "", **variables: str) -> Done:
    """Run any command, with this project's on the PATH and none of its settings but `variables`."""
    env = environment(**variables)
    return subprocess.run(words, input=stdin, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def elbguard(*words: str, cwd: Path = ROOT, stdin: str = "", **variables: str) -> Done:
    """Run the command to its end, with none of this project's settings but `variables`; it never shows a traceback."""
    done = forked.run(words, cwd, stdin, environment(**variables))
    assert "Traceback" not in done.stderr
    return done


def check(*arguments: str, stdin: str = "", cwd: Path) -> Done:
    """Run `elbguard check` as CI would; it never shows a traceback."""
    return elbguard("check", *arguments, stdin=stdin, cwd=cwd)


def findings(done: Done) -> list[dict[str, Any]]:
    """The findings of a JSON report."""
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found

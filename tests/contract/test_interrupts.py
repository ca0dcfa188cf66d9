"""Ctrl-C ends the command with 130 and without a traceback, whenever it comes."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.command import PROGRAM
from tests.support.places import ROOT as REPO

MOMENTS = 12
SAMPLES = REPO / "app/elbguard/demo/samples"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose check takes some seconds."""
    folder = tmp_path_factory.mktemp("many")
    text = "---\n".join(file.read_text() for file in sorted(SAMPLES.glob("*.yaml")))
    for number in range(400):
        (folder / f"{number}.yaml").write_text(text)
    return folder


@pytest.mark.parametrize("verb", [["check", "--jobs", "2"], ["fix"]], ids=" ".join)
def test_ctrl_c_at_any_moment_is_130_and_no_traceback(many: Path, verb: Sequence[str]) -> None:
    """What comes before the first line of ours is Python's own start, which says what it will."""
    ended = [_interrupted([*PROGRAM, *verb, str(many)], 0.02 + 0.05 * moment) for moment in range(MOMENTS)]
    ours = [(code, text) for code, text in ended if code not in (-signal.SIGINT, 1) or "cli.py" in text]

    assert len(ours) >= MOMENTS / 2
    assert {code for code, _ in ours} == {130}
    assert not any("Traceback" in text or "Aborted" in text for _, text in ours)


def test_ctrl_c_while_the_server_is_loaded_is_130_and_afterwards_an_end_as_good_as_any() -> None:
    script = (
        "import elbguard.entry, os, signal; os.kill(os.getpid(), signal.SIGINT) if {} else None; elbguard.entry.main()"
    )
    assert _ended(script.format("0"), "--version") == (0, "")

    early = "import sys, elbguard.entry, elbguard.cli as c\ndef stop(): c.signal.raise_signal(2)\nc.main = stop\n"
    early += "elbguard.entry.main()"
    assert _ended(early) == (130, "Interrupted.\n")


def test_ctrl_c_that_a_shell_has_a_job_ignore_stays_ignored() -> None:
    script = (
        "import signal, elbguard.entry, elbguard.cli as c\nsignal.signal(2, signal.SIG_IGN)\n"
        "c.main = lambda: signal.raise_signal(2)\nelbguard.entry.main()"
    )
    assert _ended(script) == (0, "")


def _interrupted(command: Sequence[str], seconds: float) -> tuple[int, str]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=60)[1]
        return process.returncode, text


def _ended(script: str, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPO)
    return done.returncode, done.stderr

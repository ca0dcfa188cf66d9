"""`make run` as a newcomer meets it: what it prints, the command to try, and Ctrl-C in the terminal."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.command import PROGRAM, ran
from tests.support.places import ROOT
from tests.support.process import LOOPBACK, free_ports
from tests.support.waiting import wait_until
from tests.support.webhook import START_SECONDS, Webhook

SAMPLE: Final = "app/elbguard/demo/samples/3-many-mistakes.yaml"


class Terminal:
    """A command in the foreground of a terminal, so that Ctrl-C reaches all that it started."""

    def __init__(self, command: list[str], output: Path) -> None:
        self._output = output
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
            )

    def shown(self) -> str:
        """What the terminal shows."""
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until the terminal shows a text so many times."""
        wait_until(lambda: self.shown().count(text) >= times or self._process.poll() is not None, self.shown)
        assert self.shown().count(text) >= times, self.shown()

    def press_ctrl_c(self) -> int:
        """Interrupt everything, and give the exit code of the command."""
        os.killpg(self._process.pid, signal.SIGINT)
        return self._process.wait(START_SECONDS)

    def close(self) -> None:
        """End what still runs."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[Terminal]:
    """`make run` in this environment, which counts as installed."""
    [port] = free_ports(1)
    certs, environment = tmp_path / "certs", Path(sys.prefix)
    settings = [f"VENV={environment}", f"CERTS={certs}", f"PORT={port}"]
    terminal = Terminal(["make", "run", f"--old-file={environment}/.run", *settings], tmp_path / "shown")
    try:
        terminal.wait_for("listening on https://")
        yield terminal
    finally:
        terminal.close()


def tried(terminal: Terminal) -> str:
    """What the suggested command prints, pasted into another terminal."""
    [command] = re.findall(r"^  (\S+python -m elbguard\.demo .*)$", terminal.shown(), re.MULTILINE)
    return ran("bash", "-c", command).stdout


def test_the_suggested_command_prints_the_refusal_as_kubectl_does(make_run: Terminal) -> None:
    head, warning, refused, *causes = tried(make_run).strip().splitlines()

    assert head == "$ kubectl apply -f 3-many-mistakes.yaml"
    assert warning.startswith("Warning: ")
    assert refused == 'The Service "checkout" is invalid:'
    assert causes
    assert all(cause.startswith("* metadata.annotations[") for cause in causes)


def test_ctrl_c_ends_it_without_a_word_of_failure(make_run: Terminal) -> None:
    code = make_run.press_ctrl_c()

    assert code in (0, -signal.SIGINT)  # make itself dies of the signal, as a shell expects; 2 would be a failure
    assert not re.search(r"Aborted|Error|\*\*\*|Traceback", make_run.shown())
    assert "Finished server process" in make_run.shown()


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_is_an_end_in_order(server: Webhook, tmp_path: Path, workers: int) -> None:
    [port] = free_ports(1)
    command = [*PROGRAM, "serve", "--host", LOOPBACK, "--port", str(port), *server.pair, "--workers", str(workers)]
    terminal = Terminal(command, tmp_path / "shown")
    terminal.wait_for("Started server process", workers)
    code = terminal.press_ctrl_c()

    assert code == 0
    assert not re.search(r"Aborted|Error|Traceback", terminal.shown())


def test_a_server_that_is_not_there_is_said_in_one_sentence(server: Webhook) -> None:
    [port] = free_ports(1)
    ask = ["--ask", f"https://localhost:{port}", "--ca", str(server.workdir / "ca.crt"), SAMPLE]
    done = ran(sys.executable, "-m", "elbguard.demo", *ask)

    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith(f"https://localhost:{port} does not answer: ")
    assert done.stderr.count("\n") == 1

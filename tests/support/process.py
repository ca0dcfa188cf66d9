"""Child processes of the end-to-end tests: start, wait until ready, stop, and show the log when something dies."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from tests.support.command import PROGRAM
from tests.support.forked import Running
from tests.support.places import ROOT

POLL_SECONDS = 0.1
STOP_SECONDS = 10.0
TAIL_LINES = 40
LOOPBACK = "127.0.0.1"


class ServerError(RuntimeError):
    """A server died or did not become ready in time; the text holds the tail of its log."""


class Server:
    """One server process whose output goes to a log file."""

    def __init__(
        self, name: str, command: Sequence[str], log_path: Path, env: Mapping[str, str], cwd: Path = ROOT
    ) -> None:
        self.name = name
        self.log_path = log_path
        with log_path.open("ab") as log:
            self._process = _started(command, log, env, cwd)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def log(self) -> str:
        """Return everything the server has written so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_ready(self, is_ready: Callable[[], bool], timeout: float) -> None:
        """Wait until `is_ready` says yes, at most `timeout` seconds; raise ServerError if it does not."""
        end = time.monotonic() + timeout
        while not is_ready():
            code = self._process.poll()
            if code is not None:
                raise self._error(f"ended with exit code {code} before it was ready")
            if time.monotonic() > end:
                raise self._error(f"was not ready after {timeout:g} s")
            time.sleep(POLL_SECONDS)

    def stop(self, grace: float = STOP_SECONDS) -> int:
        """Ask the server to end, kill it after `grace` seconds, and return its exit code."""
        if grace and self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def terminate(self) -> None:
        """Send SIGTERM and do not wait."""
        self._process.terminate()

    def stall(self, seconds: float) -> None:
        """Let the server do nothing for some seconds, as a disk or a network that hangs does."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            self._process.send_signal(signal.SIGCONT)

    def has_ended(self) -> bool:
        """Whether the server has ended."""
        return self._process.poll() is not None

    def require_running(self) -> None:
        """Raise ServerError if the server has ended by itself."""
        code = self._process.poll()
        if code is not None:
            raise self._error(f"ended by itself with exit code {code}")

    def _error(self, what: str) -> ServerError:
        tail = "\n".join(self.log().splitlines()[-TAIL_LINES:])
        return ServerError(f"{self.name} {what}; the end of its log:\n{tail}")


def _started(
    command: Sequence[str], log: IO[bytes], env: Mapping[str, str], cwd: Path
) -> subprocess.Popen[bytes] | Running:
    """A process; our own is a copy of one that has loaded the command, since how it loads has tests of its own."""
    if tuple(command[:3]) == PROGRAM and "LD_PRELOAD" not in env:
        return Running(command[3:], cwd, log, env)
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(env), cwd=cwd)


def free_ports(count: int) -> list[int]:
    """Return `count` different TCP ports of the loopback address that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()

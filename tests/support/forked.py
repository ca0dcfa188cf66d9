"""Runs of the command that need no start: a process that has loaded it waits, and a copy of it does the work.

Everything but loading, and taking apart what was loaded, is as in a process that was started: arguments, folder,
environment, streams, exit code. That the command starts, and what it loads then, has tests of its own, that run
`tests.support.command.PROGRAM`.
"""

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.support.places import ROOT

_MOST = 1 << 20  # bytes of a request
_REPORTS = ("text", "jsonreport", "sarif", "junit", "github", "webpage.document")
_VERBS = (
    "check.command",
    "explain.explain_command",
    "fix.fix_command",
    "policy.admission_policy",
    "schemas",
    "pairs",
    "replay.replay_command",
)
_LOADED = ("cli", *_VERBS, "check.processes", "webhook.run", "cluster.parts", *(f"report.{name}" for name in _REPORTS))


def run(words: Sequence[str], cwd: Path, stdin: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `elbguard` with these words to its end."""
    with TemporaryFile("w+") as given, TemporaryFile("w+", newline="") as out, TemporaryFile("w+", newline="") as err:
        given.write(stdin)
        given.seek(0)
        request = json.dumps({"words": words, "cwd": str(cwd), "env": dict(env)}).encode()
        socket.send_fds(_server(), [request], [each.fileno() for each in (given, out, err)])
        code = json.loads(_server().recv(_MOST))
        return subprocess.CompletedProcess(list(words), code, _text(out), _text(err))


class Running:
    """`elbguard` with these words, running on; with what `subprocess.Popen` has to wait for a process and to end it."""

    def __init__(self, words: Sequence[str], cwd: Path, output: IO[bytes], env: Mapping[str, str]) -> None:
        told, tell = os.pipe()
        request = json.dumps({"words": words, "cwd": str(cwd), "env": dict(env)}).encode()
        with open(os.devnull) as given, open(tell, "w") as end:
            socket.send_fds(_server(), [request], [each.fileno() for each in (given, output, output, end)])
        self._told = FileIO(told)  # without a buffer: select knows what is left in it
        self.pid = int(self._told.readline())
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, or the negative number of the signal, None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code; raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("elbguard", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, seconds: float | None) -> int | None:
        if self._code is None and select.select([self._told], [], [], seconds)[0]:
            self._code = int(self._told.readline())
            self._told.close()
        return self._code


def _text(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()


@cache
def _server() -> socket.socket:
    """The end to ask at."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.support.forked", str(theirs.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    atexit.register(server.wait)  # the last: handlers run from the end
    atexit.register(ours.close)
    return ours


def _serve(asked: socket.socket) -> list[str]:
    """Answer requests to the end; in a copy, give the words of the command that it has to run."""
    while True:
        message, streams, _, _ = socket.recv_fds(asked, _MOST, 4)
        if not message:
            sys.exit()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # those that watched have ended
                pass
        request = json.loads(message)
        copy = os.fork()
        if not copy:
            asked.close()
            if streams[3:]:
                _watch(streams.pop(), streams)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            os.chdir(request["cwd"])
            os.environ.clear()
            os.environ.update(request["env"])
            words: list[str] = request["words"]
            return words
        for stream in streams:
            os.close(stream)
        if not streams[3:]:
            asked.send(json.dumps(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])).encode())


def _watch(told: int, streams: Sequence[int]) -> None:
    """Go on in another copy, and tell its number here, and how it ended."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    copy = os.fork()
    if not copy:
        signal.signal(signal.SIGINT, before)
        os.close(told)
        return
    for stream in streams:
        os.close(stream)
    os.write(told, f"{copy}\n".encode())
    os.write(told, f"{os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])}\n".encode())
    os._exit(0)


def _end_quickly(code: object) -> None:
    """End a copy that has nothing left to wait for, without taking all that is loaded apart."""
    if isinstance(code, int) and threading.active_count() == 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    for name in _LOADED:
        __import__(f"elbguard.{name}")
    gc.collect()
    gc.freeze()  # or each copy would go through, and so copy, all that is loaded when it ends
    sys.argv[1:] = _serve(socket.socket(fileno=int(sys.argv[1])))
    sys.path[0] = os.getcwd()
    try:
        runpy.run_module("elbguard", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        _end_quickly(end.code)
        raise

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
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
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
        message, streams, _, _ = socket.recv_fds(asked, _MOST, 3)
        if not message:
            sys.exit()
        request = json.loads(message)
        copy = os.fork()
        if not copy:
            asked.close()
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
        asked.send(json.dumps(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])).encode())


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

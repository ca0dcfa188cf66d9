"""The programs that build: found on the PATH, run with bounds on time and output, and without the network."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, Final

from elbguard.check.files import LARGEST
from elbguard.escapes import line
from elbguard.report.sentences import shortened

_MOST_SAID: Final = 64 * 1024  # bytes of standard error that are kept
_LONGEST: Final = 400  # characters of it that are shown
_CHUNK: Final = 64 * 1024
_PATIENCE: Final = 0.2  # seconds between two looks at how much came
_NOWHERE: Final = "http://127.0.0.1:9"  # a proxy that nobody is: port 9 discards
_WITHOUT_NETWORK: Final = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), _NOWHERE),
    "NO_PROXY": "",
    "no_proxy": "",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}
_WITHOUT_CLUSTER: Final = {"KUBECONFIG": os.devnull, "KUBECTL_KUBERC": "false", "KUBERC": "off"}
_OF_HELM: Final = (  # repositories, credentials, plugins
    "HELM_CACHE_HOME",
    "HELM_CONFIG_HOME",
    "HELM_DATA_HOME",
    "HELM_PLUGINS",
)


class CannotBuild(Exception):
    """A build that there is no result of; one sentence says why."""


class NoProgram(CannotBuild):
    """What would build is not there."""


def program(*names: str, install: str) -> str:
    """The path of the first of some programs that is on the PATH; else NoProgram says what to `install`.

    Only absolute folders of the PATH count: what is checked must not bring the program that builds it.
    """
    folders = [each for each in os.get_exec_path() if os.path.isabs(each)]
    for name in names:
        if found := shutil.which(name, path=os.pathsep.join(folders)):
            return found
    wanted = " or ".join(names)
    raise NoProgram(f"cannot be built: there is no {wanted} on the PATH; install {install}")


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs programs for `seconds` at most, without the network unless `allow_remote`; `waiting` is told meanwhile."""

    seconds: float
    allow_remote: bool = False
    waiting: Callable[[], None] = lambda: None

    def output(self, command: Sequence[str]) -> str:
        """What a program prints. Raises CannotBuild where it fails, takes too long or prints too much."""
        with TemporaryDirectory(prefix="elbguard-") as empty:
            environment = {**os.environ, **_WITHOUT_CLUSTER}
            if not self.allow_remote:
                environment |= _WITHOUT_NETWORK | dict.fromkeys(_OF_HELM, empty)
            return self._printed(command, environment)

    def _printed(self, command: Sequence[str], environment: Mapping[str, str]) -> str:
        name = Path(command[0]).name
        before = _interruptions(block=True)  # or Ctrl-C could come when the program is begun and nobody would end it
        try:
            process = _started(command, environment)
            assert process.stdout is not None  # noqa: S101 - as asked
            assert process.stderr is not None  # noqa: S101 - as asked
            said, told = _Kept(process.stdout, LARGEST), _Kept(process.stderr, _MOST_SAID)
            try:
                _interruptions(block=before)
                self._wait(process, said)
                code = process.poll()
            finally:
                _end(process)
                told.join()
        finally:
            _interruptions(block=before)
        if said.is_full:
            raise CannotBuild(f"cannot be built: {name} prints more than {LARGEST >> 20} MiB")
        if code is None:
            late = f"{name} was not done after {self.seconds:g} seconds; --render-timeout gives it more"
            raise CannotBuild(f"cannot be built: {late}")
        if code:
            raise CannotBuild(f"cannot be built: {name} says: {_gist(told.text) or f'nothing, exit code {code}'}")
        return said.text

    def _wait(self, process: "subprocess.Popen[bytes]", said: "_Kept") -> None:
        """Wait until a process has printed all and ended, prints too much, or its time is up."""
        until = time.monotonic() + self.seconds
        while said.is_reading and not said.is_full and (left := until - time.monotonic()) > 0:
            said.join(min(left, _PATIENCE))
            self.waiting()
        if not said.is_reading:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))


def _interruptions(*, block: bool) -> bool:
    """Hold back Ctrl-C, or let it come; gives whether it was held back before."""
    if not hasattr(signal, "pthread_sigmask"):
        return False
    how = signal.SIG_BLOCK if block else signal.SIG_UNBLOCK
    return signal.SIGINT in signal.pthread_sigmask(how, {signal.SIGINT})


def _started(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 - a program of the operator's PATH, and words that are no flags
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        name = Path(command[0]).name
        raise CannotBuild(f"cannot be built: {name} does not start: {error.strerror or error}") from None


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that is still at work, and those that it started."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)  # its own group, by start_new_session
        process.wait()


def _gist(text: str) -> str:
    """What a program's complaint comes down to: the line that says error, else the last one; printable and short.

    A line that ends in a colon is nothing without the next ones, as where Helm names the values that a schema refuses.
    """
    lines = [each.strip() for each in text.splitlines() if each.strip()]
    at = next((at for at, each in enumerate(lines) if each.lower().startswith("error")), len(lines) - 1)
    end = next((end for end in range(at, len(lines)) if not lines[end].endswith(":")), len(lines))
    found = " ".join(lines[max(at, 0) : end + 1])
    found = found.partition(":")[2].strip() if found.lower().startswith("error:") else found
    return line(shortened(found.replace(os.getcwd() + os.sep, ""), _LONGEST))


class _Kept:
    """What comes through a pipe, as far as there is room for it; the rest is read and dropped."""

    def __init__(self, pipe: IO[bytes], room: int) -> None:
        self._pipe, self._room, self._parts = pipe, room, bytearray()
        self.is_full = False
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with self._pipe:
            while data := self._pipe.read1(_CHUNK):  # type: ignore[attr-defined] # a buffered reader
                left = self._room - len(self._parts)
                self._parts += data[:left]
                self.is_full = self.is_full or len(data) > left

    @property
    def is_reading(self) -> bool:
        """Whether more may come."""
        return self._reader.is_alive()

    def join(self, seconds: float = 1.0) -> None:
        """Wait for the end of what comes."""
        self._reader.join(seconds)

    @property
    def text(self) -> str:
        """What came."""
        return bytes(self._parts).decode("utf-8", "replace")

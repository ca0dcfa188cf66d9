"""The real program as a subprocess: its certificates, its start, its log and its end."""

import os
import shutil
import signal
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.support.command import PROGRAM, elbguard
from tests.support.places import ROOT
from tests.support.process import LOOPBACK, Server, free_ports

START_SECONDS = 90.0


class Webhook:
    """One running instance of the program; give further flags to try another configuration, or the command itself."""

    def __init__(
        self,
        flags: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = (*PROGRAM, "serve"),
    ) -> None:
        self._command = command
        self.workdir = Path(tempfile.mkdtemp(prefix="elbguard-webhook-"))
        self._server: Server | None = None
        [port] = free_ports(1)
        self.url = f"https://{LOOPBACK}:{port}"
        try:
            self._make_certificates()
            self.ca_pem = (self.workdir / "ca.crt").read_bytes()
            self._how = (port, tuple(flags), os.environ | dict(env or {}))
            self.restart()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pair(self) -> tuple[str, ...]:
        """The flags that name its certificate and key."""
        return ("--tls-cert", str(self.workdir / "tls.crt"), "--tls-key", str(self.workdir / "tls.key"))

    @property
    def mutate_url(self) -> str:
        """The address of the mutating handler."""
        return f"{self.url}/mutate"

    @property
    def validate_url(self) -> str:
        """The address of the validating handler."""
        return f"{self.url}/validate"

    def get(self, path: str) -> tuple[int, str]:
        """Get a path with the CA verified: status and text; a server that cannot be reached raises URLError."""
        context = ssl.create_default_context(cadata=self.ca_pem.decode())
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        try:
            response = opener.open(self.url + path, timeout=5)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            return response.status, response.read().decode()

    def log(self) -> str:
        """Return everything the program has logged so far."""
        return self._server.log() if self._server else ""

    def status(self) -> Mapping[str, int]:
        """The program's memory in KiB as Linux names it, VmRSS now, VmHWM at most; and how many files are `open`."""
        pid = self._server.pid if self._server else 0
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
        return sizes | {"open": len(os.listdir(f"/proc/{pid}/fd"))}

    def require_running(self) -> None:
        """Raise ServerError, with the end of the log, if the program has died."""
        if self._server:
            self._server.require_running()

    def restart(self) -> None:
        """Start the program, and wait until it is ready."""
        self._server = self._start(*self._how)
        self._server.wait_ready(self._is_ready, START_SECONDS)

    def kill(self) -> None:
        """End the program at once, as a node that loses power does."""
        if self._server:
            self._server.stop(0)

    def terminate(self) -> None:
        """Send SIGTERM and do not wait."""
        if self._server:
            self._server.terminate()

    def hang_up(self) -> None:
        """Send SIGHUP."""
        if self._server:
            os.kill(self._server.pid, signal.SIGHUP)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Let it stand still for a while, so that what comes meanwhile comes at once."""
        pid = self._server.pid if self._server else 0
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def has_ended(self) -> bool:
        """Whether the program has ended."""
        return self._server is None or self._server.has_ended()

    def stop(self) -> None:
        """End the program and remove its temporary folder."""
        if self._server:
            self._server.stop()
        shutil.rmtree(self.workdir, ignore_errors=True)

    def _make_certificates(self) -> None:
        done = elbguard("certs", str(self.workdir), "--host", LOOPBACK, "--host", "localhost")
        if done.returncode != 0:
            raise RuntimeError(f"the command `certs` ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _start(self, port: int, flags: Sequence[str], env: Mapping[str, str]) -> Server:
        command = [*self._command, "--host", LOOPBACK, "--port", str(port), *self.pair, *flags]
        return Server("elbguard", command, self.workdir / "elbguard.log", env, ROOT)

    def _is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

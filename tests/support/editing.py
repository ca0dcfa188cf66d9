"""An editor for tests: the real `elbguard lsp` in a process, spoken to in its protocol."""

import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tests.support.command import PROGRAM
from tests.support.places import ROOT, environment

_PATIENCE: Final = 60.0  # seconds; only a server that does not answer at all is not waited for
Json = dict[str, Any]


class Editor:
    """An editor with one server. `capabilities` are the client's; `options` the initializationOptions.

    `configuration` is what it answers when it is asked for settings. Messages that the server sends of itself are kept.
    """

    def __init__(
        self,
        *flags: str,
        folders: tuple[Path, ...] = (),
        capabilities: Mapping[str, Any] | None = None,
        options: Any = None,
        configuration: Any = None,
        **variables: str,
    ) -> None:
        self.configuration = configuration
        self.asked: list[Json] = []
        self.strays: list[bytes] = []  # what came on standard output and is no message
        self._published: dict[str, list[Json]] = {}
        self.latest: dict[str, list[Json]] = {}  # what was said of each document last
        self.shown: list[Json] = []
        self.logged: list[Json] = []
        self._answers: queue.SimpleQueue[Json] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Json] = queue.SimpleQueue()
        self._number = 0
        self.process = subprocess.Popen(
            [*PROGRAM, "lsp", *flags],
            cwd=ROOT,
            env=environment(**variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self._log: list[bytes] = []
        self._logged = threading.Thread(target=self._follow, daemon=True)
        self._logged.start()
        named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        self.server = self.request(
            "initialize",
            processId=None,
            rootUri=named[0]["uri"] if named else None,
            workspaceFolders=named or None,
            capabilities=dict(capabilities or {}),
            initializationOptions=options,
        )
        self.notify("initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        left = None
        if self.process.poll() is None and error is None:
            left = self.leave()
        elif self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reading.join(_PATIENCE)
        self._logged.join(_PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        if error is None:
            assert left in (0, None), self.log()
            assert "Traceback" not in self.log(), self.log()
            assert not self.strays

    def log(self) -> str:
        """What it has written to standard error; all of it once it has ended."""
        return b"".join(self._log).decode()

    def leave(self) -> int:
        """Say goodbye; gives the server's exit code."""
        self.request("shutdown")
        self.notify("exit")
        code = self.process.wait(_PATIENCE)
        self._logged.join(_PATIENCE)
        return code

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message."""
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_bytes(self, body: bytes) -> None:
        """Send what may be no message."""
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        """Tell the server something."""
        self.send({"method": method, "params": params})

    def request(self, method: str, **params: Any) -> Any:
        """Ask the server; an error is an assertion that fails."""
        answer = self.ask(method, **params)
        assert "error" not in answer, answer
        return answer.get("result")

    def ask(self, method: str, **params: Any) -> Json:
        """Ask the server; gives its answer, or its error."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params or None})
        while (answer := self._answers.get(timeout=_PATIENCE))["id"] != self._number:
            pass
        return answer

    def open(self, uri: str, text: str, version: int = 1, language: str = "yaml") -> list[Json]:
        """Open a document; gives its diagnostics."""
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return self.diagnostics(uri, version)

    def change(self, uri: str, text: str, version: int) -> list[Json]:
        """Type; gives the diagnostics of the new version."""
        self.type(uri, text, version)
        return self.diagnostics(uri, version)

    def type(self, uri: str, text: str, version: int) -> None:
        """Type, and do not wait."""
        self.notify(
            "textDocument/didChange", textDocument={"uri": uri, "version": version}, contentChanges=[{"text": text}]
        )

    def close(self, uri: str) -> None:
        """Close a document."""
        self.notify("textDocument/didClose", textDocument={"uri": uri})

    def diagnostics(self, uri: str, version: int | None) -> list[Json]:
        """The next diagnostics of a version of a document."""
        while True:
            for told in self._published.get(uri, []):
                if told.get("version") == version:
                    self._published[uri].remove(told)
                    found: list[Json] = told["diagnostics"]
                    return found
            self._take()

    def message(self) -> Json:
        """The next window message."""
        while not self.shown:
            self._take()
        return self.shown.pop(0)

    def registered(self) -> Json:
        """The next request of the server."""
        while not self.asked:
            self._take()
        return self.asked.pop(0)

    def settled(self) -> None:
        """Have the server answer, so that everything it sent before has come."""
        self.ask("$/elbguard-tests/none")
        while not self._events.empty():
            self._take()

    def published(self, uri: str) -> list[Json]:
        """What was published about a document and not yet asked for."""
        return self._published.get(uri, [])

    def _take(self) -> None:
        event = self._events.get(timeout=_PATIENCE)
        if event["method"] == "textDocument/publishDiagnostics":
            self._published.setdefault(event["params"]["uri"], []).append(event["params"])
            self.latest[event["params"]["uri"]] = event["params"]["diagnostics"]
        elif event["method"] == "window/showMessage":
            self.shown.append(event["params"])
        elif event["method"] == "window/logMessage":
            self.logged.append(event["params"])
        elif "id" in event:
            self.asked.append(event)

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while header := stream.readline():
            if not header.startswith((b"Content-Length: ", b"Content-Type: ")):
                self.strays.append(header)
                continue
            length = int(header.split()[1]) if header.startswith(b"Content-Length") else 0
            while (more := stream.readline()).strip():
                length = int(more.split()[1]) if more.startswith(b"Content-Length") else length
            message = json.loads(stream.read(length))
            if "method" not in message:
                self._answers.put(message)
                continue
            if "id" in message:
                asks = message["method"] == "workspace/configuration"
                self.send({"id": message["id"], "result": [self.configuration] if asks else None})
            self._events.put(message)

    def _follow(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self._log.append(line)

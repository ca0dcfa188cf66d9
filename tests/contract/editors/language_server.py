"""yaml-language-server, the real one, spoken to as VS Code and Neovim do: JSON-RPC over its standard streams."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

CURSOR: Final = "|"  # in a text: where the cursor stands


class Mark(NamedTuple):
    """What is marked, as text, and what is said about it."""

    text: str
    says: str


class LanguageServer:
    """The server in a process of its own. `schemas` are patterns of files by address; `contents` answers for http."""

    def __init__(self, script: Path, folder: Path, schemas: Mapping[str, str], contents: Mapping[str, str]) -> None:
        self._folder, self._contents, self._asked, self._opened = folder, contents, 0, 0
        self._settings = {"yaml": {"schemas": dict(schemas), "schemaStore": {"enable": False}, "validate": True}}
        self._marks: dict[str, list[Any]] = {}
        self._process = subprocess.Popen(
            ["node", str(script), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        items = {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}
        capabilities = {
            "textDocument": {"completion": {"completionItem": items}, "publishDiagnostics": {}},
            "workspace": {"configuration": True},
        }
        root = folder.as_uri()
        self._request("initialize", {"processId": None, "rootUri": root, "capabilities": capabilities})
        self._notify("initialized", {})
        self._notify("yaml/registerContentRequest", {})
        self._notify("workspace/didChangeConfiguration", {"settings": self._settings})

    def __enter__(self) -> "LanguageServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def marks(self, text: str) -> list[Mark]:
        """What is marked in a manifest."""
        address = self._open(text)
        lines = text.splitlines()
        return [Mark(_within(lines, each["range"]), each["message"]) for each in self._marks[address]]

    def proposals(self, text: str) -> dict[str, str]:
        """What is proposed at the cursor, by label, and what would be written."""
        found = self._at_cursor("textDocument/completion", text)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item.get("textEdit", {}).get("newText", item.get("insertText")) for item in items}

    def hover(self, text: str) -> str:
        """What is told of what stands at the cursor; empty where nothing is."""
        found = self._at_cursor("textDocument/hover", text)
        return str(found["contents"]["value"]) if found else ""

    def _at_cursor(self, method: str, text: str) -> Any:
        before, _, after = text.partition(CURSOR)
        address = self._open(before + after)
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self._request(method, {"textDocument": {"uri": address}, "position": position})

    def _open(self, text: str) -> str:
        """Open a new file with this text, and wait until it has been looked at; its address."""
        self._opened += 1
        address = (self._folder / f"{self._opened}.yaml").as_uri()
        document = {"uri": address, "languageId": "yaml", "version": 1, "text": text}
        self._notify("textDocument/didOpen", {"textDocument": document})
        while address not in self._marks:
            self._hear(self._read())
        return address

    def _request(self, method: str, params: Any) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._asked and "method" not in message:
                return message["result"]
            self._hear(message)

    def _notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _hear(self, message: Mapping[str, Any]) -> None:
        """Note what is marked; answer what the server asks."""
        params: Any = message.get("params")
        if message.get("method") == "textDocument/publishDiagnostics":
            self._marks[params["uri"]] = params["diagnostics"]
        elif "id" in message and message.get("method") == "workspace/configuration":
            values = [self._settings.get(item.get("section"), {}) for item in params["items"]]
            self._send({"id": message["id"], "result": values})
        elif "id" in message and message.get("method") == "vscode/content":
            [address] = params if isinstance(params, list) else [params]
            self._send({"id": message["id"], "result": self._contents[address.rpartition("/")[2]]})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        size = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        assert size, "the server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(size))
        return message


def _within(lines: list[str], where: Mapping[str, dict[str, int]]) -> str:
    """The text of a range in one line."""
    start, end = where["start"], where["end"]
    assert start["line"] == end["line"]
    line, first, last = start["line"], start["character"], end["character"]
    return lines[line][first:last]

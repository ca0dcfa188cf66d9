"""A small JSON client for the API server."""

import json
import re
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

REQUEST_SECONDS = 30.0
_WARNING = re.compile(r'299 - "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Answer:
    """What the API server answered to one request."""

    status: int
    body: dict[str, Any]
    warnings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the request was granted."""
        return self.status < 300

    @property
    def refusal(self) -> str:
        """The message and the causes of a refusal as one text, empty if there was none."""
        if self.ok:
            return ""
        causes = (self.body.get("details") or {}).get("causes") or []
        lines = [str(self.body.get("message", ""))]
        lines += [f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in causes]
        return "\n".join(lines)


class ApiClient:
    """Sends JSON to the API server and reads its answers."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )

    def request(
        self,
        method: str,
        path: str,
        token: str,
        body: object = None,
        content_type: str = "application/json",
    ) -> Answer:
        """Send one request with a bearer token and return the answer, whatever its status."""
        status, text, warnings = self._send(method, path, token, body, content_type)
        return Answer(status, json.loads(text), tuple(warnings))

    def text(self, path: str, token: str) -> tuple[int, str]:
        """Get a path that answers with plain text, such as /readyz: status and text."""
        status, text, _ = self._send("GET", path, token, None, "application/json")
        return status, text

    def _send(self, method: str, path: str, token: str, body: object, content_type: str) -> tuple[int, str, list[str]]:
        request = urllib.request.Request(  # noqa: S310 - the address is our own API server
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {token}", "Content-Type": content_type},
        )
        try:
            response = self._opener.open(request, timeout=REQUEST_SECONDS)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            headers = response.headers.get_all("Warning") or []
            warnings = [re.sub(r"\\(.)", r"\1", found) for line in headers for found in _WARNING.findall(line)]
            return response.status, response.read().decode(), warnings

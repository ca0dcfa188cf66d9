"""An HTTP/1.1 connection over TLS that is kept alive, as the API server keeps it."""

import ssl
from collections.abc import Iterable, Mapping
from http.client import HTTPSConnection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.support.reviews import Reply

SECONDS = 30  # until a test gives up; nothing is measured


class Connection:
    """One connection; the certificate is verified with the CA."""

    def __init__(self, url: str, ca_pem: str) -> None:
        address = urlsplit(url)
        context = ssl.create_default_context(cadata=ca_pem)
        self.http = HTTPSConnection(str(address.hostname), address.port, timeout=SECONDS, context=context)
        self.headers: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        self.http.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def ask(
        self,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request, in chunks where the body comes in parts, and read the whole answer."""
        given = {"Content-Type": "application/json", **(headers or {})}
        self.http.request(method, path, body, given, encode_chunked=not isinstance(body, bytes | None))
        response = self.http.getresponse()
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, self.headers.get("content-type", ""), response.read())

    @property
    def local_port(self) -> int:
        """The client's end; the same as long as the connection is."""
        return int(self.http.sock.getsockname()[1])

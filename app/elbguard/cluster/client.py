"""The API server, by way of the package kubernetes: its configuration and connections, without its models.

A model of each of thousands of nodes would cost seconds and megabytes; plain JSON is all that is wanted here.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLCertVerificationError
from typing import Any, Final
from urllib.parse import urlencode

from kubernetes.client import Configuration
from kubernetes.client.rest import RESTClientObject
from kubernetes.config import ConfigException
from pydantic_core import from_json
from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError

from elbguard.cluster.asking import ApiError, Conflict, Expired, LargeAnswer, NotFound, at
from elbguard.cluster.clocks import HeardClock
from elbguard.cluster.connecting import ACCOUNT, configuration

LARGEST_ANSWER: Final = 64 * 1024 * 1024  # bytes, of a page or of one watch event
MANAGER: Final = "elbguard"  # the owner of what we write, as managedFields shows it
_JSON: Final = "application/json"
_DONE: Final = (200, 201)
GONE: Final = 410
_NONE: Final[Mapping[str, str]] = {}
_DATES: Final = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_CHUNK: Final = 64 * 1024  # bytes
_WARNING: Final = re.compile(r'299 - "((?:[^"\\]|\\.)*+)"')
_BROKEN: Final = (HTTPError, OSError, ValueError, ConfigException)  # a connection, a token file, a certificate


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the API server, in seconds."""

    connect: float = 5.0
    answer: float = 30.0  # between two pieces of an answer
    silence: float = 90.0  # of a watch; bookmarks come every minute


def connect(
    environ: Mapping[str, str] = os.environ, account: Path = ACCOUNT, patience: Patience | None = None
) -> "KubernetesApi":
    """The API server of `connecting.configuration`. Asks nothing of it yet. Raises NoApiServer."""
    return KubernetesApi(configuration(environ, account), patience or Patience())


class KubernetesApi:
    """An API server (`asking.Api`), and what is needed to write. Threads may share it."""

    def __init__(self, configuration: Configuration, patience: Patience) -> None:
        self._configuration = configuration
        self._pool = RESTClientObject(configuration).pool_manager
        self._answer = Timeout(connect=patience.connect, read=patience.answer)
        self._silence = Timeout(connect=patience.connect, read=patience.silence)
        self._watched: set[BaseHTTPResponse] = set()
        self._closed = False
        self._clock = HeardClock()

    @property
    def host(self) -> str:
        """The address of the API server, for people."""
        return _line(str(self._configuration.host))

    def get(self, path: str, query: Mapping[str, str], accept: str = _JSON) -> Any:
        """One object or one page of a list, decoded. Raises ApiError, NotFound, Expired, LargeAnswer."""
        return self._answer_to("GET", path, query, None, {"Accept": accept})

    def watch(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        """Watch events, decoded, until the server or a long silence ends the watch. Raises ApiError."""
        try:
            response = self._ask("GET", path, query, self._silence)
        except _BROKEN as error:
            raise _no_answer(error) from None
        self._watched.add(response)
        try:
            if not self._closed:
                yield from map(_decoded, _lines(response))
        except ReadTimeoutError:
            return
        except _BROKEN as error:
            raise _no_answer(error) from None
        finally:
            self._watched.discard(response)
            response.close()

    def send(self, method: str, path: str, body: Any, content_type: str = _JSON) -> Any:
        """Write something as elbguard's; the object as it is then. Raises ApiError, Conflict, NotFound."""
        query, told = {"fieldManager": MANAGER}, {"Content-Type": content_type}
        return self._answer_to(method, path, query, json.dumps(body).encode(), told)

    def text(self, path: str) -> str:
        """A plain text, such as the metrics of a Pod through the API server. Raises ApiError, NotFound."""
        try:
            response = self._ask("GET", path, _NONE, self._answer, None, {"Accept": "*/*"})
            try:
                return _whole(response).decode("utf-8", "replace")
            finally:
                response.close()
        except _BROKEN as error:
            raise _no_answer(error) from None

    def rehearse(self, path: str, body: Any) -> tuple[Any, tuple[str, ...]]:
        """Create something by a dry run, which keeps nothing: what it would be, and the warnings. Raises ApiError."""
        query, told = {"fieldManager": MANAGER, "dryRun": "All"}, {"Content-Type": _JSON}
        try:
            response = self._ask("POST", path, query, self._answer, json.dumps(body).encode(), told)
            try:
                return _decoded(_whole(response)), tuple(_warnings(response))
            finally:
                response.close()
        except _BROKEN as error:
            raise _no_answer(error) from None

    def now(self) -> datetime | None:
        """The API server's time, UTC, by its latest answer; None if that did not say. Asks nothing."""
        return self._clock.now()

    def close(self) -> None:
        """End all watches, from whatever thread, and let connections go."""
        self._closed = True
        for response in tuple(self._watched):
            try:
                response.shutdown()
            except (OSError, ValueError, RuntimeError):  # it has just ended
                continue
        self._pool.clear()

    def _answer_to(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None = None,
        told: Mapping[str, str] = _NONE,
    ) -> Any:
        try:
            response = self._ask(method, path, query, self._answer, body, told)
            try:
                return _decoded(_whole(response))
            finally:
                response.close()
        except _BROKEN as error:
            raise _no_answer(error) from None

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        timeout: Timeout,
        body: bytes | None = None,
        told: Mapping[str, str] = _NONE,
    ) -> BaseHTTPResponse:
        url = self._configuration.host.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": _JSON, "User-Agent": MANAGER, **told}
        if bearer := self._configuration.auth_settings().get("BearerToken"):
            headers["Authorization"] = token = str(bearer["value"]).strip()
            if not (token.isascii() and token.isprintable()):  # http.client would print it
                raise ValueError("the token to ask with is not one line of printable ASCII")
        response = self._pool.request(
            method, url, body, headers=headers, timeout=timeout, retries=False, redirect=False, preload_content=False
        )
        self._clock.hear(response.headers.get("Date"))
        if response.status not in _DONE:
            try:
                raise _refusal(response.status, *_reason(response))
            finally:
                response.close()
        return response


def _whole(response: BaseHTTPResponse) -> bytes:
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise LargeAnswer("an answer larger than 64 MiB")
    return body


def _lines(response: BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    for chunk in response.stream(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from filter(None, lines)
        if len(rest) > LARGEST_ANSWER:
            raise ValueError("a watch event larger than 64 MiB")


def _warnings(response: BaseHTTPResponse) -> Iterator[str]:
    """What the API server warns of, as kubectl prints it (RFC 7234, 5.5)."""
    for header in response.headers.getlist("Warning"):
        for found in _WARNING.findall(header):
            yield _line(re.sub(r"\\(.)", r"\1", found))


def _decoded(text: bytes) -> Any:
    return from_json(text)


def _reason(response: BaseHTTPResponse) -> tuple[str, str]:
    """What a refusal says: the message of its metav1.Status, or the words of HTTP; and how a list goes on."""
    try:
        said = from_json(response.read(_CHUNK))
    except (HTTPError, OSError, ValueError):
        said = None
    message, onwards = at(said, "message"), at(said, "metadata", "continue")
    why = _line(message if isinstance(message, str) and message else response.reason or "")
    return why, onwards if isinstance(onwards, str) else ""


def _refusal(status: int, why: str, onwards: str) -> ApiError:
    if status == GONE:
        return Expired(why, onwards)
    return NotFound(why) if status == 404 else Conflict(why) if status == 409 else ApiError(status, why)


def _no_answer(error: Exception) -> ApiError:
    """Why there is none; where a date of the API server's certificate is the cause, our clock may be wrong."""
    why = _line(str(error)) or type(error).__name__
    if _is_about_dates(error):
        why = (
            "its certificate has expired or is not good yet by this machine's clock, which is at"
            f" {datetime.now(UTC):%F}; if that is wrong, set it, by NTP: {why}"
        )
    return ApiError(0, f"no answer: {why}")


def _is_about_dates(error: object) -> bool:
    """Whether this, or what it came from, is a certificate out of its dates."""
    if isinstance(error, SSLCertVerificationError):
        return error.verify_code in _DATES
    if not isinstance(error, Exception):
        return False
    return any(map(_is_about_dates, (*error.args, getattr(error, "reason", None), error.__context__)))


def _line(text: str) -> str:
    """At most 200 printable characters, on one line."""
    return "".join(c if c.isprintable() else " " for c in text[:200])

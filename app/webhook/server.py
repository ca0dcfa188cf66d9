"""The HTTP server: FastAPI for what people ask, and a straight way past it for what the API server asks."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest

from app.settings import Settings
from app.webhook.admission import Admission, Answer, sentence

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Decide = Callable[[bytes], Answer]

LOG: Final = logging.getLogger("elbguard.server")
LARGEST_BODY: Final = 7 * 1024 * 1024  # bytes; object and oldObject of 3 MiB each, as controller-runtime limits it
_TOO_LARGE: Final = sentence(413, "The body is larger than 7 MiB, the largest AdmissionReview there is.")
_POST_ONLY: Final = sentence(405, "Send an AdmissionReview by POST.")


class AdmissionServer:
    """The ASGI application: POST /validate and /mutate go straight to the decision, everything else to FastAPI.

    The straight way has no routing, dependencies, validation or response classes; `make bench` shows what that saves.
    """

    def __init__(self, settings: Settings) -> None:
        self.registry = CollectorRegistry()
        faults = Counter(
            "elbguard_internal_errors", "Rules that broke down, by rule id.", ["rule"], registry=self.registry
        )
        admission = Admission(settings, count_fault=lambda rule: faults.labels(rule).inc())
        self._decisions: dict[str, Decide] = {"/validate": admission.validate, "/mutate": admission.mutate}
        self._rest = _people(self.registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        decide = self._decisions.get(scope["path"]) if scope["type"] == "http" else None
        if decide is None:
            await self._rest(scope, receive, send)
        elif scope["method"] != "POST":
            await _send(send, _POST_ONLY, [(b"allow", b"POST")])
        else:
            body = await _body(scope, receive)
            await _send(send, _TOO_LARGE if body is None else decide(body))


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, None when it is too large; what is announced as too large is not read."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if length.isdigit() and int(length) > LARGEST_BODY:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":  # the client went away
            return b""
        part = message.get("body", b"")
        if part:
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY:
                return None
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _send(send: Send, answer: Answer, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    start = [
        (b"content-type", answer.content_type),
        (b"content-length", str(len(answer.body)).encode()),
        *(headers or ()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    await send({"type": "http.response.body", "body": answer.body})


def _people(registry: CollectorRegistry) -> FastAPI:
    """What people and probes ask."""
    api = FastAPI(title="elbguard", docs_url=None, redoc_url=None, openapi_url=None)

    @api.get("/healthz", response_class=PlainTextResponse)
    async def healthz() -> str:
        """The process is alive."""
        return "ok\n"

    @api.get("/readyz", response_class=PlainTextResponse)
    async def readyz() -> str:
        """The server judges Services."""
        return "ok\n"

    @api.get("/metrics")
    async def metrics() -> Response:
        """Prometheus metrics."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return api

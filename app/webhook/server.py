"""The HTTP server: FastAPI for what people ask, and a straight way past it for what the API server asks."""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.settings import Settings
from app.webhook.admission import Admission, Answer, sentence
from app.webhook.drain import Lifecycle
from app.webhook.metrics import Metrics
from rules.core.facts import Cluster

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Decide = Callable[[bytes], Answer]

MOST_IN_FLIGHT: Final = 200
LARGEST_BODY: Final = 7 * 1024 * 1024  # bytes; object and oldObject of 3 MiB each, as controller-runtime limits it
_TOO_LARGE: Final = sentence(413, "The body is larger than 7 MiB, the largest AdmissionReview there is.")
_BUSY: Final = sentence(503, "Too many requests at a time: ask again in a second.")
_POST_ONLY: Final = sentence(405, "Send an AdmissionReview by POST.")


class AdmissionServer:
    """The ASGI application: POST /validate and /mutate go straight to the decision, everything else to FastAPI.

    The straight way has no routing, dependencies, validation or response classes; `make bench` shows what that saves.
    `cluster` gives the facts known at the moment; `unready` says in one sentence why the server is not to be asked, or
    nothing; more than `most` reviews at a time are turned away, in the form that the API server repeats.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        metrics: Metrics | None = None,
        lifecycle: Lifecycle | None = None,
        cluster: Callable[[], Cluster] | None = None,
        unready: Callable[[], str] = lambda: "",
        most: int = MOST_IN_FLIGHT,
    ) -> None:
        self.metrics = metrics or Metrics()
        self._lifecycle = lifecycle or Lifecycle()
        self._cluster, self._unready, self._most = cluster, unready, most
        self._in_flight = 0
        self.metrics.in_flight.set_function(lambda: self._in_flight)
        self.use(settings)
        self._rest = _people(self.metrics, self._why_not_ready)

    def use(self, settings: Settings) -> None:
        """Judge by other settings from the next request on; the facts they give stand above what is observed."""
        cluster = _Given(settings.cluster, self._cluster) if self._cluster else None
        admission = Admission(settings, cluster, self.metrics)
        self._decisions: dict[str, Decide] = {"/validate": admission.validate, "/mutate": admission.mutate}

    def _why_not_ready(self) -> str:
        return "draining" if self._lifecycle.draining else self._unready()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        path = scope.get("path", "")
        decide = self._decisions.get(path) if scope["type"] == "http" else None
        if decide is None:
            await self._rest(scope, receive, send)
            return
        close = [(b"connection", b"close")] if self._lifecycle.draining else []
        if scope["method"] != "POST":
            await _send(send, _POST_ONLY, [(b"allow", b"POST"), *close])
            return
        if self._in_flight >= self._most:
            self.metrics.turned_away()
            await _send(send, _BUSY, [(b"retry-after", b"1"), *close])
            return
        self._in_flight += 1
        try:
            body = await _body(scope, receive)
            start = perf_counter()
            answer = _TOO_LARGE if body is None else decide(body)
            self.metrics.took(path, perf_counter() - start)
            await _send(send, answer, close)
        finally:
            self._in_flight -= 1


class _Given:
    """Facts that were given above those that are observed; put together once for each observation."""

    def __init__(self, given: Cluster, observed: Callable[[], Cluster]) -> None:
        self._given, self._observed = given, observed
        self._both: tuple[Cluster, Cluster] | None = None  # what was observed, and the whole

    def __call__(self) -> Cluster:
        seen, both = self._observed(), self._both
        if both is None or both[0] is not seen:
            both = self._both = (seen, self._given.above(seen))
        return both[1]


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


async def _send(send: Send, answer: Answer, headers: list[tuple[bytes, bytes]]) -> None:
    start = [
        (b"content-type", answer.content_type),
        (b"content-length", str(len(answer.body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    await send({"type": "http.response.body", "body": answer.body})


def _people(metrics: Metrics, why_not: Callable[[], str]) -> FastAPI:
    """What people and probes ask; `why_not` says why the server is not ready, or nothing."""
    api = FastAPI(title="elbguard", docs_url=None, redoc_url=None, openapi_url=None)

    @api.get("/healthz", response_class=PlainTextResponse)
    async def healthz() -> str:
        """The process is alive."""
        return "ok\n"

    @api.get("/readyz")
    async def readyz() -> PlainTextResponse:
        """Whether the server is to be asked about Services."""
        reason = why_not()
        return PlainTextResponse(f"{reason or 'ok'}\n", 503 if reason else 200)

    @api.get("/metrics")
    async def show() -> Response:
        """Prometheus metrics."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return api

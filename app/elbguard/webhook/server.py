"""The HTTP server: FastAPI for what people ask, and a straight way past it for what the API server asks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any, Final

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, Answer, sentence
from elbguard.webhook.bodies import LARGEST_BODY, Bodies, Crowded, Gone, Receive, TooLarge
from elbguard.webhook.drain import Lifecycle
from elbguard.webhook.metrics import Metrics
from elbguard.webhook.recording import Recorder, settings_of
from elbguard.webhook.refusals import Refusals
from elbguard.webhook.shortcut import Judge
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.facts import Cluster

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Decide = Callable[[bytes], Answer]

MOST_IN_FLIGHT: Final = 200
BRIEF: Final = 0.005  # seconds
_TOO_LARGE: Final = sentence(413, "The body is larger than 7 MiB, the largest AdmissionReview there is.")
_BUSY: Final = sentence(503, "Too many requests at a time: ask again in a second.")
_APART: Final = "Several workers count each for itself: for metrics serve with --workers 1, and add replicas instead.\n"
_POST_ONLY: Final = sentence(405, "Send an AdmissionReview by POST.")


class AdmissionServer:
    """The ASGI application: POST /validate and /mutate go straight to the decision, everything else to FastAPI.

    The straight way has no routing, dependencies, validation or response classes; `make bench` shows what that saves.
    `cluster` gives the facts known at the moment, `beside` the other objects of the cluster; `unready` says in one
    sentence why the server is not to be asked, or nothing. Decisions are made one after the other; `most` reviews that
    have arrived may wait for theirs, others are turned away in the form that the API server repeats. What is still
    arriving does not count, but `bodies` bounds what it holds. After a decision of more than `brief` seconds the event
    loop looks after others first.
    """

    def __init__(  # noqa: PLR0913 - what a server is made of, by name
        self,
        settings: Settings,
        *,
        metrics: Metrics | None = None,
        lifecycle: Lifecycle | None = None,
        cluster: Callable[[], Cluster] | None = None,
        beside: Callable[[], Sequence[Neighbours]] = tuple,
        unready: Callable[[], str] = lambda: "",
        most: int = MOST_IN_FLIGHT,
        bodies: Bodies | None = None,
        brief: float = BRIEF,
    ) -> None:
        self.metrics = metrics or Metrics()
        self._lifecycle = lifecycle or Lifecycle()
        self._cluster, self._unready, self._most = cluster, unready, most
        self._beside = beside
        self._bodies, self._brief = bodies or Bodies(), brief
        self._recorder: Recorder | None = None
        self.refusals: Final = Refusals()
        self._in_flight, self._turn = 0, asyncio.Lock()
        self._is_resting = False  # until the event loop has looked after others
        self.metrics.in_flight.set_function(lambda: self._in_flight)
        self.use(settings)
        self._others = _people(self.metrics if self.metrics.are_whole else None, self._why_not_ready)

    def use(self, settings: Settings) -> None:
        """Judge by other settings from the next request on; the facts they give stand above what is observed."""
        self.metrics.uses(settings.digest)
        self._settings = settings
        cluster: Callable[[], Cluster] | None = _Given(settings.cluster, self._cluster) if self._cluster else None
        witness = _Witness(cluster or (lambda: settings.cluster)) if self._recorder else None
        admission = Admission(settings, witness or cluster, self.metrics, self._beside)
        self._decisions: dict[str, Decide] = {"/validate": admission.validate, "/mutate": admission.mutate}
        if self._recorder and witness:
            self._decisions = {
                path: _Recorded(decide, path, self._recorder, witness, settings)
                for path, decide in self._decisions.items()
            }
        self._judges: dict[bytes, Judge] = {
            path.encode(): partial(self._judge, path, decide) for path, decide in self._decisions.items()
        }

    def at_once(self, target: bytes) -> Judge | None:
        """Who judges what is posted to this address without waiting, if anybody."""
        return self._judges.get(target.partition(b"?")[0])

    def _judge(self, path: str, decide: Decide, body: bytes, scope: Mapping[str, Any]) -> Answer | None:
        """The answer to a whole review; None where others wait, or answers have something to say of our end."""
        if self._in_flight or self._is_resting or self._lifecycle.draining:
            return None
        arrived = perf_counter()
        answer = decide(body)
        seconds = perf_counter() - arrived
        self.metrics.took(path, seconds)
        if seconds > self._brief:
            self._is_resting = True
            asyncio.get_running_loop().call_soon(self._rest)
        if answer.status >= 400:
            self.refusals.tell({**scope, "method": "POST", "path": path}, answer.status)
        return answer

    def _rest(self) -> None:
        self._is_resting = False

    def record(self, recorder: Recorder) -> None:
        """Tell a recorder of every decision from now on."""
        self._recorder = recorder
        self.use(self._settings)

    def _why_not_ready(self) -> str:
        return "draining" if self._lifecycle.draining and self._lifecycle.is_told else self._unready()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        path = scope.get("path", "")
        decide = self._decisions.get(path) if scope["type"] == "http" else None
        send = self._telling(scope, send)
        if decide is None:
            await self._others(scope, receive, send)
            return
        close = [(b"connection", b"close")] if self._lifecycle.draining else []
        if scope["method"] != "POST":
            await _send(send, _POST_ONLY, [(b"allow", b"POST"), *close])
            return
        try:
            answer = await self._answer(scope, receive, decide)
        except Gone:
            return
        except TooLarge:
            answer = _TOO_LARGE
        except Crowded:
            self.metrics.turned_away()
            await _send(send, _BUSY, [(b"retry-after", b"1"), *close])
            return
        await _send(send, answer, close)

    def _telling(self, scope: Scope, send: Send) -> Send:
        """`send`, and a line of the log for a request that is refused; that we are not ready is for probes only."""

        async def told(message: MutableMapping[str, Any]) -> None:
            status = message.get("status", 0)
            if status >= 400 and (scope["path"], status) != ("/readyz", 503):
                self.refusals.tell(scope, status)
            await send(message)

        return told

    async def _answer(self, scope: Scope, receive: Receive, decide: Decide) -> Answer:
        """Read the body and decide. Raises Gone, TooLarge or Crowded."""
        if _is_too_large(scope):
            raise TooLarge
        first = await receive()
        if first["type"] != "http.request":
            raise Gone
        if not first.get("more_body"):
            return await self._decision(scope["path"], decide, first.get("body", b""))
        with self._bodies.one() as body:
            return await self._decision(scope["path"], decide, await body.read(first, receive))

    async def _decision(self, path: str, decide: Decide, body: bytes) -> Answer:
        """Decide when it is this one's turn. Raises Crowded where too many wait."""
        if self._in_flight >= self._most:
            raise Crowded
        self._in_flight += 1
        arrived = perf_counter()
        try:
            async with self._turn:
                begun = perf_counter()
                answer = decide(body)
                ended = perf_counter()
                if ended - begun > self._brief:
                    await asyncio.sleep(0)  # what has come meanwhile gets in line behind, and probes are answered
        finally:
            self._in_flight -= 1
        self.metrics.took(path, ended - arrived)
        return answer


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


class _Witness:
    """Gives the facts, and keeps those that it gave last."""

    def __init__(self, cluster: Callable[[], Cluster]) -> None:
        self._cluster = cluster
        self.seen = cluster()

    def __call__(self) -> Cluster:
        self.seen = self._cluster()
        return self.seen


class _Recorded:
    """A decision of which a recorder is told, with the facts and the settings that it was made by."""

    def __init__(self, decide: Decide, path: str, recorder: Recorder, witness: _Witness, settings: Settings) -> None:
        self._decide, self._path, self._recorder, self._witness = decide, path, recorder, witness
        self._settings = settings_of(settings)

    def __call__(self, body: bytes) -> Answer:
        answer = self._decide(body)
        self._recorder.note(self._path, body, answer, self._witness.seen, self._settings)
        return answer


def _is_too_large(scope: Scope) -> bool:
    """Whether the body is announced as too large; such a one is not read."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return length.isdigit() and int(length) > LARGEST_BODY


async def _send(send: Send, answer: Answer, headers: list[tuple[bytes, bytes]]) -> None:
    start = [
        (b"content-type", answer.content_type),
        (b"content-length", str(len(answer.body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    await send({"type": "http.response.body", "body": answer.body})


def _people(metrics: Metrics | None, why_not: Callable[[], str]) -> FastAPI:
    """What people and probes ask; `why_not` says why the server is not ready, or nothing.

    Without `metrics` it says that there are none: the numbers of one worker at random are worse than that.
    """
    api = FastAPI(title="elbguard", docs_url=None, redoc_url=None, openapi_url=None)

    @api.get("/healthz")
    async def healthz() -> PlainTextResponse:
        """The process is alive."""
        return PlainTextResponse("ok\n")

    @api.get("/readyz")
    async def readyz() -> PlainTextResponse:
        """Whether the server is to be asked about Services."""
        reason = why_not()
        return PlainTextResponse(f"{reason or 'ok'}\n", 503 if reason else 200)

    @api.get("/metrics")
    async def show() -> Response:
        """Prometheus metrics."""
        if metrics is None:
            return PlainTextResponse(_APART, 501)
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return api

"""Recording: what is asked and answered, written to a file for `elbguard replay` by a thread that nobody waits for."""

import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Literal

from pydantic_core import from_json

from elbguard.settings import Settings
from elbguard.webhook import envelope
from elbguard.webhook.admission import Answer
from elbguard.webhook.envelope import AdmissionRequest
from elbguard.webhook.recordfile import RecordFile
from elbguard.webhook.scrubbing import scrubbed
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.ip_addresses import address
from elbguard_rules.core.service import Service

LOG: Final = logging.getLogger("elbguard.recording")
VERSION: Final = version("elbguard")  # looked up in files
MEMBER: Final = "elbguard"  # of a recorded AdmissionReview, beside request and response
RECORDED: Final = ("allowed", "denied", "patched")  # verdicts of reviews that were looked at
FACTS: Final = ("cluster_version", "cluster_type", "proxy_mode", "profile", "node_ip")  # settings that are facts
_UNTOLD: Final = {*FACTS, "exempt_user", "exclude"} - {"profile"}  # not among the settings; users have names
MOST_WAITING: Final = 1000  # reviews
MOST_BYTES: Final = 16 * 1024 * 1024  # of all that wait
LONGEST: Final = 2 * 1024 * 1024  # bytes of a line; etcd takes objects of 1.5 MiB
_FEW_NODES: Final = 50  # addresses; of more nodes only those that the Service names
_LAST: Final = 5.0  # seconds that the end waits for what is yet to be written

Reason = Literal["queue", "size", "file", "error"]
REASONS: Final[tuple[Reason, ...]] = ("queue", "size", "file", "error")


@dataclass(frozen=True, slots=True)
class Record:
    """Where to write, and how many bytes at most: half in the file, half in the one before."""

    path: Path
    most: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A review to write down."""

    path: str
    body: bytes
    answer: bytes
    cluster: Cluster
    settings: Mapping[str, Any]


class Recorder:
    """Takes what was decided and has a thread write it down.

    `written` and `dropped` count lines. Whoever decides waits for nothing: where too much is yet to be written, or
    cannot be, it is dropped and counted.
    """

    def __init__(
        self,
        record: Record,
        written: Callable[[], None] = lambda: None,
        dropped: Callable[[Reason], None] = lambda reason: None,
    ) -> None:
        self._path, self._file = record.path, RecordFile(record.path, max(record.most // 2, 1))
        self._written, self._dropped = written, dropped
        self._waiting: SimpleQueue[_Asked | None] = SimpleQueue()  # its put takes no lock of Python's
        self._taken_in = self._done_with = 0  # bytes; each has one writer, so that neither needs a lock
        self._is_writable = True
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, within some seconds."""
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(_LAST)

    def note(self, path: str, body: bytes, answer: Answer, cluster: Cluster, settings: Mapping[str, Any]) -> None:
        """Take a review that was answered. `settings` are those of `settings_of`."""
        if answer.verdict not in RECORDED:
            return
        size = len(body) + len(answer.body)
        if self._taken_in - self._done_with + size > MOST_BYTES or self._waiting.qsize() >= MOST_WAITING:
            self._dropped("queue")
            return
        self._taken_in += size
        self._waiting.put(_Asked(path, body, answer.body, cluster, settings))

    def _run(self) -> None:
        while (asked := self._waiting.get()) is not None:
            self._write(asked)
            self._done_with += len(asked.body) + len(asked.answer)
        self._file.close()

    def _write(self, asked: _Asked) -> None:
        try:
            written = line(asked)
        except envelope.TooRich:
            self._dropped("size")
            return
        except Exception:  # a bug of ours, or objects nested so deep that they cannot be written
            LOG.debug("a review is not recorded", exc_info=True)
            self._dropped("error")
            return
        if len(written) > LONGEST:
            self._dropped("size")
            return
        try:
            self._file.append(written)
        except OSError as error:
            self._file.close()
            self._dropped("file")
            self._tell(error)
            return
        if not self._is_writable:
            self._is_writable = True
            LOG.info("%s is written again", self._path)
        self._written()

    def _tell(self, error: OSError) -> None:
        if self._is_writable:
            self._is_writable = False
            why = (os.strerror(error.errno) if error.errno else error.strerror or str(error)).lower()
            LOG.error("%s cannot be written: %s; reviews are answered, and not recorded until it can", self._path, why)


def settings_of(settings: Settings) -> dict[str, Any]:
    """The settings that a verdict depends on, as a settings' file has them; facts are recorded with each review."""
    return settings.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_UNTOLD)


def line(asked: _Asked) -> bytes:
    """The line of a recording. Raises NotAReview, TooRich, and whatever JSON raises."""
    request = envelope.read(asked.body)
    answered = from_json(asked.answer)["response"]
    review = {
        "apiVersion": request.api_version,
        "kind": "AdmissionReview",
        MEMBER: {
            "version": VERSION,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "path": asked.path,
            "cluster": _facts(asked.cluster, request),
            "settings": asked.settings,
        },
        "request": scrubbed(request),
        "response": answered,
    }
    return json.dumps(review, separators=(",", ":")).encode() + b"\n"


def _facts(cluster: Cluster, request: AdmissionRequest) -> dict[str, Any]:
    """The facts that are known, as settings have them."""
    known: dict[str, Any] = {}
    if cluster.knows("version"):
        known["cluster-version"] = str(cluster.version)
    if cluster.knows("type"):
        known["cluster-type"] = "autopilot" if cluster.is_autopilot else cluster.type
    if cluster.knows("proxy_mode"):
        known["proxy-mode"] = cluster.proxy_mode
    if cluster.knows("profile"):
        known["profile"] = cluster.profile
    if cluster.knows("node_ips"):
        known["node-ip"] = _nodes(cluster, request)
    return known


def _nodes(cluster: Cluster, request: AdmissionRequest) -> list[str]:
    """The addresses of the nodes; of many those that a Service names, and one, so that they count as known."""
    nodes = cluster.node_ips
    if len(nodes) > _FEW_NODES:
        objects = (Service(raw) for raw in (request.object, request.old_object) if raw is not None)
        named = {address(text) for service in objects for text in service.texts("externalIPs")}
        nodes = frozenset(node for node in nodes if node in named) | {next(iter(nodes))}
    return sorted(map(str, nodes))

"""Several processes behind one port: what they are handed, and how they are replaced."""

import atexit
import json
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn
from uvicorn.supervisors import Multiprocess

from elbguard.settings import Settings
from elbguard.webhook import logs
from elbguard.webhook.drain import Lifecycle
from elbguard.webhook.metrics import Metrics
from elbguard.webhook.recording import Record, Recorder
from elbguard.webhook.server import AdmissionServer
from elbguard.webhook.warming import warm

LOG: Final = logging.getLogger("elbguard.run")
APPLICATION: Final = "elbguard.webhook.workers:worker"
_HANDED_DOWN: Final = "ELBGUARD_SERVE_SETTINGS"  # from the supervisor to its workers


class Workers(Multiprocess):
    """The supervisor. At SIGHUP its workers are replaced one after the other, unless `renew` says that they may not."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], renew: Callable[[], bool]) -> None:
        super().__init__(config, sockets)
        self._renew = renew

    def handle_hup(self) -> None:
        """Replace the workers; each drains."""
        if self._renew():
            super().handle_hup()


def hand_down(settings: Settings, drain_seconds: float, record: Record | None = None) -> None:
    """Leave to workers that start from now on the settings, for how long they drain, and what they record."""
    handed = {
        "settings": settings.model_dump(mode="json", by_alias=True),
        "drain": drain_seconds,
        "record": [str(record.path), record.most] if record else None,
    }
    os.environ[_HANDED_DOWN] = json.dumps(handed)


def worker() -> AdmissionServer:
    """The application of one worker; uvicorn asks for it when its signal handlers are in place."""
    if hasattr(signal, "SIGHUP"):  # a terminal sends it to all processes; the supervisor does what is to be done
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    logs.configure(*logs.handed_down())
    handed = json.loads(os.environ[_HANDED_DOWN])
    lifecycle = Lifecycle(is_told=False)  # others behind the same port may be ready
    _drain_first(lifecycle, handed["drain"])
    threading.Thread(target=_end_with_the_supervisor, name="supervisor", daemon=True).start()
    metrics = Metrics(are_whole=False)
    settings = Settings.model_validate(handed["settings"])
    server = AdmissionServer(settings, metrics=metrics, lifecycle=lifecycle)
    if handed["record"]:
        server.record(_recorder(handed["record"], metrics))
    warm(settings)
    return server


def _end_with_the_supervisor() -> None:
    """End when the supervisor was killed: nobody would replace this worker, or bring it new settings, ever again."""
    if supervisor := multiprocessing.parent_process():
        supervisor.join()
        LOG.error("the supervisor of the workers was killed, so this one ends too")
        os.kill(os.getpid(), signal.SIGTERM)


def _recorder(handed: list[Any], metrics: Metrics) -> Recorder:
    """What records in this process, until it ends."""
    recorder = Recorder(Record(Path(handed[0]), handed[1]), metrics.recorded, metrics.recorded)
    recorder.start()
    atexit.register(recorder.stop)
    return recorder


def _drain_first(lifecycle: Lifecycle, seconds: float) -> None:
    """Answer with `Connection: close` for some seconds between SIGTERM and what uvicorn does at it."""
    end = signal.getsignal(signal.SIGTERM)
    if seconds <= 0 or not callable(end):
        return

    def begin(number: int, frame: FrameType | None) -> None:
        if lifecycle.draining:
            end(number, frame)
            return
        lifecycle.draining = True
        timer = threading.Timer(seconds, end, (number, None))
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, begin)

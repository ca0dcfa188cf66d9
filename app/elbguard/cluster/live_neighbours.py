"""The Services and Ingresses of the cluster, of which only their claims are kept; reading them is reading attributes.

Until all of a kind were listed, and while the API server has been silent for long, nothing is known of that kind.
"""

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Any, Final

from elbguard.cluster.asking import Api, ApiError, Pace, forever
from elbguard.cluster.watching import ListAndWatch
from elbguard_rules.collisions.claims import Claims, of_ingress, of_service
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.service import Service

LOG: Final = logging.getLogger("elbguard.neighbours")
SERVICES: Final = "/api/v1/services"
INGRESSES: Final = "/apis/networking.k8s.io/v1/ingresses"
OLD_INGRESSES: Final = "/apis/networking.k8s.io/v1beta1/ingresses"  # all that there is before v1.19
SILENCE: Final = 240.0  # seconds; bookmarks come every minute, and a watch that hears none is cut after 90 seconds
_PAGE: Final = 100  # objects in one answer: some 0.3 MB of Services
_JOIN: Final = 2.0  # seconds to wait for each thread at the end; they are daemons


class LiveNeighbours:
    """What stands beside a Service in the cluster behind `api`. `clock` counts seconds and never goes back."""

    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic, pace: Pace | None = None) -> None:
        pace = pace or dataclasses.replace(Pace(), page=_PAGE)
        self._api, self._stop, self._clock = api, Event(), clock
        self._kinds = (_Kind("Services", self._stop, clock), _Kind("Ingresses", self._stop, clock))
        services, ingresses = self._kinds
        self.loops: Final = (
            ListAndWatch(api, SERVICES, _service, services, clock, pace),
            ListAndWatch(api, INGRESSES, of_ingress, ingresses, clock, pace, instead=OLD_INGRESSES),
        )
        self._threads = [
            Thread(target=forever, args=(loop.turn, self._stop, pace.longest), name=f"elbguard-{name}", daemon=True)
            for loop, name in zip(self.loops, ("services", "ingresses"), strict=True)
        ]

    def current(self) -> tuple[Neighbours, ...]:
        """The indexes of the kinds of which all is known at this moment. Waits for nothing."""
        return tuple(index for kind in self._kinds if (index := kind.index()) is not None)

    def start(self) -> None:
        """Start to observe, in daemon threads. Call it once, in the process that asks."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads and their connections."""
        self._stop.set()
        self._api.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_JOIN)


class _Kind:
    """Hears what becomes of the objects of a kind. One thread writes, all may read."""

    def __init__(self, name: str, stop: Event, clock: Callable[[], float]) -> None:
        self._name, self._stop, self._clock = name, stop, clock
        self._index: Neighbours | None = None
        self._heard = 0.0
        self._said: object = self

    def index(self) -> Neighbours | None:
        """All of them; None where not all are known."""
        return self._index if self._clock() - self._heard <= SILENCE else None

    def changed(self, known: Mapping[str, Claims], old: Claims | None, new: Claims | None) -> None:
        """Take in what became of one object, or all of them anew."""
        if self._index is None or not (old or new):
            self._index = Neighbours(known.values())
        elif new:
            self._index.put(new)
        elif old:
            self._index.remove(old.who)

    def heard(self) -> None:
        """Note that all is as it is known."""
        self._heard = self._clock()
        if self._index is not None:
            told = f"The {self._name} are read: {len(self._index)} of them claim a load balancer so far."
            self._say(True, logging.INFO, told)

    def failed(self, error: ApiError) -> None:
        """Note why they cannot be read; without a role nothing is known any longer."""
        if self._stop.is_set():  # it is we who hung up
            return
        if error.forbidden:
            self._index = None
            told = f"No role to list and watch the {self._name} ({error}): collisions with them are not looked for."
            self._say(403, logging.WARNING, told)
        else:
            told = f"The {self._name} cannot be read ({error}): trying again; collisions are told by what is known."
            self._say(0, logging.WARNING, told)

    def _say(self, state: object, level: int, sentence: str) -> None:
        """Log a sentence once, until the state is another one."""
        if self._said != state:
            self._said = state
            LOG.log(level, "%s", sentence)


def _service(raw: Mapping[str, Any]) -> Claims | None:
    return of_service(Service(raw))

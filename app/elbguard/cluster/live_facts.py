"""What is known about the cluster, kept current in the background; reading it is reading an attribute.

What an operator set stands above what is observed, and is not even asked for. What cannot be observed stays unknown.
While the API server is away the last known facts serve.
"""

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from typing import Any, Final, Literal

from elbguard.cluster import signs
from elbguard.cluster.asking import Api, ApiError, Backoff, Pace, forever
from elbguard.cluster.watching import ListAndWatch
from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster, ClusterType, Version
from elbguard_rules.core.ip_addresses import IPAddress

LOG: Final = logging.getLogger("elbguard.facts")
Fact = Literal["version", "type", "proxy_mode", "node_ips"]
Observed = Literal["version", "type", "node_ips"]
FACTS: Final[tuple[Fact, ...]] = ("version", "type", "proxy_mode", "node_ips")
_JOIN: Final = 2.0  # seconds to wait for each thread at the end; they are daemons
_WORDS: Final[dict[Observed, tuple[str, str]]] = {
    "version": ("cluster version", "--cluster-version"),
    "type": ("cluster type", "--cluster-type"),
    "node_ips": ("addresses of nodes", "--node-ip"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """What has been observed, and when it was last confirmed, by the clock. None means unknown."""

    version: Version | None = None
    type: ClusterType | None = None
    node_ips: frozenset[IPAddress] | None = None
    when: Mapping[str, float] = dataclasses.field(default_factory=dict)


class LiveFacts:
    """The facts of the cluster behind `api`. `clock` counts seconds and never goes back."""

    def __init__(
        self, settings: Settings, api: Api, clock: Callable[[], float] = time.monotonic, pace: Pace | None = None
    ) -> None:
        pace = pace or Pace()
        self._given, self._api, self._clock = settings.cluster, api, clock
        self._cluster, self._seen = self._given, _Seen()
        self._writing = Lock()  # for the threads that observe; readers take none
        self._said: dict[Observed, object] = {}
        self._unasked = {fact for fact in _WORDS if not self._given.knows(fact)}
        self._asked, self._stop = Event(), Event()
        self._backoff = Backoff(pace)
        readers: dict[Observed, Callable[[Api], object]] = {"version": signs.version, "type": signs.turbo}
        self._readers = {fact: read for fact, read in readers.items() if fact in self._unasked}
        self._threads = [self._thread("elbguard-facts", self.refresh, pace)] if self._readers else []
        if "node_ips" in self._unasked:
            nodes = ListAndWatch(api, signs.NODES, signs.addresses, _Nodes(self), clock, pace)
            self._threads.append(self._thread("elbguard-nodes", nodes.turn, pace))
        if not self._unasked:
            self._asked.set()

    def _thread(self, name: str, turn: Callable[[], float], pace: Pace) -> Thread:
        return Thread(target=forever, args=(turn, self._stop, pace.longest), name=name, daemon=True)

    def current(self) -> Cluster:
        """The facts of this moment. Waits for nothing."""
        return self._cluster

    def ages(self) -> dict[str, float]:
        """Seconds since each known fact was last confirmed; 0 for what the operator set; what is unknown is absent."""
        now, when = self._clock(), self._seen.when
        observed = {fact: max(0.0, now - then) for fact, then in when.items()}
        return observed | {fact: 0.0 for fact in FACTS if self._given.knows(fact)}

    def start(self) -> None:
        """Start to observe, in daemon threads. Call it once, in the process that reads the facts."""
        for thread in self._threads:
            thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until each fact has been asked for once, whatever came of it. For the start, not for requests."""
        return self._asked.wait(seconds)

    def stop(self) -> None:
        """End the threads and their connections; the last facts stay readable."""
        self._stop.set()
        self._api.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_JOIN)

    def refresh(self) -> float:
        """Read the version and the type once. Returns the seconds to pause before the next time."""
        failures: list[ApiError] = []
        for fact, read in self._readers.items():
            try:
                self.learn(fact, read(self._api))
            except ApiError as error:
                self.miss(fact, error)
                failures.append(error)
        passing = [failure for failure in failures if not failure.forbidden]
        if passing:
            return self._backoff.failed(passing[0])
        self._backoff.reset()
        return self._backoff.rest()

    def learn(self, fact: Observed, value: Any) -> None:
        """Take what has been observed; None where there was an answer that tells nothing."""
        with self._writing:
            when = {name: then for name, then in self._seen.when.items() if name != fact}
            if value is not None:
                when[fact] = self._clock()
            self._seen = seen = dataclasses.replace(self._seen, **{fact: value, "when": when})
            self._cluster = self._given.above(Cluster(seen.version, seen.type, node_ips=seen.node_ips))
        self._tell(fact, value)
        self._ask_no_more(fact)

    def confirm(self, fact: Observed) -> None:
        """Note that a fact, which is known, still is as it was."""
        with self._writing:
            self._seen = dataclasses.replace(self._seen, when={**self._seen.when, fact: self._clock()})
        self._tell(fact, getattr(self._seen, fact))

    def miss(self, fact: Observed, error: ApiError) -> None:
        """Note that a fact could not be read; what was known of it stays."""
        if self._stop.is_set():  # it is we who hung up
            return
        what, flag = _WORDS[fact]
        then = "the last known ones serve" if fact in self._seen.when else "unknown until then"
        if error.forbidden:
            self._say(fact, 403, logging.WARNING, f"No role to read the {what} ({error}): {then}; or set {flag}.")
        else:
            self._say(fact, 0, logging.WARNING, f"The {what} cannot be read ({error}): {then}; trying again.")
        self._ask_no_more(fact)

    def _tell(self, fact: Observed, value: Any) -> None:
        what, flag = _WORDS[fact]
        if value is None:
            self._say(fact, None, logging.INFO, f"The API server shows no {what} of CCE: unknown; {flag} can set it.")
        elif fact == "node_ips":
            self._say(fact, True, logging.INFO, f"The {what} are read: {len(value)} so far.")
        else:
            self._say(fact, value, logging.INFO, f"The {what} is {value}, by what the API server shows.")

    def _say(self, fact: Observed, state: object, level: int, sentence: str) -> None:
        """Log a sentence once, until the state of the fact is another one."""
        if self._said.get(fact, self) != state:
            self._said[fact] = state
            LOG.log(level, "%s", sentence)

    def _ask_no_more(self, fact: Observed) -> None:
        with self._writing:
            self._unasked.discard(fact)
            if not self._unasked:
                self._asked.set()


class _Nodes:
    """Hears what becomes of the nodes."""

    def __init__(self, facts: LiveFacts) -> None:
        self._facts = facts

    def changed(self, known: Mapping[str, frozenset[IPAddress]], *_: object) -> None:
        self._facts.learn("node_ips", frozenset().union(*known.values()))

    def heard(self) -> None:
        self._facts.confirm("node_ips")

    def failed(self, error: ApiError) -> None:
        self._facts.miss("node_ips", error)

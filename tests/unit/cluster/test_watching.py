"""Listing and watching against an API server in memory: nothing is missed, nothing is asked in vain."""

import logging
from collections.abc import Mapping
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard.cluster.asking import ApiError, Pace, forever
from elbguard.cluster.signs import NODES, addresses
from elbguard.cluster.watching import ListAndWatch

from .facts_fakes import Clock, FakeApi, bookmark, error, event, listing, node

PACE = Pace()
CUT = ApiError(0, "no answer: connection reset")
A, B, C = (node(name, address) for name, address in (("a", "10.0.0.1"), ("b", "10.0.0.2"), ("c", "10.0.0.3")))


class Notes:
    """What a listener heard."""

    def __init__(self) -> None:
        self.known: list[dict[str, list[str]]] = []
        self.heards = 0
        self.failures: list[int] = []

    def changed(self, known: Mapping[str, frozenset[Any]], *_: object) -> None:
        """Note it."""
        self.known.append({name: sorted(map(str, kept)) for name, kept in known.items()})

    def heard(self) -> None:
        """Count it."""
        self.heards += 1

    def failed(self, error: ApiError) -> None:
        """Note the status."""
        self.failures.append(error.status)


class Loop:
    """A loop over a fake API server, with no chance in it: pauses are at their longest."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.api, self.notes = FakeApi(self.clock), Notes()
        self.api.answers[NODES] = listing(A)
        self._loop = ListAndWatch(self.api, NODES, addresses, self.notes, self.clock, PACE, chance=lambda: 1.0)

    def turns(self, count: int) -> list[float]:
        """Take turns; the pauses between them, in seconds."""
        return [self._loop.turn() for _ in range(count)]


@pytest.fixture
def loop() -> Loop:
    """Give each test a loop."""
    return Loop()


def test_a_list_in_pages_is_watched_from_its_version(loop: Loop) -> None:
    loop.api.answers[NODES] = [listing(A, more="next"), listing(B, version="5")]
    loop.turns(1)

    assert [query.get("continue") for query in loop.api.queries] == [None, "next", None]
    assert {query.get("limit") for query in loop.api.queries[:2]} == {str(PACE.page)}
    watch = loop.api.queries[2]
    assert (watch["resourceVersion"], watch["allowWatchBookmarks"]) == ("5", "true")
    assert 0 < int(watch["timeoutSeconds"]) <= PACE.watch
    assert loop.notes.known == [{"a": ["10.0.0.1"], "b": ["10.0.0.2"]}]


def test_half_a_list_replaces_nothing(loop: Loop) -> None:
    loop.api.answers[NODES] = [listing(A, B), listing(C, more="next"), CUT]
    loop.api.watches = [[error(410)]]
    loop.turns(2)

    assert loop.notes.known == [{"a": ["10.0.0.1"], "b": ["10.0.0.2"]}]


def test_events_change_what_is_known_and_only_addresses_count(loop: Loop) -> None:
    heartbeat = {**A, "metadata": {"name": "a", "resourceVersion": "9"}, "spec": {"unschedulable": True}}
    moved = node("a", "10.0.0.9", version="11")
    loop.api.watches = [
        [event("ADDED", B), event("MODIFIED", heartbeat), event("MODIFIED", moved), event("DELETED", B)]
    ]
    loop.turns(1)

    assert loop.notes.known[1:] == [
        {"a": ["10.0.0.1"], "b": ["10.0.0.2"]},
        {"a": ["10.0.0.9"], "b": ["10.0.0.2"]},
        {"a": ["10.0.0.9"]},
    ]
    assert loop.notes.heards == 5


def test_a_broken_watch_resumes_where_it_was_without_a_list(loop: Loop) -> None:
    loop.api.watches = [[event("ADDED", B), bookmark("42"), CUT]]
    loop.turns(2)

    assert loop.api.asked.count(NODES) == 1
    assert loop.api.queries[-1]["resourceVersion"] == "42"
    assert loop.notes.failures == [0]


@pytest.mark.parametrize(
    "gone", [pytest.param(error(410), id="in the stream"), pytest.param(ApiError(410, "Gone"), id="at the door")]
)
def test_after_gone_everything_is_listed_again(loop: Loop, gone: Any) -> None:
    loop.api.answers[NODES] = [listing(A, B), listing(B, C, version="90")]
    loop.api.watches = [[gone]]
    pauses = loop.turns(2)

    assert loop.notes.known[-1] == {"b": ["10.0.0.2"], "c": ["10.0.0.3"]}  # a was deleted unseen
    assert loop.api.queries[-1]["resourceVersion"] == "90"
    assert pauses[0] <= PACE.again
    assert loop.notes.failures == []


def test_a_list_that_expires_between_pages_begins_anew(loop: Loop) -> None:
    loop.api.answers[NODES] = [listing(A, more="next"), ApiError(410, "Gone"), listing(B)]
    loop.turns(2)

    assert loop.notes.known == [{"b": ["10.0.0.2"]}]
    assert "continue" not in loop.api.queries[2]


def test_pauses_double_up_to_a_minute_and_a_steady_watch_ends_that(loop: Loop) -> None:
    loop.api.answers[NODES] = [*[CUT] * 9, listing(A)]
    loop.api.watches = [[30.0, CUT], [30.0, CUT]]

    assert loop.turns(9) == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert loop.turns(2) == [1, 1]


def test_chance_cuts_a_pause_by_a_half_at_most() -> None:
    api = FakeApi(Clock())
    api.answers[NODES] = CUT
    for chance in (0.0, 0.5, 1.0):
        loop = ListAndWatch(api, NODES, addresses, Notes(), Clock(), PACE, chance=[chance].pop)
        assert loop.turn() == 0.5 + chance / 2


def test_gone_again_and_again_is_not_answered_by_a_storm_of_lists(loop: Loop) -> None:
    loop.api.watches = [[error(410)] for _ in range(6)]

    assert loop.turns(6) == [1, 2, 4, 8, 16, 32]


def test_watches_that_end_at_once_are_failures(loop: Loop) -> None:
    loop.api.watches = [[], [event("ADDED", B)], [], [60.0]]

    assert loop.turns(4) == [1, 2, 4, 1]
    assert loop.api.asked.count(NODES) == 1


def test_without_a_role_it_asks_seldom_and_lists_when_it_may(loop: Loop) -> None:
    loop.api.answers[NODES] = [ApiError(403, "Forbidden"), ApiError(403, "Forbidden"), listing(A)]

    assert loop.turns(2) == [PACE.slow, PACE.slow]
    assert loop.notes.failures == [403, 403]
    loop.turns(1)
    assert loop.notes.known == [{"a": ["10.0.0.1"]}]


def test_a_busy_server_is_not_burdened_with_a_list(loop: Loop) -> None:
    loop.api.watches = [[ApiError(429, "Too Many Requests")], [error(500)], [ApiError(503, "Service Unavailable")]]
    loop.turns(4)

    assert loop.api.asked.count(NODES) == 1


def test_now_and_then_everything_is_listed_whatever_the_watches_say(loop: Loop) -> None:
    loop.api.watches = [[PACE.relist + 1], [60.0]]
    loop.api.answers[NODES] = [listing(A), listing(B)]
    loop.turns(2)

    assert loop.notes.known[-1] == {"b": ["10.0.0.2"]}


def test_a_list_without_end_is_given_up(loop: Loop) -> None:
    loop.api.answers[NODES] = listing(A, more="again")

    assert loop.turns(1) == [1]
    assert loop.notes.known == []


KEYS = ["type", "object", "code", "message", "metadata", "name", "resourceVersion", "continue", "items"]
KEYS += ["status", "addresses", "address"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    page=JSON,
    items=st.lists(JSON, max_size=3),
    events=st.lists(st.tuples(st.sampled_from(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR", "?"]), JSON)),
    odd=JSON,
)
def test_whatever_an_answer_looks_like_the_loop_goes_on(
    page: Any, items: list[Any], events: list[tuple[str, Any]], odd: Any
) -> None:
    loop = Loop()
    loop.api.answers[NODES] = [page, listing(*items, node("good", "10.0.0.1"))]
    loop.api.watches = [[odd], [event(kind, item) for kind, item in events], [error(410)]]

    assert all(0 < pause <= PACE.slow for pause in loop.turns(4))
    assert any(known.get("good") == ["10.0.0.1"] for known in loop.notes.known)


def test_a_fault_of_ours_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    stop, turns = Event(), []

    def turn() -> float:
        turns.append(1)
        if len(turns) == 3:
            stop.set()
            return 60.0
        raise KeyError("a bug")

    thread = Thread(target=forever, args=(turn, stop, 0.001), daemon=True)
    with caplog.at_level(logging.ERROR):
        thread.start()
        thread.join(10)

    assert not thread.is_alive()
    assert len(caplog.records) == 2


def test_a_connection_closed_under_a_reader_at_the_end_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    stop = Event()

    def turn() -> float:
        stop.set()
        raise AttributeError("a socket that is gone")

    with caplog.at_level(logging.DEBUG):
        forever(turn, stop, 60.0)

    assert caplog.records == []

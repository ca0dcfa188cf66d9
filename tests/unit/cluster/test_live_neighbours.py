"""What stands beside a Service: known once all is listed, right while objects come, change and go, and else unknown."""

import logging
from typing import Any

import pytest

from elbguard.cluster.asking import ApiError
from elbguard.cluster.live_neighbours import INGRESSES, OLD_INGRESSES, SERVICES, SILENCE, LiveNeighbours
from elbguard.settings import Settings
from elbguard.webhook.admission import Admission
from elbguard_rules.collisions.census import COLLIDING
from tests.support.reviews import ELB, Json, review, service, validate

from .facts_fakes import Clock, FakeApi, bookmark, error, event, listing

ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
CUT = ApiError(0, "no answer: connection reset")
FORBIDDEN = ApiError(403, "services is forbidden")


def live(name: str, *, port: int = 80, version: str = "7", elb_id: str = ID) -> Json:
    """A Service as the API server gives it."""
    return service({ELB + "id": elb_id}, {"name": name, "resourceVersion": version}, ports=[{"port": port}])


def ingress(name: str, port: int = 80) -> Json:
    """An Ingress as the API server gives it."""
    notes = {ELB + "id": ID, ELB + "port": str(port)}
    return {"metadata": {"name": name, "namespace": "shop", "resourceVersion": "7", "annotations": notes}}


class Scene:
    """A webhook beside an API server in memory."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.api = FakeApi(self.clock)
        self.api.answers = {SERVICES: listing(), INGRESSES: listing()}
        self.neighbours = LiveNeighbours(self.api, self.clock)
        self.admission = Admission(Settings(**settings), beside=self.neighbours.current)

    def turn(self, *events: Any, services: bool = True) -> None:
        """One turn of the loop for Services, or Ingresses, in which these events happen."""
        self.api.watches = [[*events, 60.0]]
        self.neighbours.loops[0 if services else 1].turn()

    def told(self, new: Json, old: Json | None = None) -> list[str]:
        """What an author of a Service is told of collisions: ids of rules."""
        return [rule for rule in validate(self.admission, review(new, old)).warned_by if rule in COLLIDING]


@pytest.fixture
def scene() -> Scene:
    """Give each test a scene."""
    return Scene()


def test_the_second_on_a_listener_is_told_and_the_first_is_not_once_the_second_is_gone(scene: Scene) -> None:
    scene.turn(event("ADDED", live("web")))
    assert scene.told(live("api")) == ["ELB930"]
    assert scene.told(live("web"), live("web")) == []

    scene.turn(event("DELETED", live("web")))
    assert scene.told(live("api")) == []


def test_a_service_that_moves_to_another_port_leaves_its_own(scene: Scene) -> None:
    scene.turn(event("ADDED", live("web")), event("MODIFIED", live("web", port=81)))

    assert scene.told(live("api")) == []
    assert scene.told(live("api", port=81)) == ["ELB930"]


def test_a_service_that_loses_its_load_balancer_leaves_the_listener(scene: Scene) -> None:
    without = live("web")
    without["spec"]["type"] = "ClusterIP"
    scene.turn(event("ADDED", live("web")), event("MODIFIED", without))

    assert scene.told(live("api")) == []


def test_nothing_is_said_before_all_pages_of_a_list_have_come(scene: Scene) -> None:
    scene.api.answers[SERVICES] = [listing(live("web"), more="next"), CUT]
    scene.turn()
    assert scene.told(live("api")) == []

    scene.api.answers[SERVICES] = [listing(live("web"), more="next"), listing(live("b", port=81))]
    scene.turn()
    assert scene.told(live("api")) == ["ELB930"]


def test_what_a_watch_missed_is_mended_by_the_list_after_a_410(scene: Scene) -> None:
    scene.api.answers[SERVICES] = [listing(live("web"))]
    scene.turn()
    scene.api.answers[SERVICES] = [listing(live("other"))]
    scene.turn(error(410))
    scene.turn()

    assert scene.told(live("web")) == ["ELB930"]  # of the other one, which took its place
    assert scene.told(live("other")) == []


def test_what_was_known_serves_while_a_connection_is_mended_and_not_for_ever(scene: Scene) -> None:
    scene.api.answers[SERVICES] = [listing(live("web"))]
    scene.turn()
    scene.api.watches = [[CUT]]
    scene.neighbours.loops[0].turn()
    assert scene.told(live("api")) == ["ELB930"]

    scene.clock.after(SILENCE)
    assert scene.told(live("api")) == []

    scene.turn(bookmark("9"))
    assert scene.told(live("api")) == ["ELB930"]


def test_without_the_right_one_line_is_logged_and_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    scene.api.answers[SERVICES] = FORBIDDEN
    with caplog.at_level(logging.INFO, "elbguard.neighbours"):
        scene.turn()
        scene.turn()

    assert len(caplog.messages) == 1
    assert "No role to list and watch the Services" in caplog.messages[0]
    assert scene.told(live("api")) == []


def test_a_right_that_is_taken_away_ends_what_is_known(scene: Scene) -> None:
    scene.turn(event("ADDED", live("web")))
    scene.api.answers[SERVICES] = FORBIDDEN
    scene.clock.after(10_000)
    scene.turn()

    assert scene.told(live("api")) == []


@pytest.mark.parametrize("mode", ["ipvs", "iptables"])
def test_ingresses_are_read_too(mode: str) -> None:
    scene = Scene(proxy_mode=mode)
    scene.api.answers[INGRESSES] = listing(ingress("front"))
    scene.turn(services=False)

    assert scene.told(live("api")) == [*(["ELB932"] if mode == "ipvs" else []), "ELB933"]


def test_ingresses_of_an_old_cluster_are_read_where_it_serves_them(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    scene.api.answers = {OLD_INGRESSES: listing(ingress("front"))}
    with caplog.at_level(logging.WARNING, "elbguard.neighbours"):
        scene.turn(services=False)
        scene.turn(services=False)

    assert scene.told(live("api")) == ["ELB933"]
    assert caplog.messages == []


def test_where_no_ingresses_are_served_that_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    scene.api.answers = {}
    with caplog.at_level(logging.WARNING, "elbguard.neighbours"):
        for _ in range(5):
            scene.turn(services=False)

    assert len(caplog.messages) == 1


def test_by_an_operators_word_it_is_refused_and_an_old_collision_is_not() -> None:
    scene = Scene(severity={"ELB930": "error"})
    scene.turn(event("ADDED", live("web")))
    noted = live("api")
    noted["metadata"]["labels"] = {"changed": "yes"}

    assert not validate(scene.admission, review(live("api"))).allowed
    assert not validate(scene.admission, review(live("api"), live("api", port=81))).allowed
    assert validate(scene.admission, review(noted, live("api"))).allowed
    assert scene.told(noted, live("api")) == ["ELB930"]


def test_of_objects_without_a_load_balancers_keys_nothing_is_kept(scene: Scene) -> None:
    plain = live("plain")
    plain["metadata"]["annotations"] = {"example.com/other": "x" * 1000}
    scene.api.answers[SERVICES] = listing(plain, live("web"))
    scene.turn()

    [services] = scene.neighbours.current()
    assert [claims.who.name for claims in services] == ["web"]

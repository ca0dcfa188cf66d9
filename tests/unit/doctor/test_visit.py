"""Why a Service hangs, by recorded objects; and how it is told."""

import json
from typing import Any, Final

import pytest

from elbguard.cluster.asking import ApiError
from elbguard.doctor import prescription
from elbguard.doctor.diagnosis import Diagnosis, Ending, fine, wrong
from elbguard.doctor.visit import NoService, visit
from elbguard.explain.explain_command import explain
from elbguard.settings import Settings
from elbguard_rules.catalogue.symptoms import SYMPTOMS
from tests.unit.doctor.recorded import Json, Recorded, says

ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
EVENTS: Final = "/api/v1/namespaces/shop/events"
CODES: Final = {
    "ELB.8907": "SyncLoadBalancerFailed: error_code: ELB.8907, a listener exists",
    "ELB.9899": "SyncLoadBalancerFailed: error_code: ELB.9899, error_msg: vpc of loadbalancer mismatch",
    "cannot-modify": "Denied: can't modify service elb [kubernetes.io/elb.id] annotation",
    "invalid-id": "Failed: loadBalancerID[my-elb] is invalid",
}


def service(name: str = "web", port: int = 80, **more: Any) -> Json:
    """A Service that waits for an existing load balancer."""
    annotations = {"kubernetes.io/elb.id": ID, "kubernetes.io/elb.class": "union"}
    metadata = {
        "name": name,
        "namespace": "shop",
        "annotations": annotations,
        "creationTimestamp": "2026-11-28T10:00:00Z",
    }
    spec = {"type": "LoadBalancer", "selector": {"app": name}, "ports": [{"port": port, "protocol": "TCP"}]}
    return {"metadata": metadata, "spec": spec, **more}


def cluster(*services: Json, events: tuple[Json, ...] = ()) -> Recorded:
    """A cluster with these Services, the first of which is asked about."""
    found = Recorded()
    found.lists |= {
        "/api/v1/services": list(services),
        EVENTS: list(events),
        "/api/v1/namespaces/shop/services": list(services),
    }
    found.objects |= {f"/api/v1/namespaces/shop/services/{each['metadata']['name']}": each for each in services}
    return found


def event(text: str, kind: str = "Warning", when: str = "2026-11-28T11:00:00Z") -> Json:
    """What CCE said."""
    reason, _, message = text.partition(": ")
    return {"type": kind, "reason": reason, "message": message, "count": 4, "lastTimestamp": when}


def visited(found: Recorded, name: str = "web") -> dict[str, Diagnosis]:
    """The steps by their ids."""
    return {each.id: each for each in visit(found, Settings(), "shop", name)}


@pytest.mark.parametrize("topic", CODES)
def test_an_event_is_told_in_the_words_of_explain(topic: str) -> None:
    step = visited(cluster(service(), events=(event(CODES[topic]),)))["events"]
    known = next(each for each in SYMPTOMS if each.name == topic)

    assert step.verdict is Ending.FAILED
    assert known.title in says(step)
    assert f"elbguard explain {topic}" in step.cures
    assert {each.otherwise for each in known.steps} <= set(step.cures)
    assert known.says.split()[0] in explain(topic)


def test_a_code_that_nobody_knows_is_told_as_it_stands() -> None:
    step = visited(cluster(service(), events=(event("SyncFailed: error_code: ELB.1234"),)))["events"]

    assert step.verdict is Ending.FAILED
    assert "ELB.1234 is a code of the ELB API that elbguard does not know" in says(step)


def test_the_same_trouble_again_and_again_is_told_once() -> None:
    many = tuple(event(CODES["ELB.8907"], when=f"2026-11-28T11:0{n}:00Z") for n in range(9))
    step = visited(cluster(service(), events=many))["events"]

    assert says(step).count("“") == 1
    assert "11:08" in says(step)


def test_a_service_that_works_by_now_has_its_troubles_behind_it() -> None:
    served = service(status={"loadBalancer": {"ingress": [{"ip": "10.0.0.9"}]}})
    steps = visited(cluster(served, events=(event(CODES["ELB.8907"]),)))

    assert steps["state"].verdict is Ending.OK
    assert steps["events"].verdict is Ending.WARNING


def test_what_an_existing_load_balancer_must_have_is_told_where_one_is_waited_for() -> None:
    told = says(visited(cluster(service()))["load-balancer"])

    for words in ("in the VPC of the cluster", "has a subnet", "layer-4 flavor", "uses the same port"):
        assert words in told


def test_another_service_on_the_same_port_is_named_and_one_on_another_port_is_not() -> None:
    step = visited(cluster(service(), service("rival"), service("friend", 81)))["listeners"]

    assert step.verdict is Ending.FAILED
    assert "shop/rival" in says(step)
    assert "shop/friend" not in says(step)


def test_a_service_of_another_class_is_passed_over() -> None:
    other = service()
    other["spec"]["loadBalancerClass"] = "example.com/lb"
    assert "CCE passes over it" in says(visited(cluster(other))["state"])


def test_a_service_of_another_type_waits_for_nothing() -> None:
    other = service()
    other["spec"]["type"] = "ClusterIP"
    assert visited(cluster(other))["state"].verdict is Ending.WARNING


def test_one_that_is_being_deleted_says_who_holds_it() -> None:
    going = service()
    going["metadata"] |= {
        "deletionTimestamp": "2026-11-28T11:30:00Z",
        "finalizers": ["service.kubernetes.io/load-balancer-cleanup"],
    }
    assert "since 30 minutes, held by service.kubernetes.io/load-balancer-cleanup" in says(
        visited(cluster(going))["state"]
    )


def test_the_right_to_read_events_is_named() -> None:
    found = cluster(service())
    found.lists[EVENTS] = ApiError(403, 'events is forbidden: User "ada" cannot list resource "events"')
    step = visited(found)["events"]

    assert step.verdict is Ending.UNKNOWN
    assert step.is_blind
    assert "list events in the namespace shop" in says(step)


def test_a_service_that_is_not_there_is_said() -> None:
    with pytest.raises(NoService, match="did you mean web"):
        visited(cluster(service()), "wbe")


def test_what_others_wrote_does_nothing_on_a_terminal() -> None:
    made = Diagnosis("events", "Its events", (wrong("\x1b[2J::error::x\u202e\n::set-env::", "see"),))

    for text in (prescription.text(made), prescription.data([made], "shop/web")):
        assert not set(text) & {"\x1b", "\u202e"}
        assert "\n::" not in text


def test_json_has_all_that_was_found() -> None:
    made = Diagnosis("rules", "Its rules", (fine("one"), wrong("two", "mend it")))
    document = json.loads(prescription.data([made], "installation"))

    assert document["about"] == "installation"
    assert document["summary"] == {"ok": 0, "failed": 1, "warning": 0, "not known": 0}
    assert document["steps"] == [
        {
            "id": "rules",
            "name": "Its rules",
            "verdict": "failed",
            "found": [
                {"verdict": "ok", "says": "one", "cure": ""},
                {"verdict": "failed", "says": "two", "cure": "mend it"},
            ],
            "cures": ["mend it"],
        }
    ]

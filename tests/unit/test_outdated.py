"""What was filled in follows the author: where an update no longer calls for it, it goes, or says what holds now."""

import copy
from typing import Any

import pytest

from elbguard.settings import Settings
from elbguard.webhook import envelope
from elbguard.webhook.admission import Admission
from elbguard.webhook.scrubbing import scrubbed
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard
from tests.support.reviews import encoded, mutate, review

Json = dict[str, Any]

ELB = "kubernetes.io/elb."
FLAG, OPTION, OPTIONS = f"{ELB}health-check-flag", f"{ELB}health-check-option", f"{ELB}health-check-options"
MODE, STICKY = f"{ELB}session-affinity-mode", f"{ELB}session-affinity-option"
ID = {f"{ELB}id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"}
ASKED = ID | {FLAG: "on", MODE: "SOURCE_IP"}  # for which both options are filled in
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
PER_PORT = '[{"target_service_port": "TCP:80"}]'


def service(annotations: dict[str, str], owned: Json | None, protocol: str = "TCP") -> Json:
    """A Service, with who owns which of its annotations."""
    metadata: Json = {"name": "web", "namespace": "shop", "annotations": annotations}
    if owned is not None:
        fields: Json = {"f:metadata": {"f:annotations": {f"f:{key}": {} for key in owned}}}
        metadata["managedFields"] = [{"manager": "kubectl", "operation": "Apply", "fieldsV1": fields}]
    return {"metadata": metadata, "spec": {"type": "LoadBalancer", "ports": [{"port": 80, "protocol": protocol}]}}


def live(asked: dict[str, str] = ASKED) -> dict[str, str]:
    """The annotations of a Service as it was created, with what was filled in."""
    return asked | {fill.key: fill.after for fill in Guard().fill(Service(service(asked, asked)))}


def updated(asked: dict[str, str], owned: Json | None, protocol: str = "TCP") -> dict[str, str]:
    """The annotations after an update by which the author asks for something else than ASKED, all else being kept."""
    before = live()
    kept = {key: text for key, text in before.items() if key not in ASKED}
    new, old = service({**kept, **asked}, owned, protocol), service(before, {**ASKED})
    reply = mutate(Admission(Settings()), review(new, old))
    found: dict[str, str] = reply.applied_to(copy.deepcopy(new))["metadata"]["annotations"]
    return found


@pytest.mark.parametrize(
    ("asked", "gone"),
    [
        (ASKED | {FLAG: "off"}, {OPTION}),
        ({key: text for key, text in ASKED.items() if key != FLAG}, {OPTION}),
        (ASKED | {OPTIONS: PER_PORT}, {OPTION}),
        ({key: text for key, text in ASKED.items() if key != MODE}, {STICKY}),
        (ID, {OPTION, STICKY}),
        (ASKED, set()),
    ],
    ids=["checks off", "no word on checks", "checks by port", "not sticky", "neither", "as before"],
)
def test_what_is_no_longer_called_for_goes(asked: dict[str, str], gone: set[str]) -> None:
    expected = {key: text for key, text in live().items() if key not in {*ASKED, *gone}}

    assert updated(asked, asked) == expected | asked


@pytest.mark.parametrize("off", [{FLAG: "off"}, {}], ids=["off", "no word"])
def test_what_is_switched_on_again_is_filled_in_again(off: dict[str, str]) -> None:
    new, old = service(ASKED, ASKED), service(ID | off, ID)

    assert {fill.key: fill.after for fill in Guard().fill(Service(new, Service(old)))} == {
        key: live()[key] for key in (OPTION, STICKY)
    }


@pytest.mark.parametrize("before", [ASKED, ASKED | {OPTION: "", STICKY: ""}], ids=["absent", "empty"])
def test_what_was_on_without_an_option_gets_none(before: dict[str, str]) -> None:
    assert Guard().fill(Service(service(ASKED, ASKED), Service(service(before, ASKED)))) == ()


@pytest.mark.parametrize(("manager", "said"), [("kubectl-annotate", 1), ("helm", 0)])
def test_who_changes_it_by_hand_is_told_what_went(manager: str, said: int) -> None:
    new, old = service(live() | {FLAG: "off"}, ASKED), service(live(), ASKED)
    reply = mutate(Admission(Settings()), review(new, old, options={"fieldManager": manager}))
    told = [f"elbguard: shop/web: {OPTION} went too: it had been filled in"]

    assert reply.response.get("warnings", []) == told * said


def test_a_check_follows_the_protocol_of_the_ports() -> None:
    assert updated(ASKED, ASKED, "UDP")[OPTION] == '{"delay": "5", "timeout": "10", "max_retries": "3"}'


def test_what_is_filled_in_never_refuses_what_a_creation_would_be_admitted_with() -> None:
    asked = ASKED | {OPTIONS: PER_PORT}
    texts = updated(asked, asked)
    update = Service(service(texts, asked), Service(service(live(), ASKED)))

    assert Guard().review(update, Cluster()).errors == ()


@pytest.mark.parametrize(
    ("more", "owned"),
    [
        ({}, {**ID, FLAG: "", OPTION: ""}),
        ({}, None),
        ({}, {}),
        ({LAST_APPLIED: f'{{"metadata":{{"annotations":{{"{OPTION}":"..."}}}}}}'}, ID),
        ({LAST_APPLIED: ""}, {"example.com/owner": "", OPTION: ""}),
    ],
    ids=["set by somebody", "nobody keeps account", "no owners", "applied by kubectl", "set by another"],
)
def test_what_somebody_wrote_stays_and_so_does_what_may_be_somebodys(more: dict[str, str], owned: Json | None) -> None:
    assert updated(ID | {FLAG: "off"} | more, owned)[OPTION] == live()[OPTION]


def test_another_text_is_its_authors_whatever_the_account_says() -> None:
    texts = live() | {OPTION: '{"delay": "6"}'}
    new, old = service(texts | {FLAG: "off"}, ASKED), service(texts, ASKED)

    assert Guard().complete(Service(new, Service(old))) == ((), ())


def test_where_it_is_not_filled_in_nothing_goes() -> None:
    new, old = service(live() | {FLAG: "off"}, ASKED), service(live(), ASKED)
    guard = Guard(Policy(no_defaults=frozenset({"elb.health-check-option"})))

    assert guard.complete(Service(new, Service(old))).outdated == ()


def test_beside_a_mistake_nothing_goes() -> None:
    texts = live() | {FLAG: "off", f"{ELB}lb-algorithm": "nonsense"}

    assert Guard().complete(Service(service(texts, ASKED), Service(service(live(), ASKED)))) == ((), ())


@pytest.mark.parametrize("owned", [ASKED, ASKED | {OPTION: ""}, None], ids=["nobody's", "somebody's", "no account"])
def test_a_recording_tells_enough_to_decide_the_same(owned: Json | None) -> None:
    new, old = service(live() | {FLAG: "off"}, owned), service(live(), owned)
    whole = envelope.read(encoded(review(new, old)))
    kept = scrubbed(whole)
    told = [Guard().complete(Service(o, Service(b))) for o, b in ((new, old), (kept["object"], kept["oldObject"]))]

    assert told[0] == told[1]
    assert bool(told[0].outdated) is (owned == ASKED)

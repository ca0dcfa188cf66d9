"""The JSON patch of the mutating answer, as the API server applies it."""

from typing import Any

import pytest

from elbguard.settings import Settings
from elbguard.webhook.admission import Admission, patch
from elbguard_rules.core.fill import Fill
from elbguard_rules.core.service import Service
from tests.support.reviews import CREATED, ELB, EXISTING, Json, mutate, review, service

ADMISSION = Admission(Settings())
ALGORITHM = {ELB + "lb-algorithm": "ROUND_ROBIN"}
MALFORMED = [
    {**EXISTING, ELB + "class": "elastic"},
    {ELB + "autocreate": "{"},
    {ELB + "autocreate": '{"type": "inner", "type": "inner"}'},
    {ELB + "autocreate": '{"type": null}'},
    {**EXISTING, ELB + "session-affinity-mode": "SOURCE_IP", ELB + "session-affinity-option": "[]"},
    {**EXISTING, ELB + "health-check-flag": "on", ELB + "health-check-option": '{"delay": 5}'},
    {**EXISTING, ELB + "protocol-port": "http"},
    {**EXISTING, ELB + "keepalive_timeout": 300},
    {**EXISTING, ELB + "cert-id": None},
]


def test_what_is_missing_is_added_and_nothing_else_changes() -> None:
    new = service({**EXISTING, "example.com/a~b/c": "kept"})
    reply = mutate(ADMISSION, review(new))

    assert service({**EXISTING, "example.com/a~b/c": "kept", **ALGORITHM}) == reply.applied_to(new)
    assert (reply.patch) == [
        {"op": "add", "path": "/metadata/annotations/kubernetes.io~1elb.lb-algorithm", "value": "ROUND_ROBIN"}
    ]


def test_a_text_that_lacks_members_is_replaced_by_itself_with_members_added() -> None:
    new = service({ELB + "autocreate": '{\n  "type": "inner"\n}', ELB + "class": "union", **ALGORITHM})
    [operation] = mutate(ADMISSION, review(new)).patch

    assert (operation["op"], operation["path"]) == ("replace", "/metadata/annotations/kubernetes.io~1elb.autocreate")
    assert operation["value"].startswith('{\n  "type": "inner",\n  "name": "cce-lb-')
    assert operation["value"].endswith('"\n}')


@pytest.mark.parametrize("key", ["a/b", "a~b", "~1", "~0/~", "/", "~"])
def test_slashes_and_tildes_in_keys_are_escaped(key: str) -> None:
    object_: Json = {"metadata": {"annotations": {"other": "x"}}}
    operations = patch(Service(object_), (Fill(key, None, "new"),))
    reply_path = operations[0]["path"].removeprefix("/metadata/annotations/")

    assert "/" not in reply_path
    assert key == reply_path.replace("~1", "/").replace("~0", "~")


@pytest.mark.parametrize("none", [{}, {"annotations": None}, {"annotations": {}}], ids=["absent", "null", "empty"])
def test_a_missing_map_of_annotations_is_created(none: Json) -> None:
    new = service(metadata=none)
    if "annotations" not in none:
        del new["metadata"]["annotations"]
    old = service({**EXISTING, ELB + "class": "union", **ALGORITHM})
    reply = mutate(ADMISSION, review(new, old))

    assert old == reply.applied_to(new)


@pytest.mark.parametrize("annotations", MALFORMED, ids=str)
def test_nothing_is_filled_in_beside_a_malformed_value(annotations: Json) -> None:
    assert mutate(ADMISSION, review(service(annotations))).patch == []


@pytest.mark.parametrize("metadata", [None, 5, [], "x"], ids=str)
def test_there_is_no_patch_where_it_could_not_be_applied(metadata: Any) -> None:
    new = {**service(), "metadata": metadata}

    assert mutate(ADMISSION, review(new, service(EXISTING))).patch == []


@pytest.mark.parametrize("annotations", [[], [1], "x", 5, True], ids=str)
def test_there_is_no_patch_where_the_annotations_are_no_map(annotations: Any) -> None:
    assert mutate(ADMISSION, review(service(annotations), service(EXISTING))).patch == []


@pytest.mark.parametrize("annotations", [None, {}, {"example.com/owner": "x"}], ids=str)
def test_a_service_without_our_annotations_is_not_patched(annotations: Any) -> None:
    assert mutate(ADMISSION, review(service(annotations))).patch == []


def test_filling_what_was_filled_patches_nothing() -> None:
    new = service(CREATED)
    filled = mutate(ADMISSION, review(new)).applied_to(new)

    assert new != filled
    assert mutate(ADMISSION, review(filled)).patch == []
    assert mutate(ADMISSION, review(filled, filled)).patch == []
    assert mutate(ADMISSION, review(filled, new)).patch == []


def test_applying_the_manifest_again_brings_back_what_was_filled_in_and_the_id() -> None:
    manifest = service(CREATED)
    live = mutate(ADMISSION, review(manifest)).applied_to(manifest)
    live["metadata"]["annotations"] |= EXISTING
    reply = mutate(ADMISSION, review(manifest, live))

    assert live == reply.applied_to(manifest)


def test_a_service_whose_name_is_yet_to_be_made_up_gets_no_name_for_its_load_balancer() -> None:
    new = service(CREATED, {"generateName": "web-"})
    del new["metadata"]["name"]
    filled = mutate(ADMISSION, review(new, name="")).applied_to(new)

    assert CREATED[ELB + "autocreate"] == filled["metadata"]["annotations"][ELB + "autocreate"]
    assert filled["metadata"]["annotations"][ELB + "class"] == "union"


def test_the_namespace_of_the_request_counts_where_the_manifest_has_none() -> None:
    named, unnamed = service(CREATED), service(CREATED)
    del unnamed["metadata"]["namespace"]

    assert mutate(ADMISSION, review(named)).patch == mutate(ADMISSION, review(unnamed, namespace="shop")).patch


def test_a_service_that_becomes_a_load_balancer_is_filled_like_a_new_one() -> None:
    new = service(CREATED)

    assert (
        mutate(ADMISSION, review(new)).patch == mutate(ADMISSION, review(new, service(CREATED, type="NodePort"))).patch
    )


def test_an_update_gets_no_defaults_that_the_old_object_lacked() -> None:
    old = service(CREATED)

    assert mutate(ADMISSION, review(service(CREATED, {"labels": {"a": "b"}}), old)).patch == []


def test_defaults_that_the_operator_switched_off_are_not_filled_in() -> None:
    admission = Admission(Settings(no_default=("elb.lb-algorithm", "elb.autocreate.name")))
    new = service(CREATED)
    filled = mutate(admission, review(new)).applied_to(new)

    assert filled["metadata"]["annotations"] == {**CREATED, ELB + "class": "union"}

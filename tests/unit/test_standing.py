"""A Service as it stands in a cluster: what CCE wrote back is not blamed, every other mistake is."""

from typing import Any

import pytest
import yaml

from elbguard.check.judge import Judge
from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster, Version
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard
from elbguard_rules.relations.source import is_served
from tests.generators.conditions import guard
from tests.support.cases import Case, cases
from tests.support.trying import each_of

PREFIX = "kubernetes.io/elb."
ID = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
CREATED = {f"{PREFIX}class": "union", f"{PREFIX}autocreate": '{"type": "inner", "name": "web"}'}
EXISTING = {f"{PREFIX}class": "union", f"{PREFIX}id": ID}
ADDRESS = {"loadBalancer": {"ingress": [{"ip": "10.0.0.9"}]}}
CLUSTER = Cluster(Version.parse("v1.28.15-r0"), "standard", "iptables", frozenset())


def live(annotations: dict[str, str], status: Any = None, spec: dict[str, Any] | None = None) -> dict[str, Any]:
    """A Service as an API server gives it."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "uid": "0e78a84a-7deb-4747-aeb6-09b6a820b001",
            "resourceVersion": "4711",
            "creationTimestamp": "2026-11-28T10:00:00Z",
            "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:metadata": {}}}],
            "annotations": annotations,
        },
        "spec": {
            "type": "LoadBalancer",
            "clusterIP": "10.247.1.2",
            "selector": {"app": "web"},
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080, "nodePort": 30080}],
            **(spec or {}),
        },
        "status": {"loadBalancer": {}} if status is None else status,
    }


def standing(service: dict[str, Any]) -> dict[str, Severity]:
    """What is said of a Service as it stands: the severities by rule."""
    review = Guard().review_standing(Service(service), CLUSTER)
    return {finding.rule.id: finding.severity for finding in review.findings}


WRITTEN_BACK = {
    "the ID of a private load balancer": {f"{PREFIX}id": ID},
    "the ID and the EIP of a public one": {f"{PREFIX}id": ID, f"{PREFIX}eip-id": ID},
    "how often it tried": {f"{PREFIX}mark": "0"},
    "listeners that clusters share": {f"{PREFIX}listener-port": "80"},
    "the enterprise project": {f"{PREFIX}id": ID, f"{PREFIX}enterpriseID": "0"},
    "a changed EIP": {f"{PREFIX}id": ID, f"{PREFIX}custom-eip-id": ID, f"{PREFIX}eip-id": ID},
}


@pytest.mark.parametrize("written", WRITTEN_BACK.values(), ids=WRITTEN_BACK.keys())
@pytest.mark.parametrize("status", [None, ADDRESS], ids=["no address yet", "an address"])
def test_what_cce_wrote_is_not_blamed(written: dict[str, str], status: Any) -> None:
    assert standing(live(CREATED | written, status)) == {}


def test_an_existing_load_balancer_with_an_enterprise_project_that_cce_noted_is_not_blamed() -> None:
    noted = EXISTING | {f"{PREFIX}enterpriseID": "0"}

    assert standing(live(noted, ADDRESS)) == {}
    assert standing(live(noted)).keys() == {"ELB109"}, "nobody has served it yet"


def test_one_that_cce_tries_to_make_in_vain_is_told_why() -> None:
    dedicated = {f"{PREFIX}class": "performance", f"{PREFIX}autocreate": "{}", f"{PREFIX}mark": "3"}

    assert standing(live(dedicated)).keys() == {"ELB231", "ELB233"}


def test_a_load_balancer_that_is_there_is_not_asked_for_its_flavors() -> None:
    dedicated = {
        f"{PREFIX}class": "performance",
        f"{PREFIX}autocreate": '{"type": "inner", "name": "web", "available_zone": ["cn-north-4b"]}',
    }

    assert standing(live(dedicated)).keys() == {"ELB233"}
    assert standing(live(dedicated | {f"{PREFIX}id": ID}, ADDRESS)) == {}


@pytest.mark.parametrize("status", [None, ADDRESS], ids=["no address yet", "an address"])
def test_a_mistake_is_an_error_though_it_was_there_before(status: Any) -> None:
    assert standing(live(CREATED | {f"{PREFIX}lb-algorithm": "ROUND"}, status)) == {"ELB301": Severity.ERROR}


def test_one_that_is_being_deleted_is_left_alone() -> None:
    service = live(CREATED | {f"{PREFIX}lb-algorithm": "ROUND"}, ADDRESS)
    service["metadata"]["deletionTimestamp"] = "2026-11-28T10:00:00Z"

    assert standing(service) == {}


@pytest.mark.parametrize("written", WRITTEN_BACK.values(), ids=WRITTEN_BACK.keys())
def test_a_dump_is_checked_as_it_stood(written: dict[str, str]) -> None:
    bad = live(CREATED | written | {f"{PREFIX}lb-algorithm": "ROUND"}, ADDRESS)
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [live(CREATED | written), bad]})
    judged = Judge(Settings(), cluster=CLUSTER).judge(text, "dump.yaml")

    assert [entry.rule.id for entry in judged.entries] == ["ELB301"]


def test_a_manifest_of_the_same_service_is_checked_as_it_would_be_created() -> None:
    manifest = live(CREATED | {f"{PREFIX}id": ID})
    del manifest["metadata"]["resourceVersion"]
    judged = Judge(Settings(), cluster=CLUSTER).judge(yaml.safe_dump(manifest), "web.yaml")

    assert [entry.rule.id for entry in judged.entries] == ["ELB111"]


def test_a_variable_in_a_live_service_is_a_value_and_not_one_to_be_filled_in() -> None:
    judged = Judge(Settings(), cluster=CLUSTER).judge(
        yaml.safe_dump(live(EXISTING | {f"{PREFIX}lb-algorithm": "${ALGORITHM}"})), "dump.yaml"
    )

    assert [entry.rule.id for entry in judged.entries] == ["ELB301"]
    assert judged.notes == ()


OF_CREATIONS_ALONE = {"ELB111", "ELB115", "ELB128", "ELB136"}


@each_of(cases("deny", "warn", "admit"))
def test_nothing_but_what_holds_for_creations_alone_is_not_said_of_a_live_service(case: Case) -> None:
    settings, service = Settings(**case.settings), case.service
    created = guard(settings).review_created(service, settings.cluster)
    standing = guard(settings).review_standing(service, settings.cluster)

    assert {*map(repr, standing.findings)} <= {*map(repr, created.findings)}
    missing = {f.rule.id for f in created.findings if f not in standing.findings}
    assert missing <= (OF_CREATIONS_ALONE if is_served(service) else {"ELB136"})

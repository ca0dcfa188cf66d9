"""The facts of a cluster, asked once: what cannot be read stays unknown and is said, what is given is not asked."""

import pytest

from elbguard.cluster.asking import ApiError
from elbguard.cluster.learning import Learnt, learn
from elbguard.cluster.signs import DEFAULT_NETWORK, NODES, VERSION
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.facts import Version as ClusterVersion
from elbguard_rules.core.ip_addresses import address
from tests.unit.cluster.facts_fakes import Clock, FakeApi, node

FORBIDDEN = ApiError(403, "nodes is forbidden")


def cluster_of_cce() -> FakeApi:
    """A CCE Turbo cluster with two nodes, on a page each."""
    api = FakeApi(Clock())
    first = {"metadata": {"resourceVersion": "1", "continue": "more"}, "items": [node("a", "10.0.0.4")]}
    second = {"metadata": {"resourceVersion": "1"}, "items": [node("b", "10.0.0.5")]}
    api.answers = {
        VERSION: {"gitVersion": "v1.28.15-r0-28.0.51"},
        DEFAULT_NETWORK: {"spec": {"config": '{"type": "eni-neutron"}'}},
        NODES: [first, second],
    }
    return api


def told(learnt: Learnt) -> str:
    """The facts in words."""
    return ", ".join(learnt.told())


def test_all_that_the_server_shows_is_learnt() -> None:
    learnt = learn(Cluster(), cluster_of_cce())

    assert told(learnt) == "version v1.28.15-r0, type turbo, proxy mode not known, 2 addresses of nodes"
    assert learnt.cluster.node_ips == {address("10.0.0.4"), address("10.0.0.5")}
    assert learnt.unread == ()


def test_what_is_given_stands_above_and_is_not_asked_for() -> None:
    api = cluster_of_cce()
    given = Cluster(ClusterVersion.parse("v1.30.4-r0"), "standard", "ipvs", frozenset())

    assert told(learn(given, api)) == "version v1.30.4-r0, type standard, proxy mode ipvs, 0 addresses of nodes"
    assert api.asked == []


@pytest.mark.parametrize("error", [FORBIDDEN, ApiError(503, "busy")])
def test_what_cannot_be_read_is_not_known_and_said(error: ApiError) -> None:
    api = cluster_of_cce()
    api.answers[NODES] = error
    learnt = learn(Cluster(), api)

    assert told(learnt).endswith("addresses of nodes not known")
    [sentence] = learnt.unread
    assert "addresses of nodes" in sentence
    assert "--node-ip" in sentence


@pytest.mark.parametrize("status", [0, 401])
def test_a_server_that_answers_nobody_or_not_us_ends_it(status: int) -> None:
    api = cluster_of_cce()
    api.answers[VERSION] = ApiError(status, "no")
    with pytest.raises(ApiError):
        learn(Cluster(), api)

"""Neighbours that come, change and go: what an index tells is what a new one of the same objects tells."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from elbguard_rules.collisions.census import claims_of, collide
from elbguard_rules.collisions.claims import INGRESS, SERVICE, Claims, Taken, Who, of_ingress
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.service import Service

IDS: Final = ("5083f225-9bf8-48fa-9c8b-67bd9693c4c0", "6083f225-9bf8-48fa-9c8b-67bd9693c4c0")
ELB_ID: Final = "kubernetes.io/elb.id"
IPVS: Final = Cluster(proxy_mode="ipvs")
WHO: Final = st.builds(
    Who,
    st.sampled_from([SERVICE, SERVICE, INGRESS]),
    st.sampled_from(["api", "web", "web2"]),
    st.sampled_from(["", "shop", "stage"]),
    st.sampled_from(["", "a.yaml:1", "b.yaml:1"]),
)
TAKEN: Final = st.tuples(st.sampled_from(["TCP", "UDP"]), st.integers(79, 82), st.integers(0, 2)).map(
    lambda each: Taken(each[0], each[1], each[1] + each[2])
)
CLAIMS: Final = st.builds(
    Claims,
    WHO,
    st.sampled_from(["", *IDS]),
    st.lists(TAKEN, max_size=3).map(tuple),
    made=st.booleans(),
    given=st.sampled_from(["", "james"]),
    shared=st.booleans(),
    pass_through=st.sampled_from([None, "true", "false", "onlyLocal", "${VAR}"]),
)
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each) | st.dictionaries(st.text(max_size=5), each),
    max_leaves=10,
)
STEPS: Final = st.lists(st.tuples(st.booleans(), CLAIMS), max_size=25)


def may_be_the_same(one: Who, other: Who) -> bool:
    """Whether two objects may be one, of two environments."""
    spaces = {one.namespace, other.namespace}
    return one[:2] == other[:2] and (len(spaces) == 1 or "" in spaces)


@given(STEPS, CLAIMS)
def test_an_index_that_changed_tells_what_a_new_one_tells(steps: list[tuple[bool, Claims]], mine: Claims) -> None:
    changed, there = Neighbours(), dict[Who, Claims]()
    for stays, claims in steps:
        if stays:
            changed.put(claims)
            there[claims.who] = claims
        else:
            changed.remove(claims.who)
            there.pop(claims.who, None)
    new = Neighbours(there.values())

    assert {each.who: each for each in changed} == there
    assert collide(mine, (changed,), IPVS, Policy()) == collide(mine, (new,), IPVS, Policy())
    parts = [Neighbours([each]) for each in there.values()]
    assert collide(mine, parts, IPVS, Policy()) == collide(mine, (new,), IPVS, Policy())


@given(STEPS)
def test_an_index_from_which_all_is_taken_holds_nothing(steps: list[tuple[bool, Claims]]) -> None:
    index = Neighbours(claims for _, claims in steps)
    for _, claims in steps:
        index.remove(claims.who)

    assert not len(index)
    assert not vars(index)["_by"]


@given(st.lists(CLAIMS, max_size=12), CLAIMS)
def test_listeners_collide_as_those_who_compare_each_with_each_find(others: list[Claims], mine: Claims) -> None:
    mine.who = mine.who._replace(kind=SERVICE)
    there = {each.who: each for each in others}.values()
    expected = {
        taken.where
        for taken in mine.listeners
        for each in there
        if mine.balancer and mine.balancer == each.balancer and each.who.kind == SERVICE
        if not may_be_the_same(mine.who, each.who) and not (mine.shared and each.shared)
        if any(taken.meets(other) for other in each.listeners)
    }
    review = collide(mine, (Neighbours(there),), IPVS, Policy())

    assert {finding.where for finding in review.findings if finding.rule.id == "ELB930"} == expected


@given(st.lists(CLAIMS, max_size=12))
def test_an_object_never_collides_with_itself(others: list[Claims]) -> None:
    for mine in others:
        old = Claims(mine.who._replace(place="elsewhere"), IDS[0], (Taken("TCP", 80, 80),), made=True, given="james")
        assert collide(mine, (Neighbours([old]),), IPVS, Policy()).findings == ()


@given(JSON)
def test_whatever_stands_in_a_service_its_claims_can_be_told(value: object) -> None:
    for name, notes, ports in (
        (value, {ELB_ID: IDS[0]}, value),
        ("web", {ELB_ID: IDS[0], "kubernetes.io/elb.port-ranges": value}, [value, {"port": value}]),
        ("web", {"kubernetes.io/elb.autocreate": value}, []),
    ):
        raw = {"metadata": {"name": name, "annotations": notes}, "spec": {"type": "LoadBalancer", "ports": ports}}
        claims_of(Service(raw))
        of_ingress(
            {**raw, "metadata": {"name": name, "annotations": {**notes, "kubernetes.io/elb.listen-ports": value}}}
        )

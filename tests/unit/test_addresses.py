"""An address is the same address in every spelling that an API server stores."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbguard.cluster.signs import addresses
from elbguard.settings import Settings
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.ip_addresses import address
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

NODE = "10.1.0.1"
SPELLINGS = [
    NODE,
    "010.001.000.001",
    "10.01.0.0001",
    " 10.1.0.1\n",
    "::ffff:10.1.0.1",
    "::ffff:010.1.0.01",
    "::FFFF:A01:1",
    "::ffff:0a01:0001",
    "0:0:0:0:0:ffff:a01:1",
    "0000:0000:0000:0000:0000:ffff:0a01:0001",
    "0::0:ffff:a01:1",
]
IPVS = Cluster(proxy_mode="ipvs", node_ips=frozenset([ip_address(NODE)]))


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_the_address_of_the_node(text: str) -> None:
    metadata = {"name": "web", "annotations": {"kubernetes.io/elb.id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"}}
    spec = {"type": "LoadBalancer", "externalIPs": ["8.8.8.8", text], "ports": [{"port": 80}]}
    found = Guard().review(Service({"metadata": metadata, "spec": spec}), IPVS).errors

    assert [(f.rule.id, f.field, f.problem.value) for f in found] == [("ELB640", "spec.externalIPs[1]", text)]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_node_may_be_given_in_every_spelling(text: str) -> None:
    given_ips = Settings.model_validate({"node-ip": [text]}).cluster.node_ips
    observed = addresses({"status": {"addresses": [{"type": "InternalIP", "address": text}]}})

    assert given_ips == observed == {IPv4Address(NODE)}


def test_a_cluster_knows_its_nodes_by_their_plain_addresses() -> None:
    mapped = Cluster(node_ips=frozenset([ip_address("::ffff:10.1.0.1")]))

    assert mapped.node_ips == mapped.above(Cluster()).node_ips == {IPv4Address(NODE)}


@pytest.mark.parametrize("text", ["fe80::a", "FE80:0::000A", "fe80::a%eth0", "fe80:0000:0:0:0:0:0:0000a"])
def test_of_an_ipv6_address_neither_zeros_nor_capitals_nor_the_zone_count(text: str) -> None:
    assert address(text) == IPv6Address("fe80::a")


@pytest.mark.parametrize("text", ["", "x", "10.1.0", "10.1.0.256", "10.1.0.1/32", "0x0a.1.0.1", "::10.1.0.1.2", ":::"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert address(text) is None


def test_what_only_ends_like_an_address_is_another() -> None:
    assert address("::10.1.0.1") == IPv6Address("::a01:1")


@given(st.ip_addresses(v=4), st.lists(st.integers(0, 4), min_size=4, max_size=4), st.booleans())
def test_zeros_in_front_and_mapping_change_no_address(ip: IPv4Address, zeros: list[int], mapped: bool) -> None:
    text = ".".join("0" * count + part for count, part in zip(zeros, str(ip).split("."), strict=True))

    assert address(("::ffff:" if mapped else "") + text) == ip


@given(st.ip_addresses(v=6))
def test_an_address_is_read_as_it_is_written(ip: IPv6Address) -> None:
    wanted = ip.ipv4_mapped or ip

    assert address(str(ip)) == address(ip.exploded) == address(str(ip).upper()) == wanted


@given(st.text())
def test_no_text_makes_reading_fail(text: str) -> None:
    assert address(text) is None or isinstance(address(text), IPv4Address | IPv6Address)

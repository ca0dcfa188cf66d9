"""Facts from an API server in memory: what is a fact, what stays unknown, and what serves when nobody answers."""

import logging
import time
from collections.abc import Mapping
from ipaddress import ip_address
from threading import Event
from typing import Any

import pytest

from elbguard.cluster import signs
from elbguard.cluster.asking import ApiError, Pace
from elbguard.cluster.live_facts import FACTS, LiveFacts
from elbguard.settings import Settings
from elbguard_rules.core.facts import Unknown, Version

from .facts_fakes import Clock, FakeApi, bookmark, event, listing, node

AWAY = ApiError(0, "no answer: connection refused")
FORBIDDEN = ApiError(403, "forbidden")
GROUP = f"/apis/{signs.TURBO_GROUP}"
SECURITY_GROUPS = {
    GROUP: {"versions": [{"groupVersion": f"{signs.TURBO_GROUP}/v1"}]},
    f"{GROUP}/v1": {"resources": [{"name": "securitygroups/status"}, {"name": "securitygroups"}]},
}
OTHERS_OF_THE_GROUP = {**SECURITY_GROUPS, f"{GROUP}/v1": {"resources": [{"name": "podnetworkings"}]}}
FAST = Pace(again=0.01, longest=0.05, slow=0.05, steady=0.0)


def network(config: Any = "{}", annotations: Any = None) -> dict[str, Any]:
    return {signs.DEFAULT_NETWORK: {"metadata": {"annotations": annotations}, "spec": {"config": config}}}


class Seen:
    """Live facts over a fake API server."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.api = FakeApi(self.clock)
        self.facts = LiveFacts(Settings(**settings), self.api, self.clock)

    def refresh(self, answers: Mapping[str, Any]) -> float:
        """Let the server answer so from now on, and ask it."""
        self.api.answers.clear()
        self.api.answers.update(answers)
        return self.facts.refresh()

    @property
    def version(self) -> str | None:
        """The version, None where it is unknown."""
        cluster = self.facts.current()
        return str(cluster.version) if cluster.knows("version") else None

    @property
    def type(self) -> str | None:
        """The type, None where it is unknown."""
        cluster = self.facts.current()
        return cluster.type if cluster.knows("type") else None


def version(text: Any) -> dict[str, Any]:
    return {signs.VERSION: {"gitVersion": text}}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("v1.28.15-r0-28.0.51", "v1.28.15-r0"),
        ("v1.19.10-r1.0.0-source-121-gb9675686c54267", "v1.19.10-r1"),
        ("v1.25.5-r20-25.1.31.1", "v1.25.5-r20"),
        ("v1.20.2", None),
        ("v1.27.3+k3s1", None),
        ("v1.29.1-eks-r7", None),
        ("", None),
        (None, None),
        (["v1.28.15-r0"], None),
    ],
)
def test_the_version_is_cces_or_unknown(text: Any, known: str | None) -> None:
    seen = Seen()
    seen.refresh(version(text))

    assert seen.version == known


def test_an_upgraded_cluster_is_noticed() -> None:
    seen = Seen()
    seen.refresh(version("v1.27.8-r2"))
    seen.refresh(version("v1.28.15-r0"))

    assert seen.version == "v1.28.15-r0"


@pytest.mark.parametrize(
    ("answers", "known"),
    [
        pytest.param({}, None, id="no sign is no proof of standard"),
        pytest.param(SECURITY_GROUPS, "turbo", id="security groups"),
        pytest.param(OTHERS_OF_THE_GROUP, None, id="another CRD of the group"),
        pytest.param(network('{"plugins": [{"type": "eni-neutron"}]}'), "turbo", id="default network of ENIs"),
        pytest.param(network('{"type": "bridge"}'), None, id="another default network"),
        pytest.param(network(annotations={"yangtse.io/default-network": "true"}), "turbo", id="annotation"),
        pytest.param(network(annotations={"yangtse.io/default-network": "false"}), None, id="annotation says no"),
        pytest.param({GROUP: FORBIDDEN} | network("eni-neutron"), "turbo", id="one sign that may be read"),
        pytest.param({GROUP: AWAY, signs.DEFAULT_NETWORK: FORBIDDEN}, None, id="nothing can be read"),
        pytest.param({GROUP: {"versions": [{"groupVersion": "../../secrets"}, 7]}}, None, id="odd versions"),
        pytest.param({GROUP: 7, signs.DEFAULT_NETWORK: "x"}, None, id="odd answers"),
        pytest.param(network(config=["eni-neutron"], annotations=[]), None, id="odd network"),
    ],
)
def test_turbo_is_known_by_its_signs_only(answers: dict[str, Any], known: str | None) -> None:
    seen = Seen()
    seen.refresh(answers)

    assert seen.type == known


def test_a_sign_that_cannot_be_read_any_more_is_remembered() -> None:
    seen = Seen()
    seen.refresh(SECURITY_GROUPS)
    seen.refresh({GROUP: AWAY})

    assert seen.type == "turbo"


def test_what_the_operator_set_is_not_asked_for() -> None:
    seen = Seen(cluster_version="v1.25.3-r0", cluster_type="standard", node_ip=["10.9.9.9"])
    seen.refresh(version("v1.28.15-r0") | SECURITY_GROUPS)
    seen.facts.start()

    assert seen.facts.wait(10)
    assert (seen.version, seen.type) == ("v1.25.3-r0", "standard")
    assert seen.facts.current().node_ips == {ip_address("10.9.9.9")}
    assert seen.api.asked == []


def test_one_setting_stands_beside_facts_that_are_observed() -> None:
    seen = Seen(cluster_type="standard", proxy_mode="ipvs", profile="otc")
    seen.refresh(version("v1.28.15-r0") | SECURITY_GROUPS)
    current = seen.facts.current()

    assert (seen.version, seen.type, current.proxy_mode, current.profile) == ("v1.28.15-r0", "standard", "ipvs", "otc")


def test_a_version_that_was_set_stands_beside_a_type_that_is_observed() -> None:
    seen = Seen(cluster_version="v1.25.3-r0", node_ip=["10.9.9.9"])
    seen.refresh(version("v1.28.15-r0") | SECURITY_GROUPS)

    assert (seen.version, seen.type) == ("v1.25.3-r0", "turbo")
    assert seen.facts.current().node_ips == {ip_address("10.9.9.9")}


def test_the_proxy_mode_is_never_guessed() -> None:
    seen = Seen()
    seen.refresh(version("v1.28.15-r0") | SECURITY_GROUPS)

    with pytest.raises(Unknown):
        _ = seen.facts.current().proxy_mode


@pytest.mark.parametrize(
    ("entries", "known"),
    [
        ([{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "ExternalIP", "address": "80.1.2.3"}], 2),
        ([{"type": "Hostname", "address": "10.0.0.1"}, {"type": "Hostname", "address": "node-1"}], 1),
        ([{"type": "InternalIP", "address": "fd00::1"}, {"type": "InternalDNS", "address": "10.0.0.2"}], 1),
        ([{"type": "InternalIP", "address": "10.0.0.256"}, {"type": "InternalIP", "address": 167772161}], 0),
        ([None, "x", {}, {"type": "InternalIP"}, {"type": ["InternalIP"], "address": "10.0.0.1"}], 0),
        ({"type": "InternalIP"}, 0),
        (None, 0),
    ],
)
def test_a_node_has_the_addresses_that_are_addresses(entries: Any, known: int) -> None:
    assert len(signs.addresses({"status": {"addresses": entries}})) == known


def test_a_node_without_status_has_none() -> None:
    assert signs.addresses({"metadata": {"name": "new"}}) == frozenset()


def test_facts_serve_and_age_while_the_api_server_is_away() -> None:
    seen = Seen(proxy_mode="iptables")
    seen.refresh(version("v1.28.15-r0") | SECURITY_GROUPS)
    seen.clock.after(3600)
    seen.refresh({signs.VERSION: AWAY, GROUP: AWAY})

    assert (seen.version, seen.type) == ("v1.28.15-r0", "turbo")
    assert seen.facts.ages() == {"version": 3600, "type": 3600, "proxy_mode": 0}

    seen.refresh(version("v1.28.15-r0"))
    assert seen.type is None
    assert seen.facts.ages() == {"version": 0, "proxy_mode": 0}


def test_pauses_grow_while_the_api_server_is_away_and_no_further_than_a_minute() -> None:
    seen = Seen()
    pauses = [seen.refresh({signs.VERSION: AWAY, GROUP: AWAY}) for _ in range(12)]

    assert pauses[0] <= 1
    assert 30 <= pauses[-1] <= 60
    assert 150 <= seen.refresh(version("v1.28.15-r0")) <= 300


def test_a_missing_role_is_said_once_and_asked_for_seldom(caplog: pytest.LogCaptureFixture) -> None:
    seen = Seen(cluster_type="standard")
    with caplog.at_level(logging.INFO, "elbguard.facts"):
        pauses = [seen.refresh({signs.VERSION: FORBIDDEN}) for _ in range(3)]
        assert len(caplog.records) == 1
        assert "--cluster-version" in caplog.text
        seen.refresh(version("v1.28.15-r0"))
        seen.refresh(version("v1.28.15-r0"))

    assert min(pauses) >= 150
    assert seen.version == "v1.28.15-r0"
    assert len(caplog.records) == 2


def test_nodes_come_and_go_in_the_background(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    api = FakeApi(clock)
    api.answers |= {signs.NODES: listing(node("a", "10.0.0.1"), {"metadata": {"name": "bare"}}, {}, 7)}
    api.watches = [[event("ADDED", node("b", "10.0.0.2")), event("DELETED", node("a")), AWAY]]
    settings = Settings(cluster_version=Version.parse("v1.28.15-r0"), cluster_type="turbo")
    facts = LiveFacts(settings, api, clock, FAST)
    with caplog.at_level(logging.INFO, "elbguard.facts"):
        facts.start()
        assert facts.wait(10)
        while len(api.asked) < 4:
            time.sleep(0.01)
        facts.stop()

    assert facts.current().node_ips == {ip_address("10.0.0.2")}
    assert "node_ips" in facts.ages()
    assert api.closed


def test_each_time_the_nodes_cannot_be_read_is_said_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    api = FakeApi(clock)
    api.answers[signs.NODES] = listing(node("a", "10.0.0.1"))
    api.watches = [[AWAY], [AWAY], [bookmark("8"), 60.0, AWAY], [AWAY], [bookmark("9"), bookmark("10"), 60.0]]
    rounds = len(api.watches)
    settings = Settings(cluster_version=Version.parse("v1.28.15-r0"), cluster_type="turbo")
    facts = LiveFacts(settings, api, clock, FAST)
    with caplog.at_level(logging.INFO, "elbguard.facts"):
        facts.start()
        while len(api.asked) < rounds + 2:
            time.sleep(0.01)
        facts.stop()

    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING"] * 2 + ["INFO"]


class Silent(FakeApi):
    """An API server that lets everybody wait."""

    def __init__(self) -> None:
        super().__init__(Clock())
        self.called, self.released = Event(), Event()

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """Wait for the test to end."""
        self.called.set()
        self.released.wait(60)
        raise AWAY


def test_reading_waits_for_nobody() -> None:
    api = Silent()
    facts = LiveFacts(Settings(), api)
    facts.start()
    assert api.called.wait(10)

    assert not any(facts.current().knows(fact) for fact in FACTS)
    assert facts.ages() == {}
    assert not facts.wait(0.01)

    api.released.set()
    assert facts.wait(10)
    facts.stop()


def test_the_end_is_no_trouble_worth_a_line(caplog: pytest.LogCaptureFixture) -> None:
    api = Silent()
    facts = LiveFacts(Settings(), api)
    with caplog.at_level(logging.INFO):
        facts.start()
        assert api.called.wait(10)
        api.close = api.released.set  # type: ignore[method-assign] # as closing a connection ends a read
        facts.stop()

    assert caplog.records == []

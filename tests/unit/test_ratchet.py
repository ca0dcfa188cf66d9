"""A mistake that was there before an update is a warning, wherever in its list; another one in its place is not."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest

from elbguard_rules.core.facts import Cluster, Version
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import MOST_ENTRIES, MOST_TOLD, Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import RULES, Guard

ELB = "kubernetes.io/elb."
OURS = {f"{ELB}id": "5083f225-9bf8-48fa-9c8b-67bd9693c4c0", f"{ELB}class": "union"}
TCP, UDP, SCTP = ({"name": word.lower(), "port": 80, "protocol": word} for word in ("TCP", "UDP", "SCTP"))


def service(*ports: dict[str, Any], **annotations: str) -> dict[str, Any]:
    given = {f"{ELB}{name.replace('_', '-')}": text for name, text in annotations.items()}
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": list(ports)}
    return {"metadata": {"name": "web", "namespace": "shop", "annotations": OURS | given}, "spec": spec}


def refused(new: dict[str, Any], old: dict[str, Any], cluster: Cluster | None = None) -> list[str]:
    return [finding.field for finding in Guard().review(Service(new, Service(old)), cluster or Cluster()).errors]


def test_a_mistake_may_move_down_when_an_entry_is_added_before_it() -> None:
    assert refused(service(UDP, TCP, SCTP), service(SCTP)) == []


def test_a_mistake_may_move_up_when_the_entry_before_it_goes() -> None:
    old, new = service(TCP, protocol_port="http:80,http:99"), service(TCP, protocol_port="http:99")

    assert refused(new, old) == []


def test_a_second_mistake_of_the_same_kind_is_refused() -> None:
    assert refused(service(SCTP, SCTP), service(SCTP)) == ["spec.ports[1].protocol"]
    assert refused(service(TCP, SCTP, SCTP), service(SCTP)) == ["spec.ports[2].protocol"]


def test_another_value_at_the_same_place_is_another_mistake() -> None:
    old, new = service(TCP, protocol_port="http:80,http:99"), service(TCP, protocol_port="http:80,http:98")

    assert refused(new, old) == [f"metadata.annotations[{ELB}protocol-port][1]"]


EVERY_RULE = Guard(Policy(dict.fromkeys(RULES, Severity.ERROR)))
LONG = "e" * 101
FEW = ",".join("abcdef")  # one more than there may be
TWICE = '{"delay":"5","delay":"5","path":"/"}'
CHECKS = '[{"target_service_port":"TCP:80","delay":"99"},{"target_service_port":"TCP:443","delay":"98"}]'
REVERSED = '[{"delay":"98","target_service_port":"TCP:443"},{"delay":"99","target_service_port":"TCP:80"}]'
MANY = "[" + ",".join(["{}"] * (MOST_TOLD + 2)) + "]"
OVERFLOWING = ",".join(f"http:{port}x" for port in range(MOST_TOLD + 5))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("id", LONG, "f" * 101),
        ("id", LONG, LONG + "e"),
        ("id", f"{LONG},{LONG}", LONG),
        ("subnet-id", LONG, "f" * 101),
        ("health-check-option", '{"path":"/%s"}' % ("a" * 10_000), '{"path":"/%s"}' % ("b" * 10_000)),
        ("acl-id", FEW, FEW + ",g"),
        ("acl-id", ",".join("aaaaaa"), ",".join("aaaaaaa")),
        ("acl-id", "a,,b", "a,,b,,c"),
        ("acl-id", "a,b", "a,b,c"),
        ("tls-certificate-ids", "a,,b", "a,,b,"),
        ("tags", "a=1,b", "a=1,b,c"),
        ("tags", "a=1,b", "a=1,c"),
        ("protocol-port", "tcp:80", "tcp:443"),
        ("protocol-port", "http:80,x", "http:80,x,x"),
        ("protocol-port", "http:80,http:80", "http:80,http:80,http:80"),
        ("lb-algorithm", "round_robin", "source_ip"),
        ("health-check-option", '{"delay":"99"}', '{"delay":"98"}'),
        ("health-check-option", '{"delay":99', '{"delay":98'),
        ("health-check-option", TWICE, TWICE.replace('"/"', '"no path"')),
        ("health-check-option", "[1]", "[2]"),
        ("health-check-options", CHECKS, CHECKS.replace("98", "99")),
        ("health-check-options", MANY, MANY.replace("{}]", '{},{"delay":"99"}]')),
        ("port-ranges", '{"tcp":["1,2","x"]}', '{"tcp":["1,2","x","y"]}'),
        ("protocol-port", OVERFLOWING, OVERFLOWING + ",x"),
        ("protocol-port", OVERFLOWING, OVERFLOWING.replace("1003x", "9")),
    ],
)
def test_another_wrong_text_is_refused(name: str, old: str, new: str) -> None:
    assert refused(service(TCP, **{name: new}), service(TCP, **{name: old})) != []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("acl-id", FEW + ",g", FEW),
        ("acl-id", FEW, "f,e,d,c,b,a"),
        ("acl-id", "a,,b,,c", "a,,c"),
        ("tags", "a,b=2,c", "c,b=2"),
        ("tags", "a,b=2", "b=3,a"),
        ("protocol-port", "http:80,tcp:80,x", "x,http:80"),
        ("protocol-port", " http:80", "  http:80 "),
        ("health-check-option", '{"delay":"99","timeout":"98"}', ' { "timeout" : "5",  "delay":"99"}'),
        ("health-check-option", '{"delay":99', ' { "delay": 99 '),
        ("health-check-option", TWICE, TWICE.replace(",", ", ")),
        ("health-check-option", "[1,2]", "[2]"),
        ("health-check-options", CHECKS, REVERSED),
        ("health-check-options", CHECKS, CHECKS.replace("98", "5")),
        ("health-check-options", '[1,{"delay":"99"}]', '[{"delay":"5"},1]'),
        ("health-check-options", MANY, MANY.replace("{},", "", 1)),
        ("port-ranges", '{"tcp":["1,2","x"],"udp":["y"]}', '{"udp":["y"],"tcp":["1,2"]}'),
        ("protocol-port", OVERFLOWING, OVERFLOWING.replace("http:7x,", "")),
        ("protocol-port", OVERFLOWING, OVERFLOWING.replace(",", " , ")),
    ],
)
def test_the_same_or_less_of_it_is_admitted(name: str, old: str, new: str) -> None:
    assert refused(service(TCP, **{name: new}), service(TCP, **{name: old})) == []


OLD_CLUSTER = Cluster(Version.parse("v1.21.1-r0"))
BESIDE = '[{"target_service_port":"TCP:80","delay":"%s"}]'


def test_a_mistake_about_two_things_stays_one_while_they_stay() -> None:
    both = {"health-check-option": '{"delay":"5"}', "health-check-options": BESIDE % "5"}

    assert refused(service(TCP, **both, lb_algorithm="SOURCE_IP"), service(TCP, **both)) == []
    assert refused(service(TCP, **both | {"health-check-option": '{"delay":"6"}'}), service(TCP, **both)) == []
    assert refused(service(TCP, **both | {"health-check-options": BESIDE % "6"}), service(TCP, **both)) != []


def test_what_stands_in_the_wrong_place_may_be_mended_there() -> None:
    both = {"health-check-option": '{"delay":"5"}', "health-check-options": BESIDE % "99"}

    assert refused(service(TCP, **both | {"health-check-options": BESIDE % "5"}), service(TCP, **both)) == []
    assert refused(service(TCP, **both | {"health-check-options": BESIDE % "98"}), service(TCP, **both)) != []


def test_what_the_cluster_is_too_old_for_may_get_less_but_not_more() -> None:
    ranges = '{"tcp":["1,2"]}'
    old = service(TCP, port_ranges=ranges)

    assert refused(service(TCP, UDP, port_ranges=ranges), old, OLD_CLUSTER) == []
    assert refused(service(TCP, port_ranges='{"tcp":["1,2","3,4"]}'), old, OLD_CLUSTER) != []


def test_a_name_in_other_capitals_makes_no_other_mistake() -> None:
    old = service(TCP, custom_backend_weights='{"defaultWeight":12}')

    assert refused(service(TCP, custom_backend_weights='{"DefaultWeight": 12}'), old, OLD_CLUSTER) == []
    assert refused(service(TCP, custom_backend_weights='{"DefaultWeight": 13}'), old, OLD_CLUSTER) != []


def test_an_entry_that_the_cluster_is_too_old_for_does_not_hinder_others() -> None:
    ports = [{"name": f"p{number}", "port": number, "protocol": "TCP"} for number in (80, 443, 8443)]
    old = service(*ports, protocol_port="tls:443", cert_id="c")

    assert refused(service(*ports, protocol_port="http:80,tls:443", cert_id="c"), old, OLD_CLUSTER) == []
    assert refused(service(*ports, protocol_port="tls:443,tls:8443", cert_id="c"), old, OLD_CLUSTER) != []


def test_what_an_operator_makes_an_error_is_compared_likewise() -> None:
    def errors(new: str, old: str) -> list[str]:
        new_service = Service(service(TCP, tls_certificate_ids=new), Service(service(TCP, tls_certificate_ids=old)))
        return [f.rule.id for f in EVERY_RULE.review(new_service, Cluster()).errors]

    many = [f"{number:032}" for number in range(53)]
    assert "ELB533" not in errors(",".join(many[1:]), ",".join(many))
    assert "ELB533" in errors(",".join(["8" * 32, *many[1:]]), ",".join(many))


def test_values_too_deep_to_be_written_are_told_apart() -> None:
    def ports(depth: int) -> dict[str, Any]:
        value: Any = "SCTP"
        for _ in range(depth):
            value = [value]
        return {"metadata": {"annotations": OURS | {f"{ELB}tags": value}}, "spec": {"type": "LoadBalancer"}}

    assert refused(ports(3000), ports(3000)) == []
    assert refused(ports(3000), ports(2999)) == [f"metadata.annotations[{ELB}tags]"]


PLAIN = {"metadata": {"annotations": {"example.com/team": "shop"}}}
OTHERS: list[Any] = [
    pytest.param(lambda ports: {"spec": {"type": "ClusterIP", "ports": ports}}, id="of another type"),
    pytest.param(
        lambda ports: {"spec": {"type": "LoadBalancer", "loadBalancerClass": "example.com/metal", "ports": ports}},
        id="of another controller",
    ),
    pytest.param(lambda ports: PLAIN | {"spec": {"type": "LoadBalancer", "ports": ports}}, id="without annotations"),
]


@pytest.mark.parametrize("made", OTHERS)
def test_what_nobody_judged_is_no_old_mistake(made: Callable[[Any], dict[str, Any]]) -> None:
    assert refused(service(SCTP), made([SCTP])) == ["spec.ports[0].protocol"]
    assert refused(service(TCP, SCTP), made([SCTP])) == ["spec.ports[1].protocol"]


@pytest.mark.parametrize("made", OTHERS)
def test_what_nobody_judged_is_no_excuse_by_its_size(made: Callable[[Any], dict[str, Any]]) -> None:
    many = [TCP] * (MOST_ENTRIES + 1)

    assert refused(service(*many), made(many)) == ["spec.ports"]
    assert refused(service(SCTP), made(many)) == ["spec.ports[0].protocol"]
    assert refused(service(*many), service(*many)) == []
    assert refused(service(SCTP), service(*many)) == []  # what was ours is not compared, for it is too large


def test_a_mistake_of_both_kinds_of_service_was_judged_before() -> None:
    cluster = Cluster(proxy_mode="ipvs", node_ips=frozenset({ip_address("192.0.2.1")}))

    def at_a_node(**annotations: str) -> dict[str, Any]:
        given = {f"kubernetes.io/{name.replace('_', '.')}": text for name, text in annotations.items()}
        spec = {"type": "LoadBalancer", "externalIPs": ["192.0.2.1"], "loadBalancerIP": "203.0.113.1", "ports": [SCTP]}
        return {"metadata": {"annotations": given}, "spec": spec}

    dnat, ours = at_a_node(elb_class="dnat", natgateway_id="e4a1cfcf"), at_a_node(elb_class="union", elb_ip="10.0.0.1")
    assert refused(ours, dnat, cluster) == ["spec.ports[0].protocol", f"metadata.annotations[{ELB}class]"]
    assert "spec.externalIPs[0]" in refused(ours, at_a_node(), cluster)


HEEDING = Guard(Policy(heeds_ignore=True))


@pytest.mark.parametrize(
    ("then", "now", "is_refused"),
    [
        ("ELB651: our own switch", None, True),
        ("ELB651: our own switch", "", True),
        ("ELB651: our own switch", "ELB301: our own switch", True),
        ("sctp-port, ELB301: our own switch", "ELB301: our own switch", True),
        ("ELB651: our own switch", "elb651: for another reason", False),
        ("ELB651; our own switch", None, False),  # it never suppressed anything
        ("ELB301: our own switch", None, False),
        (None, None, False),
    ],
)
def test_what_was_excused_and_is_no_longer_is_no_old_mistake(
    then: str | None, now: str | None, is_refused: bool
) -> None:
    old, new = service(SCTP), service(SCTP)
    for each, text in ((old, then), (new, now)):
        if text is not None:
            each["metadata"]["annotations"]["elbguard.io/ignore"] = text

    assert bool(HEEDING.review(Service(new, Service(old)), Cluster()).errors) is is_refused
    assert Guard().review(Service(new, Service(old)), Cluster()).errors == ()  # an excuse that nobody ever heard

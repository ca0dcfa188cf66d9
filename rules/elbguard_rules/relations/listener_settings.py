"""Settings of listeners, and the load balancers and listeners that have them."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.elb_class import ELB_CLASS, class_of
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, ListedPort, Listeners
from elbguard_rules.annotations.transparent_client_ip import TRANSPARENT_CLIENT_IP
from elbguard_rules.annotations.x_forwarded_for_port import X_FORWARDED_FOR_PORT
from elbguard_rules.annotations.x_real_ip import X_REAL_IP
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, field, forbidden, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CLIENT_IP, FORWARDED, RELEASE_NOTES
from elbguard_rules.relations.layers import only_http

_ADD_HTTP: Final = "Add an entry such as http:80 to kubernetes.io/elb.protocol-port, or remove the annotation."
_USE_DEDICATED: Final = "Use class performance, or remove the annotation."


@rule(
    "ELB814",
    "client-ip-on-a-dedicated-load-balancer",
    "A dedicated load balancer always passes the client's address on; there is no switch.",
    CLIENT_IP.quote("dedicated load balancers always pass the client IP"),
    TRANSPARENT_CLIENT_IP,
    fix="Remove the annotation.",
    severity=Severity.WARNING,
)
def dedicated_load_balancers_pass_the_address_on(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[TRANSPARENT_CLIENT_IP] is not None and class_of(service) == "performance":
        yield forbidden(TRANSPARENT_CLIENT_IP.where, "has no effect: a dedicated load balancer always does it")


def _asks_for_the_address(service: Service) -> bool:
    """Whether it is switched on where that can have an effect; of dedicated load balancers ELB814 speaks."""
    return service[TRANSPARENT_CLIENT_IP] == "true" and service[ELB_CLASS] != "performance"


@rule(
    "ELB815",
    "client-ip-without-local",
    "The client's address reaches the backends only with externalTrafficPolicy Local.",
    CLIENT_IP.quote("works only in standard clusters with externalTrafficPolicy Local"),
    TRANSPARENT_CLIENT_IP,
    fix="Write externalTrafficPolicy: Local.",
    why="with Cluster a node may hand the request on to another node, and the client's address is lost.",
    severity=Severity.WARNING,
)
def the_address_is_kept_with_local(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if cluster.knows("type") and cluster.type == "turbo":  # ELB816 speaks
        return
    if _asks_for_the_address(service) and service.traffic_policy != "Local":
        yield required(
            field("spec", "externalTrafficPolicy"), "kubernetes.io/elb.transparent-client-ip needs it: Local"
        )


@rule(
    "ELB816",
    "client-ip-in-turbo",
    "A shared load balancer passes the client's address on in standard clusters only, not in Turbo.",
    CLIENT_IP.quote("no effect in Turbo"),
    TRANSPARENT_CLIENT_IP,
    fix="Use class performance, which always passes it on.",
    severity=Severity.WARNING,
)
def turbo_does_not_pass_the_address_on(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if _asks_for_the_address(service) and cluster.type == "turbo":
        yield forbidden(TRANSPARENT_CLIENT_IP.where, "has no effect in a Turbo cluster")


@rule(
    "ELB817",
    "client-ip-with-http-alone",
    "The client's address is passed on by TCP and UDP listeners.",
    CLIENT_IP.quote("TCP and UDP listeners"),
    TRANSPARENT_CLIENT_IP,
    fix="Remove the annotation, or remove a port from kubernetes.io/elb.protocol-port.",
    severity=Severity.WARNING,
)
def the_address_is_passed_on_at_layer_4(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if _asks_for_the_address(service) and only_http(service):
        yield forbidden(TRANSPARENT_CLIENT_IP.where, "has no effect: all listeners are http or https")


def _quic(service: Service) -> tuple[ListedPort, ...]:
    """The QUIC listeners beside others that set the header; without others the rule about these speaks."""
    listeners = service[PROTOCOL_PORT] or Listeners()
    return listeners.speak("quic") if listeners.speak("http", "https") else ()


@rule(
    "ELB826",
    "forwarded-for-port-with-quic",
    "A QUIC listener does not go together with the header X-Forwarded-For-Port.",
    FORWARDED.quote("conflict: QUIC listener"),
    X_FORWARDED_FOR_PORT,
    fix="Remove the annotation, or the quic entry of kubernetes.io/elb.protocol-port.",
    severity=Severity.WARNING,
)
def quic_sets_no_forwarded_for_port(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[X_FORWARDED_FOR_PORT] != "true":
        return
    for entry in _quic(service)[:1]:
        yield forbidden(X_FORWARDED_FOR_PORT.where, f"not together with the quic listener of port {entry.port}")


@rule(
    "ELB832",
    "real-ip-with-quic",
    "A QUIC listener does not go together with the header X-Real-IP.",
    RELEASE_NOTES.quote("conflict: QUIC listener"),
    X_REAL_IP,
    fix="Remove the annotation, or the quic entry of kubernetes.io/elb.protocol-port.",
    severity=Severity.WARNING,
)
def quic_sets_no_real_ip(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[X_REAL_IP] != "true":
        return
    for entry in _quic(service)[:1]:
        yield forbidden(X_REAL_IP.where, f"not together with the quic listener of port {entry.port}")

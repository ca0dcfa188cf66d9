"""Sticky sessions: what they need, and what they exclude."""

from collections.abc import Iterator

from pydantic import MISSING

from elbguard_rules.annotations.adaptive_weight import ADAPTIVE_WEIGHT
from elbguard_rules.annotations.custom_backend_weights import CUSTOM_BACKEND_WEIGHTS
from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.annotations.lb_algorithm import LB_ALGORITHM
from elbguard_rules.annotations.session_affinity import SESSION_AFFINITY_MODE, SESSION_AFFINITY_OPTION
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.limits import some
from elbguard_rules.core.problem import Problem, Severity, field, forbidden, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ADVANCED, EXISTING, STICKY, TABLE_1, TABLE_2, TABLE_4

_OLD_MODE = "kubernetes.io/session-affinity-mode"


@rule(
    "ELB320",
    "sticky-option-without-mode",
    "The option of sticky sessions has an effect only when they are switched on.",
    TABLE_2.quote("This parameter is valid only when elb.session-affinity-mode is set to SOURCE_IP."),
    SESSION_AFFINITY_OPTION,
    fix="Add kubernetes.io/elb.session-affinity-mode with SOURCE_IP, or leave the option out.",
    severity=Severity.WARNING,
    covers=("S046",),
)
def an_option_needs_the_mode(service: Service, cluster: Cluster) -> Iterator[Problem]:
    off = SESSION_AFFINITY_MODE not in service and _OLD_MODE not in service.annotations
    if SESSION_AFFINITY_OPTION in service and off:
        yield forbidden(
            SESSION_AFFINITY_OPTION.where, "has no effect without kubernetes.io/elb.session-affinity-mode SOURCE_IP"
        )


@rule(
    "ELB313",
    "sticky-option-without-timeout",
    "The option of sticky sessions says how long a session lasts.",
    TABLE_2.quote("persistence_timeout: Yes", "It is mandatory, and has a default, which elbguard's webhook fills in."),
    SESSION_AFFINITY_OPTION,
    fix='Write {"persistence_timeout": "60"}.',
    severity=Severity.WARNING,
)
def an_option_has_a_timeout(service: Service, cluster: Cluster) -> Iterator[Problem]:
    option = service[SESSION_AFFINITY_OPTION]
    if service[SESSION_AFFINITY_MODE] and option is not None and option.persistence_timeout is MISSING:
        yield required(SESSION_AFFINITY_OPTION.at("persistence_timeout"), 'must be given, such as "60" (minutes)')


@rule(
    "ELB321",
    "sticky-over-udp",
    "A sticky session needs a workload that speaks TCP.",
    EXISTING.quote("Before enabling sticky session: The workload protocol is TCP."),
    SESSION_AFFINITY_MODE,
    fix="Use sticky sessions on TCP ports only.",
    severity=Severity.WARNING,
    covers=("S029",),
)
def sticky_sessions_want_tcp(service: Service, cluster: Cluster) -> Iterator[Problem]:
    served = {port.protocol for port in service.ports}
    if service[SESSION_AFFINITY_MODE] and served and "TCP" not in served:
        yield forbidden(
            SESSION_AFFINITY_MODE.where, f"sticky sessions need TCP, but the ports are {some(sorted(served))}"
        )


@rule(
    "ELB322",
    "sticky-without-local",
    "A sticky session in a standard cluster needs externalTrafficPolicy Local, and its pods on different nodes.",
    TABLE_4.quote("If sticky session is enabled, add this parameter so that requests are transferred to a fixed node."),
    SESSION_AFFINITY_MODE,
    fix="Write externalTrafficPolicy: Local, and spread the pods by anti-affinity.",
    why="with Cluster the node that is reached hands the request on to any pod. A Turbo cluster with a dedicated load"
    " balancer reaches the pods directly and needs neither; with a shared one it has no sticky sessions at all"
    " (ELB324).",
    severity=Severity.WARNING,
    covers=("S030", "S057"),
)
def sticky_sessions_want_local(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not service[SESSION_AFFINITY_MODE] or service.traffic_policy == "Local":
        return
    if (not cluster.knows("type") and class_of(service) == "union") or cluster.type == "standard":
        yield required(field("spec", "externalTrafficPolicy"), "sticky sessions need Local")


@rule(
    "ELB323",
    "sticky-with-source-hash",
    "The algorithm SOURCE_IP keeps clients at their backend by itself and excludes sticky sessions.",
    ADVANCED.quote("SOURCE_IP: sticky session cannot be enabled"),
    SESSION_AFFINITY_MODE,
    fix="Use ROUND_ROBIN or LEAST_CONNECTIONS, or remove kubernetes.io/elb.session-affinity-mode.",
    why="CCE's controller fails on the combination.",
)
def the_source_hash_is_sticky_by_itself(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[SESSION_AFFINITY_MODE] and service[LB_ALGORITHM] == "SOURCE_IP":
        yield forbidden(SESSION_AFFINITY_MODE.where, "not together with kubernetes.io/elb.lb-algorithm SOURCE_IP")


@rule(
    "ELB324",
    "sticky-on-shared-in-turbo",
    "Sticky sessions in a Turbo cluster need a dedicated load balancer.",
    STICKY.quote("CCE Turbo: dedicated load balancers only"),
    SESSION_AFFINITY_MODE,
    fix="Use class performance, or remove the annotation.",
)
def turbo_sticks_with_dedicated_only(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if not service[SESSION_AFFINITY_MODE] or (cluster.knows("type") and cluster.type == "standard"):
        return
    if class_of(service) == "union" and cluster.type == "turbo":
        yield forbidden(SESSION_AFFINITY_MODE.where, "a Turbo cluster has sticky sessions with class performance only")


@rule(
    "ELB325",
    "weights-with-source-hash",
    "The algorithm SOURCE_IP ignores the weights of backends.",
    TABLE_1.quote("When the value is SOURCE_IP, the weights of backend servers in the server group are invalid."),
    LB_ALGORITHM,
    fix="Use ROUND_ROBIN or LEAST_CONNECTIONS, or remove the weights.",
    severity=Severity.WARNING,
    covers=("S037",),
)
def the_source_hash_ignores_weights(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[LB_ALGORITHM] != "SOURCE_IP":
        return
    if service[ADAPTIVE_WEIGHT] == "true":
        yield forbidden(LB_ALGORITHM.where, "SOURCE_IP ignores kubernetes.io/elb.adaptive-weight")
    if CUSTOM_BACKEND_WEIGHTS in service:
        yield forbidden(LB_ALGORITHM.where, "SOURCE_IP ignores kubernetes.io/elb.custom-backend-weights")

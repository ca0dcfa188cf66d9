"""spec.ipFamilies and ipFamilyPolicy: where IPv6 reaches the load balancer, and the backends."""

from collections.abc import Iterator

from elbguard_rules.annotations.elb_class import class_of
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.core.check import rule, spec
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.problem import Problem, Severity, Where, field, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONSOLE, CREATING

_IPV6 = since("v1.15")
_DUAL = since("v1.23.8-r0", "v1.25.3-r0")
_DUAL_SAYS = CREATING.quote(
    "dual-stack load balancer: CCE Turbo clusters of v1.23.8-r0, v1.25.3-r0, or later, dedicated load balancers"
)


@rule(
    "ELB650",
    "ipv6-on-old-cluster",
    "A Service has IPv6 addresses in clusters of v1.15 and later that were created with IPv6.",
    CONSOLE.quote("This parameter is available only in clusters of v1.15 or later with IPv6 enabled."),
    spec("ipFamilies", "IPv6"),
    "ipFamily",
    fix="Use IPv4, or a cluster with IPv6.",
    severity=Severity.WARNING,
    covers=("S019",),
)
def ipv6_needs_a_newer_cluster(service: Service, cluster: Cluster) -> Iterator[Problem]:
    where = _ipv6(service)
    if where and not _IPV6.met(cluster.version):
        yield forbidden(where, f"IPv6 needs a cluster of {_IPV6} or later, this one is {cluster.version}")


@rule(
    "ELB658",
    "ipv6-on-a-shared-load-balancer",
    "A shared load balancer has an IPv4 address only.",
    CREATING.quote("shared load balancers: IPv4 only"),
    spec("ipFamilies", "IPv6"),
    "ipFamily",
    spec("ipFamilyPolicy", "RequireDualStack"),
    fix="Use class performance in a Turbo cluster, or IPv4.",
    severity=Severity.WARNING,
)
def shared_load_balancers_have_ipv4(service: Service, cluster: Cluster) -> Iterator[Problem]:
    where = _ipv6(service) or _dual(service)
    if where and class_of(service) == "union":
        yield forbidden(where, "a shared load balancer has IPv4 only")


@rule(
    "ELB659",
    "dual-stack-outside-turbo",
    "A load balancer with IPv4 and IPv6 addresses needs a Turbo cluster.",
    _DUAL_SAYS,
    spec("ipFamilies", "IPv6"),
    spec("ipFamilyPolicy", "RequireDualStack"),
    fix="Use one family, or a Turbo cluster.",
    severity=Severity.WARNING,
)
def dual_stack_needs_turbo(service: Service, cluster: Cluster) -> Iterator[Problem]:
    where = _dual(service)
    if where and cluster.type == "standard":
        yield forbidden(where, "a dual-stack load balancer needs a Turbo cluster")


@rule(
    "ELB660",
    "dual-stack-on-old-cluster",
    "A load balancer with IPv4 and IPv6 addresses needs a cluster of the releases listed or later.",
    _DUAL_SAYS,
    spec("ipFamilies", "IPv6"),
    spec("ipFamilyPolicy", "RequireDualStack"),
    fix="Use one family, or upgrade the cluster.",
    severity=Severity.WARNING,
)
def dual_stack_needs_a_newer_cluster(service: Service, cluster: Cluster) -> Iterator[Problem]:
    where = _dual(service)
    if where and _IPV6.met(cluster.version) and not _DUAL.met(cluster.version):
        release = _DUAL.release_for(cluster.version)
        yield forbidden(
            where, f"a dual-stack load balancer needs a cluster of {release} or later, this one is {cluster.version}"
        )


@rule(
    "ELB661",
    "ipv6-behind-http",
    "An HTTP, HTTPS or QUIC listener of a dedicated load balancer reaches its backends by IPv4.",
    CREATING.quote("layer-7 listeners of dedicated load balancers: IPv4 backends"),
    "ipFamily",
    spec("ipFamilies", "IPv6"),
    spec("ipFamilyPolicy", "RequireDualStack"),
    fix="Make sure that the pods answer by IPv4, or use TCP.",
    severity=Severity.WARNING,
)
def http_listeners_have_ipv4_backends(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = service[PROTOCOL_PORT]
    where = _ipv6(service) or _dual(service)
    if where and listeners and listeners.speak("http", "https", "quic") and class_of(service) == "performance":
        entry = listeners.speak("http", "https", "quic")[0]
        yield forbidden(where, f"the {entry.protocol} listener of port {entry.port} reaches backends by IPv4 only")


def _ipv6(service: Service) -> Where | None:
    """Where an IPv6 address is asked for; None where it is not."""
    if "IPv6" in service.texts("ipFamilies"):
        return field("spec", "ipFamilies")
    return field("spec", "ipFamily") if service.spec.get("ipFamily") == "IPv6" else None


def _dual(service: Service) -> Where | None:
    """Where both families are asked for; a mere preference is none, Kubernetes does without where it must."""
    if {"IPv4", "IPv6"} <= set(service.texts("ipFamilies")):
        return field("spec", "ipFamilies")
    return field("spec", "ipFamilyPolicy") if service.spec.get("ipFamilyPolicy") == "RequireDualStack" else None

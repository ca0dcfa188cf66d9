"""What clusters without IPv6 rule out."""

from collections.abc import Iterator

from rules.core.facts import Cluster, since
from rules.core.finding import Problem, Severity, field, forbidden
from rules.core.rule import rule
from rules.core.service import Service
from rules.documents import CONSOLE

_IPV6 = since("v1.15")


@rule(
    "ELB650",
    "ipv6-on-old-cluster",
    CONSOLE.quote("This parameter is available only in clusters of v1.15 or later with IPv6 enabled."),
    "ipFamilies",
    "ipFamily",
    severity=Severity.WARNING,
    covers=("S019",),
)
def ipv6_needs_a_newer_cluster(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A Service has IPv6 addresses in clusters of v1.15 and later that were created with IPv6.

    Fix: use IPv4, or a cluster with IPv6.
    """
    families = "ipFamilies" if "IPv6" in service.texts("ipFamilies") else "ipFamily"
    asked = families == "ipFamilies" or service.spec.get("ipFamily") == "IPv6"
    if asked and not _IPV6.met(cluster.version):
        yield forbidden(
            field("spec", families), f"IPv6 needs a cluster of {_IPV6} or later, this one is {cluster.version}"
        )

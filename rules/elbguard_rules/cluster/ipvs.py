"""What clusters whose kube-proxy uses IPVS rule out."""

from collections.abc import Iterator

from elbguard_rules.core.check import SERVED, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.ip_addresses import IPAddress, address
from elbguard_rules.core.problem import Problem, Severity, field, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.documents import NOTES

_NOTE = NOTES.quote(
    "When the cluster service forwarding (proxy) mode is IPVS, the node IP cannot be configured as the external IP of"
    " the Service. Otherwise, the node is unavailable."
)


def _external(service: Service) -> Iterator[tuple[int, str, IPAddress]]:
    for index, text in enumerate(service.texts("externalIPs")):
        if found := address(text):  # the API server refuses others by itself
            yield index, text, found


@rule(
    "ELB640",
    "node-address-as-external-ip",
    "The address of a node is not an external IP of a Service in a cluster that uses IPVS.",
    _NOTE,
    "externalIPs",
    fix="Remove the address from spec.externalIPs.",
    covers=("S015",),
    scopes=SERVED,
)
def a_node_keeps_its_address(service: Service, cluster: Cluster) -> Iterator[Problem]:
    external = list(_external(service))
    if external and cluster.proxy_mode == "ipvs":
        nodes = cluster.node_ips
        for index, text, ip in external:
            if ip in nodes:
                yield invalid(
                    field("spec", "externalIPs", index), text, "is a node's address: under IPVS the node is lost"
                )


@rule(
    "ELB641",
    "external-ip-that-may-be-a-node",
    "Where a cluster may use IPVS, an external IP is surely no node's address.",
    _NOTE,
    "externalIPs",
    fix="Make sure that it is no node's address, and tell elbguard by --proxy-mode and --node-ip.",
    why="the addresses of the nodes or the proxy mode are not known here, so nobody can rule it out.",
    severity=Severity.WARNING,
    covers=("S015",),
    scopes=SERVED,
)
def an_external_ip_may_be_a_node(service: Service, cluster: Cluster) -> Iterator[Problem]:
    ipvs = cluster.proxy_mode == "ipvs" if cluster.knows("proxy_mode") else None
    nodes = cluster.node_ips if cluster.knows("node_ips") else None
    if ipvs is False or (ipvs and nodes is not None):
        return
    lost = "under IPVS the node is lost" if ipvs else "under IPVS the node would be lost"
    for index, text, ip in _external(service):
        if nodes is None:
            yield invalid(field("spec", "externalIPs", index), text, f"must not be a node's address: {lost}")
        elif ip in nodes:
            yield invalid(field("spec", "externalIPs", index), text, f"is a node's address: {lost}")

"""What the API server's answers tell about a cluster. Only what is certain is told; None where there is no sign.

Source: the catalogue's `cluster_facts`. No document gives a sign of the proxy mode, or of not being Turbo.
"""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from elbguard.cluster.asking import Api, ApiError, at
from elbguard_rules.core.facts import ClusterType, Version
from elbguard_rules.core.ip_addresses import IPAddress, address

NODES: Final = "/api/v1/nodes"
VERSION: Final = "/version"
# Discovery shows the CRD securitygroups.crd.yangtse.cni to whoever is authenticated; reading CRDs would need a role.
TURBO_GROUP: Final = "crd.yangtse.cni"
DEFAULT_NETWORK: Final = (
    "/apis/k8s.cni.cncf.io/v1/namespaces/kube-system/network-attachment-definitions/default-network"
)
_ADDRESSES: Final = ("InternalIP", "ExternalIP", "Hostname")  # a host name counts where it is an address


def version(api: Api) -> Version | None:
    """The cluster version. A version without `-rN` is not CCE's. Raises ApiError."""
    text = at(api.get(VERSION, {}), "gitVersion")
    with contextlib.suppress(ValueError):
        found = Version.parse(text) if isinstance(text, str) else None
        return found if found and found.revision is not None else None
    return None


def turbo(api: Api) -> ClusterType | None:
    """`turbo` where one sign of it is there. Raises ApiError where none is and one of them could not be read."""
    trouble: ApiError | None = None
    for sign in (_security_groups, _default_network):
        try:
            if sign(api):
                return "turbo"
        except ApiError as error:
            trouble = error
    if trouble:
        raise trouble
    return None


def addresses(node: Mapping[str, Any]) -> frozenset[IPAddress]:
    """The addresses of a node."""
    found: set[IPAddress] = set()
    for entry in _list(node, "status", "addresses"):
        text = at(entry, "address")
        if at(entry, "type") in _ADDRESSES and isinstance(text, str) and (ip := address(text)):
            found.add(ip)
    return frozenset(found)


def _security_groups(api: Api) -> bool:
    """Whether the CRD securitygroups.crd.yangtse.cni is served."""
    for entry in _list(_there(api, f"/apis/{TURBO_GROUP}"), "versions"):
        group_version = at(entry, "groupVersion")
        if isinstance(group_version, str) and group_version.startswith(f"{TURBO_GROUP}/"):
            resources = _list(_there(api, f"/apis/{group_version}"), "resources")
            if any(at(resource, "name") == "securitygroups" for resource in resources):
                return True
    return False


def _default_network(api: Api) -> bool:
    """Whether the default network of Pods is that of Cloud Native Network 2.0."""
    network = _there(api, DEFAULT_NETWORK)
    config = at(network, "spec", "config")
    marked = at(network, "metadata", "annotations", "yangtse.io/default-network")
    return (isinstance(config, str) and "eni-neutron" in config) or marked not in (None, "false")


def _there(api: Api, path: str) -> Any:
    """What is at a path; None where there is nothing."""
    try:
        return api.get(path, {})
    except ApiError as error:
        if error.status == 404:
            return None
        raise


def _list(value: Any, *keys: str) -> list[Any]:
    found = at(value, *keys)
    return found if isinstance(found, list) else []

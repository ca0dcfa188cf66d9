"""Plans of Terraform as `terraform show -json` documents them (format 1.2), with the fields that providers give.

The values are those of hashicorp/kubernetes 2.x for a `kubernetes_service_v1`, as its schema has them.
"""

from typing import Any, Final

ID: Final = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
_UNKNOWN: Final[dict[str, Any]] = {
    "id": True,
    "metadata": [{"annotations": {}, "generation": True, "resource_version": True, "uid": True}],
    "spec": [
        {
            "cluster_ip": True,
            "cluster_ips": True,
            "health_check_node_port": True,
            "internal_traffic_policy": True,
            "ip_families": True,
            "ip_family_policy": True,
            "port": [{"node_port": True}],
            "selector": {},
            "session_affinity_config": True,
        }
    ],
    "status": True,
}


def values(annotations: Any, name: str = "web", port: Any = 80, **spec: Any) -> dict[str, Any]:
    """The values of a Service."""
    return {
        "metadata": [
            {"annotations": annotations, "generate_name": None, "labels": None, "name": name, "namespace": "shop"}
        ],
        "spec": [
            {
                "allocate_load_balancer_node_ports": True,
                "external_ips": None,
                "external_name": None,
                "external_traffic_policy": "Cluster",
                "load_balancer_class": None,
                "load_balancer_ip": None,
                "load_balancer_source_ranges": None,
                "port": [
                    {"app_protocol": None, "name": "http", "port": port, "protocol": "TCP", "target_port": "8080"}
                ],
                "publish_not_ready_addresses": False,
                "selector": {"app": "web"},
                "session_affinity": "None",
                "type": "LoadBalancer",
                **spec,
            }
        ],
        "timeouts": None,
        "wait_for_load_balancer": True,
    }


def standing(given: dict[str, Any]) -> dict[str, Any]:
    """The values of a Service that is there: with what only the cluster knows."""
    metadata, spec = given["metadata"][0], given["spec"][0]
    return {
        **given,
        "id": f"shop/{metadata['name']}",
        "metadata": [{**metadata, "generation": 0, "resource_version": "4711", "uid": ID}],
        "spec": [
            {
                **spec,
                "cluster_ip": "10.247.1.2",
                "cluster_ips": ["10.247.1.2"],
                "health_check_node_port": 0,
                "internal_traffic_policy": "Cluster",
                "ip_families": ["IPv4"],
                "ip_family_policy": "SingleStack",
                "port": [{**port, "node_port": 31234} for port in spec["port"]],
                "session_affinity_config": [],
            }
        ],
        "status": [{"load_balancer": [{"ingress": [{"hostname": "", "ip": "10.0.0.9"}]}]}],
    }


def unknown(*keys: str, everything: bool = False, **spec: Any) -> dict[str, Any]:
    """What is not known of a Service that is made: what the cluster gives, and some annotations or all of them."""
    metadata = {**_UNKNOWN["metadata"][0], "annotations": True if everything else dict.fromkeys(keys, True)}
    return {**_UNKNOWN, "metadata": [metadata], "spec": [{**_UNKNOWN["spec"][0], **spec}]}


def change(
    address: str,
    after: dict[str, Any] | None,
    *,
    before: dict[str, Any] | None = None,
    actions: tuple[str, ...] = ("create",),
    after_unknown: Any = None,
    type: str = "kubernetes_service_v1",  # noqa: A002 - Terraform's word
) -> dict[str, Any]:
    """What is done to one resource."""
    return {
        "address": address,
        "mode": "managed",
        "type": type,
        "name": address.rpartition(".")[2],
        "provider_name": "registry.terraform.io/hashicorp/kubernetes",
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": _UNKNOWN if after_unknown is None and actions == ("create",) else after_unknown or {},
            "before_sensitive": {} if before else False,
            "after_sensitive": {},
        },
    }


def plan(*changes: dict[str, Any]) -> dict[str, Any]:
    """A plan that does this; a resource stands in the module that its address names."""
    root: dict[str, Any] = {}
    for each in changes:
        after = each["change"]["after"]
        if after is None:
            continue
        module = root
        parts = each["address"].split(".")
        for at in range(0, len(parts) - 2, 2):
            name = ".".join(parts[: at + 2])
            called = module.setdefault("child_modules", [])
            if not any(child["address"] == name for child in called):
                called.append({"address": name})
            module = next(child for child in called if child["address"] == name)
        kept = {name: each[name] for name in ("address", "mode", "type", "name", "provider_name")}
        module.setdefault("resources", []).append(
            {**kept, "schema_version": 1, "values": after, "sensitive_values": {}}
        )
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": root},
        "resource_changes": list(changes),
        "configuration": {"provider_config": {}, "root_module": {}},
        "timestamp": "2026-11-28T12:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def state(address: str, given: dict[str, Any], type: str = "kubernetes_service_v1") -> dict[str, Any]:  # noqa: A002
    """A state with one resource."""
    made = plan(change(address, standing(given), actions=("no-op",), type=type))
    return {
        "format_version": "1.0",
        "terraform_version": "1.9.8",
        "values": {"root_module": made["planned_values"]["root_module"]},
    }

"""The shape of Terraform's `kubernetes_service` as that of a Service: data, and nodes that stand where the plan's do.

The names are those of hashicorp/kubernetes (registry documentation, kubernetes_service_v1): blocks are lists, names
have underscores, what is not given is null, "" or 0.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

import yaml

from elbguard_rules.core.record import record

UNKNOWN: Final = "${(known after apply)}"  # a variable, by which rules about it stand down
SENSITIVE: Final = "${(sensitive value)}"  # likewise: what the report would show is not for everybody's eyes
_EMPTY: Final[tuple[Any, ...]] = (None, "", 0, [], {})
_BLOCKS: Final = ("metadata", "spec", "status", "session_affinity_config", "client_ip", "load_balancer")
_NAMES: Final = {
    "port": "ports",
    "cluster_ip": "clusterIP",
    "cluster_ips": "clusterIPs",
    "external_ips": "externalIPs",
    "load_balancer_ip": "loadBalancerIP",
    "client_ip": "clientIP",
}
_TEXTS: Final = ("annotations", "labels", "selector")  # maps whose keys are the author's
_BY_THE_CLUSTER: Final = frozenset(  # what it fills in where nobody says it, and Terraform knows after that only
    {
        "cluster_ip",
        "cluster_ips",
        "generation",
        "health_check_node_port",
        "internal_traffic_policy",
        "ip_families",
        "ip_family_policy",
        "node_port",
        "resource_version",
        "self_link",
        "session_affinity_config",
        "status",
        "uid",
    }
)
_OURS: Final = ("metadata", "spec", "status")


@record
class Shaped:
    """A value as data, and the node that stands for it."""

    data: Any
    node: yaml.Node


def service(values: Mapping[str, Any], node: yaml.Node, unknown: Any, *, standing: bool) -> Shaped:
    """A Service of a resource's values, with a variable in the place of what is not known yet.

    What a cluster fills in is left out then; of one that is `standing` also what only a cluster knows is kept.
    """
    given = {name: values.get(name) for name in _OURS if standing or name != "status"}
    told = unknown if isinstance(unknown, Mapping) else {}
    made = _mapped("", given, node, {name: told[name] for name in given if name in told})
    metadata = made.data.get("metadata")
    if not standing and isinstance(metadata, dict):
        metadata.pop("resourceVersion", None)
    return Shaped({"apiVersion": "v1", "kind": "Service", **made.data}, made.node)


def as_it_is(value: Any, node: yaml.Node, unknown: Any) -> Shaped:
    """A value in the words of Kubernetes, with variables in the place of what is not known yet."""
    if what := _withheld(unknown):
        return Shaped(what, _word(what, node))
    if isinstance(value, Mapping):
        told = unknown if isinstance(unknown, Mapping) else {}
        there = {key.value: (key, part) for key, part in node.value} if isinstance(node, yaml.MappingNode) else {}
        pairs = {key: there.get(key) or (_word(key, node), node) for key in dict.fromkeys([*value, *told])}
        parts = {key: as_it_is(value.get(key), part, told.get(key)) for key, (_, part) in pairs.items()}
        parts = {key: part for key, part in parts.items() if part.data is not None}
        inner = [(pairs[key][0], part.node) for key, part in parts.items()]
        made = yaml.MappingNode("", inner, node.start_mark, node.end_mark, flow_style=True)
        return Shaped({key: part.data for key, part in parts.items()}, made)
    return Shaped(value, node)


def _shaped(name: str, value: Any, node: yaml.Node, unknown: Any) -> Shaped:
    if what := _withheld(unknown):
        return Shaped(what, _word(what, node))
    if name in _BLOCKS and isinstance(value, list):
        inner = node.value[0] if isinstance(node, yaml.SequenceNode) and node.value else node
        return _shaped(name, value[0] if value else None, inner, _of(unknown, 0))
    if isinstance(value, Mapping) or isinstance(unknown, Mapping):
        given = value if isinstance(value, Mapping) else {}
        return _mapped(name, given, node, unknown if isinstance(unknown, Mapping) else {})
    if isinstance(value, list):
        return _listed(name, value, node, unknown)
    number = name == "target_port" and isinstance(value, str) and value.isdecimal()
    return Shaped(int(value) if number else value, node)


def _listed(name: str, value: Sequence[Any], node: yaml.Node, unknown: Any) -> Shaped:
    there = node.value if isinstance(node, yaml.SequenceNode) else []  # fewer, where the object before had more
    inner = [*there, *[node] * (len(value) - len(there))]
    parts = [_shaped(f"{name}[]", item, inner[at], _of(unknown, at)) for at, item in enumerate(value)]
    made = yaml.SequenceNode("", [part.node for part in parts], node.start_mark, node.end_mark, flow_style=True)
    return Shaped([part.data for part in parts], made)


def _mapped(name: str, value: Mapping[str, Any], node: yaml.Node, unknown: Mapping[str, Any]) -> Shaped:
    there = {key.value: (key, part) for key, part in node.value} if isinstance(node, yaml.MappingNode) else {}
    data: dict[str, Any] = {}
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    for key in dict.fromkeys([*value, *unknown]):
        told = unknown.get(key)
        if name not in _TEXTS and told is True and key in _BY_THE_CLUSTER:
            continue
        key_node, part_node = there.get(key) or (_word(key, node), node)
        part = _shaped("" if name in _TEXTS else key, value.get(key), part_node, told)
        if name in _TEXTS or part.data not in _EMPTY or isinstance(part.data, bool):
            own = key if name in _TEXTS else named(key, within=name)
            data[own] = part.data
            pairs.append((_word(own, key_node), part.node))
    return Shaped(data, yaml.MappingNode("", pairs, node.start_mark, node.end_mark, flow_style=True))


def _withheld(unknown: Any) -> str:
    """What stands in the place of a value that is not known, or not to be shown; nothing where it is given."""
    return UNKNOWN if unknown is True else SENSITIVE if unknown == SENSITIVE else ""


def either(unknown: Any, sensitive: Any) -> Any:
    """Both in one tree: what is not known yet (true), and what is not to be shown (SENSITIVE)."""
    if unknown is True or sensitive is True:
        return True if unknown is True else SENSITIVE
    if isinstance(unknown, Mapping) or isinstance(sensitive, Mapping):
        ours, theirs = (part if isinstance(part, Mapping) else {} for part in (unknown, sensitive))
        return {key: either(ours.get(key), theirs.get(key)) for key in dict.fromkeys([*ours, *theirs])}
    if isinstance(unknown, list) or isinstance(sensitive, list):
        lists = [part if isinstance(part, list) else [] for part in (unknown, sensitive)]
        return [either(*pair) for pair in zip_longest(*lists)]
    return None


def _of(unknown: Any, at: int) -> Any:
    return unknown[at] if isinstance(unknown, list) and at < len(unknown) else None


def _word(text: str, near: yaml.Node) -> yaml.ScalarNode:
    """A text that stands where a key does; in the place of a value that is not there, where its parent begins."""
    end = near.end_mark
    if not isinstance(near, yaml.ScalarNode):
        start = near.start_mark
        end = yaml.Mark("", start.index + 1, start.line, start.column + 1, None, 0)
    return yaml.ScalarNode("", text, near.start_mark, end, style='"')


def named(key: str, within: str = "") -> str:
    """A name of Terraform's as Kubernetes writes it: `external_traffic_policy` is externalTrafficPolicy."""
    if key in _NAMES and within != "port[]":  # where `port` is the number
        return _NAMES[key]
    first, *others = key.split("_")
    return first + "".join(map(str.capitalize, others))

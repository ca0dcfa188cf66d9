"""Plans and states of Terraform: the resources in what `terraform show -json` prints, with where they stand in it.

The format is HashiCorp's "JSON Output Format" (developer.hashicorp.com/terraform/internals/json-format): of a plan
`planned_values` has what will be, without what is not known yet, and `resource_changes` what is done to get there; of
a state `values` has what is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Final

from elbguard.check.nodes import Path
from elbguard.terraform.blocks import either
from elbguard_rules.core.record import record

_VERSION: Final = "format_version"
_PARTS: Final = ("planned_values", "resource_changes", "values")
_MAJORS: Final = ("0", "1")  # of the format; a later one may say things otherwise, and is to be rejected
_DEEPEST: Final = 100  # modules within modules
_LASTING: Final = (["no-op"], ["read"])  # what is done where nothing is asked of the cluster
_UPDATE: Final = ["update"]


@record
class Planned:
    """A resource: its address and type, its values, where they stand, and what of them is not known or not to be shown.

    `before` are the values that an update replaces. What is `standing` is there already, and nothing changes it.
    """

    address: str
    type: str
    values: Mapping[str, Any]
    path: Path
    unknown: Any = None
    before: Mapping[str, Any] | None = field(default=None)
    standing: bool = False


def is_plan(value: Any) -> bool:
    """Whether a document is a plan or a state of Terraform, in the words of its JSON."""
    return _looks_like_one(value) and value[_VERSION].partition(".")[0] in _MAJORS


def unknown_format(value: Any) -> str:
    """The version of the format of a plan or a state that is later than what is known here; nothing for all else."""
    return value[_VERSION] if _looks_like_one(value) and not is_plan(value) else ""


def _looks_like_one(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get(_VERSION), str)
        and any(isinstance(value.get(part), Mapping | list) for part in _PARTS)
    )


def resources(plan: Mapping[str, Any]) -> Iterator[Planned]:
    """The resources that there will be, or are. What is deleted is not among them."""
    changes = dict(_changes(plan))
    for root, always in (("planned_values", False), ("values", True)):
        if isinstance(plan.get(root), Mapping):
            for path, resource in _in_module(plan[root].get("root_module"), (root, "root_module"), 0):
                address = str(resource.get("address") or "")
                values = resource.get("values")
                if resource.get("mode", "managed") == "managed" and isinstance(values, Mapping):
                    change = changes.get(address, ((), {}))[1]
                    yield _planned(address, resource, values, (*path, "values"), change, standing=always)
            return
    for address, (path, change) in changes.items():
        after = change.get("after")
        if isinstance(after, Mapping):
            yield _planned(address, _at(plan, path[:-1]), after, (*path, "after"), change, standing=False)


def _planned(
    address: str,
    resource: Mapping[str, Any],
    values: Mapping[str, Any],
    path: Path,
    change: Mapping[str, Any],
    *,
    standing: bool,
) -> Planned:
    actions, before = change.get("actions"), change.get("before")
    return Planned(
        address,
        str(resource.get("type") or ""),
        values,
        path,
        either(change.get("after_unknown"), resource.get("sensitive_values") or change.get("after_sensitive")),
        before if actions == _UPDATE and isinstance(before, Mapping) else None,
        standing or actions in _LASTING,
    )


def _in_module(module: Any, path: Path, depth: int) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The resources of a module and of those that it calls."""
    if not isinstance(module, Mapping) or depth > _DEEPEST:
        return
    listed = module.get("resources")
    for number, resource in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(resource, Mapping):
            yield (*path, "resources", number), resource
    called = module.get("child_modules")
    for number, child in enumerate(called if isinstance(called, list) else ()):
        yield from _in_module(child, (*path, "child_modules", number), depth + 1)


def _changes(plan: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Path, Mapping[str, Any]]]]:
    """What is done to each resource that is managed, by its address, with where that stands."""
    listed = plan.get("resource_changes")
    for number, resource in enumerate(listed if isinstance(listed, list) else ()):
        change = resource.get("change") if isinstance(resource, Mapping) else None
        # an object that was replaced and could not be deleted has the address of the one in its place
        if isinstance(change, Mapping) and resource.get("mode", "managed") == "managed" and not resource.get("deposed"):
            yield str(resource.get("address") or ""), (("resource_changes", number, "change"), change)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value

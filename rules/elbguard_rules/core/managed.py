"""Whom an annotation belongs to, as the API server and kubectl keep account of it.

Source: Kubernetes, Server-Side Apply, "Field management": managedFields say who set a field. They are written before
admission is asked, so that what a webhook adds is nobody's until somebody sets it.
"""

from collections.abc import Mapping
from typing import Any, Final

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def is_nobodys(metadata: Mapping[str, Any], key: str) -> bool:
    """Whether it is certain that nobody set this annotation: others' owners are known, and it has none."""
    applied = _mapping(metadata.get("annotations")).get(LAST_APPLIED, "")
    if not isinstance(applied, str) or f'"{key}"' in applied:
        return False
    managers = metadata.get("managedFields")
    if not isinstance(managers, list):
        return False
    owned = [_annotations(manager) for manager in managers]
    return any(owned) and not any(f"f:{key}" in fields for fields in owned)


def _annotations(manager: object) -> Mapping[str, Any]:
    """The annotations that one manager has set."""
    fields = _mapping(_mapping(manager).get("fieldsV1"))
    return _mapping(_mapping(fields.get("f:metadata")).get("f:annotations"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

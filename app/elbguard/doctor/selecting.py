"""What selectors and rules of a webhook choose. Source: Kubernetes, Dynamic Admission Control, "Matching requests"."""

from collections.abc import Mapping
from typing import Any

from elbguard.cluster.asking import at
from elbguard.doctor.sight import listed, word


def chooses(selector: Any, given: Mapping[str, Any]) -> bool:
    """Whether a label selector chooses what has these labels; one that is not there chooses everything."""
    exact = at(selector, "matchLabels")
    if isinstance(exact, Mapping) and any(given.get(key) != value for key, value in exact.items()):
        return False
    return all(_holds(each, given) for each in listed(selector, "matchExpressions"))


def chosen_by(selector: Any) -> dict[str, str]:
    """Labels that a selector chooses, as far as it asks for any."""
    exact = at(selector, "matchLabels")
    found = {str(key): str(value) for key, value in exact.items()} if isinstance(exact, Mapping) else {}
    for each in listed(selector, "matchExpressions"):
        if word(each, "operator") in ("In", "Exists"):
            found.setdefault(word(each, "key"), next(map(str, listed(each, "values")), ""))
    return found


def covered(webhook: Any, operation: str, resource: str = "services") -> bool:
    """Whether the rules of a webhook ask it about an operation on Services."""
    return any(_covers(rule, operation, resource) for rule in listed(webhook, "rules"))


def _covers(rule: Any, operation: str, resource: str) -> bool:
    wanted = {"operations": operation, "apiGroups": "", "apiVersions": "v1", "resources": resource}
    for key, value in wanted.items():
        also = {value, "*", "*/*"} if key == "resources" else {value, "*"}
        if key == "resources" and "/" in value:
            also = {value, "*/*", f"{value.partition('/')[0]}/*", f"*/{value.partition('/')[2]}"}
        if not also.intersection(map(str, listed(rule, key))):
            return False
    return word(rule, "scope") in ("", "*", "Namespaced")


def _holds(expression: Any, given: Mapping[str, Any]) -> bool:
    key, operator = word(expression, "key"), word(expression, "operator")
    value, values = given.get(key), listed(expression, "values")
    return {
        "In": key in given and value in values,
        "NotIn": key not in given or value not in values,
        "Exists": key in given,
        "DoesNotExist": key not in given,
    }.get(operator, False)

"""Step: the match conditions were kept. Kubernetes 1.27 and earlier drop them without a word.

Source: Kubernetes, Dynamic Admission Control, "Matching requests: matchConditions": alpha, and off, in 1.27; on from
1.28; without the feature the field is dropped. What elbguard installs is manifests/components/match-conditions.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.cluster.signs import VERSION
from elbguard.doctor.configurations import APPLY
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, wrong
from elbguard.doctor.installation import Hook, Installation
from elbguard.doctor.sight import Sight, among, listed, word

SERVED_FROM: Final = (1, 28)
CONDITIONS: Final = {
    "cce-load-balancer": "[object, oldObject].exists(o,"
    " o != null && o.spec.type == 'LoadBalancer' && !has(o.spec.loadBalancerClass))",
    "not-being-deleted": "object == null || !has(object.metadata.deletionTimestamp)",
    "not-exempt": "!(request.userInfo.username in ['system:kube-controller-manager', 'system:cloud-controller-manager']"
    " || request.userInfo.username.startsWith('system:serviceaccount:kube-system:'))",
    "not-a-mere-status": "!has(request.subResource) || request.subResource != 'status' || object == null"
    " || oldObject == null || has(object.metadata.annotations) != has(oldObject.metadata.annotations)"
    " || (has(object.metadata.annotations) && object.metadata.annotations != oldObject.metadata.annotations)",
}
_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_IGNORE: Final = "failurePolicy: Ignore, as manifests/base has it, so that no Service depends on elbguard"


def look(sight: Sight, installation: Installation) -> Iterator[Observation]:
    """Compare what is there with what was applied and with what this version installs. Raises Blind."""
    version = minor(sight)
    for hook in installation.counting():
        yield from _compared(hook, version)


def minor(sight: Sight) -> tuple[int, int] | None:
    """The cluster's Kubernetes version as two numbers; None where it does not say."""
    found = re.match(r"v?(\d+)\.(\d+)", word(sight.one(VERSION, Right("get", "version")), "gitVersion"))
    return (int(found[1]), int(found[2])) if found else None


def _compared(hook: Hook, version: tuple[int, int] | None) -> Iterator[Observation]:
    kept, applied = _of(hook.webhook), _applied(hook)
    if lost := [name for name in applied if name not in kept]:
        yield wrong(_lost(hook, lost, version), _cure(version))
    elif not kept:
        yield _none(hook, version)
    elif missing := [name for name in CONDITIONS if name not in kept]:
        says = f"{hook.title} has match conditions, but of those that elbguard installs it lacks {among(missing)}"
        yield wrong(says, f"{APPLY}, with components/match-conditions")
    elif changed := [name for name, text in CONDITIONS.items() if _flat(kept[name]) != _flat(text)]:
        says = f"in {hook.title} other text stands in {among(changed)} than in the manifests of this version"
        yield doubtful_but_works(
            says, "Let it be where you mean it, as with exempt users of your own; else apply again"
        )
    else:
        yield fine(f"{hook.title} has the {len(CONDITIONS)} match conditions of this version")


def _none(hook: Hook, version: tuple[int, int] | None) -> Observation:
    if word(hook.webhook, "failurePolicy") != "Fail":
        return fine(f"{hook.title} has no match conditions and failurePolicy Ignore, which go together")
    if version == (1, 27):
        says = f"{hook.title} has failurePolicy Fail and no match conditions, which Kubernetes 1.27 drops in silence"
        return wrong(f"{says}: every Service of the cluster depends on elbguard", _cure(version))
    says = f"{hook.title} has failurePolicy Fail and no match conditions: every Service depends on elbguard"
    return doubtful_but_works(says, _cure(version))


def _lost(hook: Hook, lost: list[str], version: tuple[int, int] | None) -> str:
    served = version is None or version >= SERVED_FROM
    why = "somebody took them away" if served else "this cluster does not know match conditions and drops them"
    dependent = ": every Service of the cluster depends on elbguard"
    danger = dependent if word(hook.webhook, "failurePolicy") == "Fail" else ""
    return f"of the match conditions that were applied {hook.title} has not kept {among(lost)}: {why}{danger}"


def _cure(version: tuple[int, int] | None) -> str:
    if version is not None and version < SERVED_FROM:
        return f"This Kubernetes has no match conditions: set {_IGNORE}"
    return (
        f"{APPLY}, with components/match-conditions (Kubernetes 1.28 and later); where they are not kept set {_IGNORE}"
    )


def _applied(hook: Hook) -> Mapping[str, str]:
    """The conditions that `kubectl apply` was given, as it noted by itself."""
    note = at(hook.configuration, "metadata", "annotations", _APPLIED)
    try:
        given = json.loads(note) if isinstance(note, str) else None
    except (ValueError, RecursionError):
        return {}
    name = word(hook.webhook, "name")
    return next((_of(each) for each in listed(given, "webhooks") if word(each, "name") == name), {})


def _of(webhook: Any) -> dict[str, str]:
    return {word(each, "name"): word(each, "expression") for each in listed(webhook, "matchConditions")}


def _flat(expression: str) -> str:
    return "".join(expression.split())

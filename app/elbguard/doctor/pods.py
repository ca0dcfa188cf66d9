"""The replicas as the API server shows them: how they are, and with which arguments and volumes they run."""

from collections.abc import Mapping
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.sight import Entity, Sight, listed, path_in, word

_MOST: Final = 3  # Pods whose troubles are told
_ENDED: Final = ("Succeeded", "Failed")


class Pods:
    """The Pods behind Services."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight

    def of(self, namespace: str, selector: Any) -> tuple[Entity, ...]:
        """Those that a Service's selector chooses and that have not ended. Raises Blind."""
        if not isinstance(selector, Mapping) or not selector:
            return ()
        labels = ",".join(f"{key}={value}" for key, value in selector.items())
        found = self._sight.all(path_in(namespace, "pods"), Right("list", "pods", namespace), labels) or ()
        return tuple(pod for pod in found if word(pod, "status", "phase") not in _ENDED)

    def troubles(self, namespace: str, selector: Any) -> str:
        """What keeps them from being ready, in words. Raises Blind."""
        found = self.of(namespace, selector)
        if not found:
            return "there is no Pod for it"
        told = [f"Pod {word(pod, 'metadata', 'name')}: {_trouble(pod)}" for pod in found[:_MOST]]
        return "; ".join(told + ([f"and {len(found) - _MOST} more"] if len(found) > _MOST else []))


def container(pod: Any) -> Mapping[str, Any]:
    """The container that serves: the one called elbguard, or the first. Of a Pod or a Pod template."""
    found = [each for each in listed(pod, "spec", "containers") if isinstance(each, Mapping)]
    return next((each for each in found if each.get("name") == "elbguard"), found[0] if found else {})


def arguments(pod: Any) -> list[str]:
    """The words of its command line."""
    serving = container(pod)
    return [str(word) for key in ("command", "args") for word in listed(serving, key)]


def flag(pod: Any, name: str) -> str | None:
    """What a flag of its command line says, or its variable; "" for one without a value; None where it is not given."""
    words = arguments(pod)
    for index, text in enumerate(words):
        if text.startswith(f"{name}="):
            return text.partition("=")[2]
        if text == name:
            follows = words[index + 1] if index + 1 < len(words) else ""
            return "" if follows.startswith("-") else follows
    variable = "ELBGUARD_" + name.removeprefix("--").upper().replace("-", "_")
    return next((word(each, "value") for each in listed(container(pod), "env") if word(each, "name") == variable), None)


def volume(pod: Any, file: str) -> Mapping[str, Any]:
    """The volume that a file of its container is in; an empty one where it is in none."""
    mounts = [each for each in listed(container(pod), "volumeMounts") if _is_in(file, word(each, "mountPath"))]
    if not mounts:
        return {}
    name = word(max(mounts, key=lambda each: len(word(each, "mountPath"))), "name")
    found = (each for each in listed(pod, "spec", "volumes") if word(each, "name") == name)
    return next((each for each in found if isinstance(each, Mapping)), {})


def _is_in(file: str, folder: str) -> bool:
    return bool(folder) and file.startswith(folder.rstrip("/") + "/")


def _trouble(pod: Any) -> str:
    for status in listed(pod, "status", "containerStatuses"):
        for state in ("waiting", "terminated"):
            if reason := word(status, "state", state, "reason"):
                message = word(status, "state", state, "message")
                return f"{reason}{f', {message[:200]}' if message else ''}"
    for condition in listed(pod, "status", "conditions"):
        if at(condition, "status") == "False" and (reason := word(condition, "reason")):
            return f"{reason}{f', {text[:200]}' if (text := word(condition, 'message')) else ''}"
    return word(pod, "status", "phase") or "no state"

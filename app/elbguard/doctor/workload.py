"""How elbguard is run: its Pods, or the Deployment that makes them, and the settings that they are given."""

from functools import cached_property
from typing import Any, Final

from elbguard.cluster.asking import at
from elbguard.cluster.rights import Right
from elbguard.doctor.answering import service
from elbguard.doctor.installation import LABEL, NAME, Address, Installation
from elbguard.doctor.pods import Pods, flag, volume
from elbguard.doctor.selecting import chooses
from elbguard.doctor.sight import Blind, Entity, Sight, labels, path_in, word

KEPT_IN: Final = "elbguard-tls"  # where nothing says otherwise
_FILE: Final = "config.yaml"


class Workload:
    """What runs behind the Service; where elbguard is called without one, the Pods that have its label."""

    def __init__(self, sight: Sight, installation: Installation, pods: Pods) -> None:
        self._sight, self._installation, self._pods = sight, installation, pods

    @cached_property
    def replicas(self) -> tuple[Entity, ...]:
        """The Pods. Raises Blind."""
        address = self._installation.service()
        if address is None:
            found = self._sight.all(path_in("", "pods"), Right("list", "pods"), f"{LABEL}={NAME}") or ()
            return tuple(pod for pod in found if word(pod, "status", "phase") not in ("Succeeded", "Failed"))
        found_service = service(self._sight, address)
        return self._pods.of(address.namespace, at(found_service, "spec", "selector"))

    def template(self) -> Any:
        """A Pod, or the Pod template of the Deployment behind the Service; None where neither can be seen."""
        try:
            if self.replicas:
                return self.replicas[0]
            address = self._installation.service()
            return self._deployed(address) if address else None
        except Blind:
            return None

    def secret_name(self) -> str:
        """The Secret that the serving certificate is in."""
        template = self.template()
        if template is not None and (file := flag(template, "--tls-cert")):
            return word(volume(template, file), "secret", "secretName")
        return (template is not None and flag(template, "--secret-name")) or KEPT_IN

    def configuration(self, namespace: str) -> tuple[str, str]:
        """Where the settings' file is, as a name for people, and its text; both empty where there is none to see.

        Raises Blind.
        """
        template = self.template()
        file = flag(template, "--config") if template is not None else None
        name = word(volume(template, file), "configMap", "name") if file else ""
        if not file or not name:
            return "", ""
        right = Right("get", "configmaps", namespace)
        found = self._sight.one(path_in(namespace, "configmaps", name), right)
        return f"the ConfigMap {namespace}/{name}", word(found, "data", file.rpartition("/")[2] or _FILE)

    def _deployed(self, address: Address) -> Any:
        selector = at(service(self._sight, address), "spec", "selector")
        right = Right("list", "deployments.apps", address.namespace)
        found = self._sight.all(path_in(address.namespace, "deployments", group="apis/apps/v1"), right) or ()
        templates = (at(each, "spec", "template") for each in found)
        return next((each for each in templates if selector and chooses({"matchLabels": selector}, labels(each))), None)

"""Needs: what annotations say they need, as rules to ask: a dedicated load balancer, a Turbo cluster, a listener."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elbguard_rules.annotations.elb_class import ELB_CLASS, class_of
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Check, Problems
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.need import Dedicated, Listener, Need, Turbo
from elbguard_rules.core.problem import Problem, forbidden
from elbguard_rules.core.service import Service


@dataclass(frozen=True, slots=True)
class Unmet:
    """Asks whether a Service lacks what an annotation needs; the policy for the API server is made from it."""

    owner: Annotation[Any]
    need: Need

    def __call__(self, service: Service, cluster: Cluster) -> Problems:
        """A problem at the annotation, where it is used."""
        value = service[self.owner]
        if value is not None and self.used(value):
            yield from _unmet(self.need, self.owner, service, cluster)

    def used(self, value: Any) -> bool:
        """Whether this value of the annotation needs it."""
        return (self.need.used or self.owner.reader.used)(value)


def checks(owner: Annotation[Any]) -> Iterator[Check]:
    """The needs of an annotation as rules to ask."""
    return (Check(need.rule, Unmet(owner, need), (owner.key,)) for need in owner.needs)


def _unmet(need: Need, owner: Annotation[Any], service: Service, cluster: Cluster) -> Iterator[Problem]:
    match need:
        case Dedicated():
            if class_of(service) == "union":
                hint = "" if ELB_CLASS in service else " (it is not written, so a shared one is created)"
                yield forbidden(
                    owner.where, f"needs a dedicated load balancer: kubernetes.io/elb.class performance{hint}"
                )
        case Listener(protocols=protocols):
            listeners = service[PROTOCOL_PORT]
            if not (listeners and listeners.speak(*protocols)):
                words = " or ".join(protocols)
                yield forbidden(
                    owner.where, f"has no effect without an {words} entry in kubernetes.io/elb.protocol-port"
                )
        case Turbo():
            if cluster.type == "standard":
                yield forbidden(owner.where, "has an effect in CCE Turbo clusters only, this one is standard")

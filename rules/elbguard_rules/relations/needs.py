"""Needs: what many annotations have in common: they want a dedicated load balancer, a Turbo cluster, or a listener.

Made into rules by the modules of this package, one for each annotation, so that each can be switched by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from elbguard_rules.annotations.elb_class import ELB_CLASS, class_of
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Check
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, forbidden
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service

Used = Callable[[Any], bool]


def switched_on(value: str) -> bool:
    """Whether a switch says "true"; what is off needs nothing."""
    return value == "true"


@dataclass(frozen=True, slots=True)
class Dedicated:
    """What `dedicated` asks of a Service; the policy for the API server is made from it."""

    owner: Annotation[Any]
    used: Used

    def __call__(self, service: Service, cluster: Cluster) -> Iterator[Problem]:
        """A problem where the annotation is used on a shared load balancer."""
        if _uses(service, self.owner, self.used) and class_of(service) == "union":
            hint = "" if ELB_CLASS in service else " (it is not written, so a shared one is created)"
            yield forbidden(
                self.owner.where, f"needs a dedicated load balancer: kubernetes.io/elb.class performance{hint}"
            )


def dedicated(rule: Rule, owner: Annotation[Any], used: Used = bool) -> Check:
    """A rule that the annotation, when its value is `used`, stands on a dedicated load balancer.

    It is skipped for an existing load balancer whose class is not written.
    """
    return Check(rule, Dedicated(owner, used), (owner.key,))


def listener(rule: Rule, owner: Annotation[Any], *protocols: str, used: Used = bool) -> Check:
    """A rule that the annotation, when its value is `used`, stands beside a listener of one of the protocols."""
    words = " or ".join(protocols)

    def check(service: Service, cluster: Cluster) -> Iterator[Problem]:
        if not _uses(service, owner, used):
            return
        listeners = service[PROTOCOL_PORT]
        if not (listeners and listeners.speak(*protocols)):
            yield forbidden(owner.where, f"has no effect without an {words} entry in kubernetes.io/elb.protocol-port")

    return Check(rule, check, (owner.key,))


def turbo(rule: Rule, owner: Annotation[Any], used: Used = bool) -> Check:
    """A rule that the annotation, when its value is `used`, stands in a CCE Turbo cluster."""

    def check(service: Service, cluster: Cluster) -> Iterator[Problem]:
        if _uses(service, owner, used) and cluster.type == "standard":
            yield forbidden(owner.where, "has an effect in CCE Turbo clusters only, this one is standard")

    return Check(rule, check, (owner.key,))


def _uses(service: Service, owner: Annotation[Any], used: Used) -> bool:
    value = service[owner]
    return value is not None and used(value)

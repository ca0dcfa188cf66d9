"""Profiles: what only one of the two clouds documents."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT, Listeners
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster, outside_otc
from elbguard_rules.core.problem import Problem, Severity, annotation, forbidden
from elbguard_rules.core.service import Service
from elbguard_rules.documents import OTC
from elbguard_rules.owners import ANNOTATIONS

NOT_IN_OTC: Final = frozenset(owner.key for owner in ANNOTATIONS if "otc" not in owner.clouds)
_DETAIL: Final = "no document of Open Telekom Cloud knows {}: it may have no effect"


@rule(
    "ELB908",
    "unknown-to-otc",
    "What a Service in Open Telekom Cloud uses stands in a document of that cloud.",
    OTC.quote("annotations of a LoadBalancer Service", "The edition of April 2026 has none of these."),
    fix="Leave it out, or make sure that it has its effect.",
    why="only documents of Huawei Cloud, or notes about its clusters, know the rest; nobody says that it works here"
    " too.",
    severity=Severity.WARNING,
    always=True,
    silent_in=outside_otc,
)
def otc_documents_what_is_used(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for key, text in service.annotations.items():
        if key in NOT_IN_OTC and text:
            yield forbidden(annotation(key), _DETAIL.format("it"))
    for entry in (service[PROTOCOL_PORT] or Listeners()).speak("quic"):
        yield forbidden(PROTOCOL_PORT.at(entry.position), _DETAIL.format("a quic listener"))

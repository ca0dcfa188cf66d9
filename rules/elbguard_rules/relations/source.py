"""Which load balancer: an existing one or one to create, and not both."""

from collections.abc import Iterator, Mapping
from typing import Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.annotations.bookkeeping import CUSTOM_EIP_STATUS, EIP_ID, LISTENER_PORT, LISTENER_PORT_RANGES, MARK
from elbguard_rules.annotations.elb_id import ELB_ID
from elbguard_rules.annotations.elb_ip import ELB_IP
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CLUSTERS, CREATING, EIP, TABLE_1, TABLE_4
from elbguard_rules.relations.keys import misplaced_source


@rule(
    "ELB110",
    "no-load-balancer",
    "A Service names its load balancer: elb.id for an existing one, elb.autocreate for one to create.",
    TABLE_4.quote("elb.autocreate: Mandatory", "The other table calls elb.id mandatory: exactly one source is needed."),
    fix="Add kubernetes.io/elb.id or kubernetes.io/elb.autocreate.",
    why="without either the Service stays at EXTERNAL-IP <pending>.",
    always=True,
    covers=("S034", "S054"),
)
def one_source_is_needed(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if ELB_ID in service or AUTOCREATE in service or ELB_IP in service:
        return
    if service.spec.get("loadBalancerIP"):
        return
    detail = "name an existing load balancer here, or describe one to create in kubernetes.io/elb.autocreate"
    if ELB_ID.key in service.annotations:
        detail = f"is empty, but must be 1 to 100 characters: {detail}"
    yield required(ELB_ID.where, detail + misplaced_source(service))


@rule(
    "ELB111",
    "id-beside-autocreate",
    "A Service is created with elb.id or with elb.autocreate, not with both.",
    CREATING.quote("cannot be specified concurrently"),
    ELB_ID,
    fix="Remove kubernetes.io/elb.autocreate to use the existing load balancer, or kubernetes.io/elb.id to create one.",
    why="CCE would use the existing load balancer, take it for its own, and may delete it along with the Service. After"
    " a creation both stand there: CCE writes the id back.",
    covers=("S054",),
)
def not_both_on_creation(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if _names_both(service) and not _was_alive(service):
        yield forbidden(ELB_ID.where, _DELETED)


@rule(
    "ELB115",
    "id-beside-autocreate-restored",
    "A Service restored as it was alive names its load balancer by elb.id, and still says how it was created.",
    EIP.quote("elb.autocreate, elb.id and elb.eip-id in one manifest", "A Service as it looks after its creation."),
    ELB_ID,
    fix="Remove kubernetes.io/elb.id to create a load balancer anew, or kubernetes.io/elb.autocreate to keep this one"
    " when the Service goes.",
    why="what CCE wrote beside the two tells that the load balancer was created for this Service. If it is gone, or"
    " belongs to another Service by now, it had better be named alone.",
    severity=Severity.WARNING,
)
def a_restored_service_may_have_both(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if _names_both(service) and _was_alive(service):
        yield forbidden(ELB_ID.where, _DELETED)


_DELETED: Final = "not together with kubernetes.io/elb.autocreate: that load balancer may be deleted with the Service"
WRITTEN_BY_CCE: Final = (EIP_ID, CUSTOM_EIP_STATUS, MARK, LISTENER_PORT, LISTENER_PORT_RANGES)


def _names_both(service: Service) -> bool:
    """Whether it begins to name both: as it is created, or as an update adds the description to an ID of its own."""
    begins = service.is_new or AUTOCREATE not in service.before
    return begins and ELB_ID in service and AUTOCREATE in service


def _was_alive(service: Service) -> bool:
    """Whether CCE has written into it already: a backup, or the dump of a live Service."""
    return any(owner in service or owner in service.before for owner in WRITTEN_BY_CCE)


def is_served(service: Service) -> bool:
    """Whether a Service, as it stands in a cluster, has a load balancer already: an address, or what CCE writes of one.

    CCE writes elb.id beside elb.autocreate; of a live Service that has both nobody can tell who wrote which. That CCE
    tried to make one (elb.mark) is no sign of it.
    """
    status = service.raw.get("status")
    balancer = status.get("loadBalancer") if isinstance(status, Mapping) else None
    addresses = balancer.get("ingress") if isinstance(balancer, Mapping) else None
    noted = any(owner in service for owner in WRITTEN_BY_CCE if owner is not MARK)
    return bool(addresses) or noted or (ELB_ID in service and AUTOCREATE in service)


_NOTES: Final = (LISTENER_PORT, LISTENER_PORT_RANGES, MARK)


@rule(
    "ELB136",
    "platform-annotation-given",
    "An annotation in which CCE keeps its own notes is written by CCE alone.",
    CLUSTERS.quote("Do not specify this annotation yourself.", "Said in Chinese, of elb.listener-port."),
    *_NOTES,
    fix="Leave the annotation out: CCE writes it.",
    severity=Severity.WARNING,
)
def cce_writes_its_own_notes(service: Service, cluster: Cluster) -> Iterator[Problem]:
    restored = EIP_ID in service or CUSTOM_EIP_STATUS in service or _names_both(service)
    for owner in _NOTES:
        if service.is_new and not (restored or service.stands) and owner in service:
            yield forbidden(owner.where, "CCE keeps its own notes there: leave it out")


@rule(
    "ELB112",
    "id-left-empty",
    "The ID of a load balancer is not empty.",
    TABLE_1.quote("The value can contain 1 to 100 characters."),
    ELB_ID,
    fix="Remove the annotation.",
    why="CCE reads an empty ID as if it were not there.",
    severity=Severity.WARNING,
)
def an_empty_id_is_none(service: Service, cluster: Cluster) -> Iterator[Problem]:
    named = AUTOCREATE in service or ELB_IP in service or service.spec.get("loadBalancerIP")
    if ELB_ID.key in service.annotations and ELB_ID not in service and named:
        yield required(ELB_ID.where, "is empty and counts as absent")

"""Access lists: what must stand beside the IP address groups, and what they need."""

from collections.abc import Iterator

from elbguard_rules.annotations.acl_id import ACL_ID
from elbguard_rules.annotations.acl_status import ACL_STATUS
from elbguard_rules.annotations.acl_type import ACL_TYPE
from elbguard_rules.annotations.elb_class import ELB_CLASS, class_of
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import ACCESS


@rule(
    "ELB866",
    "several-access-lists-on-shared",
    "Several IP address groups need a dedicated load balancer.",
    ACCESS.quote("Several IP address groups can be listed for dedicated load balancers"),
    ACL_ID,
    fix="List one IP address group, or use class performance.",
)
def several_groups_need_a_dedicated_load_balancer(service: Service, cluster: Cluster) -> Iterator[Problem]:
    groups = service[ACL_ID]
    if groups and len(groups) > 1 and class_of(service) == "union":
        hint = "" if ELB_CLASS in service else " (it is not written, so a shared one is created)"
        detail = (
            f"more than one IP address group needs a dedicated load balancer: kubernetes.io/elb.class performance{hint}"
        )
        yield forbidden(ACL_ID.where, detail)


@rule(
    "ELB874",
    "access-list-without-status",
    "Beside IP address groups stands whether access control is on.",
    ACCESS.quote("elb.acl-status: mandatory when an IP address group is given"),
    ACL_ID,
    fix='Add kubernetes.io/elb.acl-status with "on".',
)
def a_list_has_a_status(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ACL_ID] and ACL_STATUS not in service:
        yield required(ACL_STATUS.where, 'kubernetes.io/elb.acl-id needs it: "on" or "off"')


@rule(
    "ELB875",
    "access-list-without-type",
    "Beside IP address groups stands whether they are trusted or blocked.",
    ACCESS.quote("elb.acl-type: mandatory when an IP address group is given"),
    ACL_ID,
    fix="Add kubernetes.io/elb.acl-type with white, to let only these addresses in, or black, to block them.",
)
def a_list_has_a_type(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if service[ACL_ID] and ACL_TYPE not in service:
        yield required(ACL_TYPE.where, "kubernetes.io/elb.acl-id needs it: white or black")


@rule(
    "ELB876",
    "access-control-without-list",
    "The status and the type of access control belong to the IP address groups of elb.acl-id.",
    ACCESS.quote("elb.acl-id"),
    ACL_STATUS,
    ACL_TYPE,
    fix="Add kubernetes.io/elb.acl-id, or leave the annotation out.",
    why="without elb.acl-id CCE leaves access control as it is on the load balancer.",
    severity=Severity.WARNING,
)
def control_needs_a_list(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if ACL_ID.key in service.annotations:  # the empty text counts: it lets all addresses in
        return
    for owner in (ACL_STATUS, ACL_TYPE):
        if owner in service and service.annotations[owner.key] not in ("off", "false"):  # as if it were not there
            yield forbidden(owner.where, "has no effect without kubernetes.io/elb.acl-id")

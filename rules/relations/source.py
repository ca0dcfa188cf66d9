"""Which load balancer: an existing one or one to create, and not both."""

from collections.abc import Iterator
from typing import Final

from rules.annotations.autocreate import AUTOCREATE
from rules.annotations.elb_id import ELB_ID
from rules.core.facts import Cluster, Version
from rules.core.finding import Problem, Severity, field, forbidden, required
from rules.core.rule import Scope, rule
from rules.core.service import Service
from rules.documents import CREATING, TABLE_1, TABLE_4

_BY_ADDRESS: Final = "kubernetes.io/elb.ip"


@rule(
    "ELB110",
    "no-load-balancer",
    TABLE_4.quote("elb.autocreate: Mandatory", "The other table calls elb.id mandatory: exactly one source is needed."),
    always=True,
    covers=("S034", "S054"),
)
def one_source_is_needed(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A Service names its load balancer: elb.id for an existing one, elb.autocreate for one to create.

    Why: without either the Service stays at EXTERNAL-IP <pending>.
    Fix: add kubernetes.io/elb.id or kubernetes.io/elb.autocreate.
    """
    if ELB_ID in service or AUTOCREATE in service or service.annotations.get(_BY_ADDRESS):
        return
    if service.spec.get("loadBalancerIP"):
        return
    detail = "name an existing load balancer here, or describe one to create in elb.autocreate"
    if ELB_ID.key in service.annotations:
        detail = f"is empty, must be 1 to 100 characters: {detail}"
    yield required(ELB_ID.where, detail)


@rule("ELB111", "id-beside-autocreate", CREATING.quote("cannot be specified concurrently"), ELB_ID, covers=("S054",))
def not_both_on_creation(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A Service is created with elb.id or with elb.autocreate, not with both.

    Why: CCE would use the existing load balancer, take it for its own, and may delete it along with the Service. After
    a creation both stand there: CCE writes the id back.
    Fix: remove elb.autocreate to use the existing load balancer, or elb.id to create one.
    """
    if service.is_new and ELB_ID in service and AUTOCREATE in service:
        yield forbidden(
            ELB_ID.where, "not together with elb.autocreate: that load balancer may be deleted with the Service"
        )


@rule(
    "ELB112",
    "id-left-empty",
    TABLE_1.quote("The value can contain 1 to 100 characters."),
    ELB_ID,
    severity=Severity.WARNING,
)
def an_empty_id_is_none(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The ID of a load balancer is not empty.

    Why: CCE reads an empty ID as if it were not there.
    Fix: remove the annotation.
    """
    named = AUTOCREATE in service or service.annotations.get(_BY_ADDRESS) or service.spec.get("loadBalancerIP")
    if ELB_ID.key in service.annotations and ELB_ID not in service and named:
        yield required(ELB_ID.where, "is empty and counts as absent")


_LAST_BY_IP: Final = Version(1, 23)


@rule(
    "ELB113",
    "load-balancer-ip-on-new-cluster",
    CREATING.quote("loadBalancerIP: clusters of v1.23 and earlier"),
    "loadBalancerIP",
    severity=Severity.WARNING,
    scopes=(Scope.OURS, Scope.PLAIN),
)
def by_address_on_older_clusters(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """spec.loadBalancerIP chooses a load balancer in clusters of v1.23 and earlier.

    Fix: name the load balancer by kubernetes.io/elb.id.
    """
    named = ELB_ID in service or AUTOCREATE in service or service.annotations.get(_BY_ADDRESS)
    if named or not service.is_new or not service.spec.get("loadBalancerIP"):
        return
    if cluster.version.line > _LAST_BY_IP.line:
        yield forbidden(field("spec", "loadBalancerIP"), f"chooses no load balancer in {cluster.version}: use elb.id")

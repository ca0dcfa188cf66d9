"""What a dedicated load balancer to create must have, and what a shared one cannot have."""

from collections.abc import Iterator
from typing import Final

from pydantic import MISSING

from elbguard_rules.annotations.autocreate import AUTOCREATE, DEDICATED, Autocreate, is_elastic
from elbguard_rules.annotations.elb_class import ELB_CLASS, class_of
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster, Unknown, since
from elbguard_rules.core.problem import Problem, Severity, forbidden, invalid, required
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CREATING, HTTP, HTTPS, TABLE_5
from elbguard_rules.relations.layers import others
from elbguard_rules.vocabulary.made_names import is_placeholder

_L4_FLAVOR: Final = AUTOCREATE.having("l4_flavor_name", "l4_flavor_id")
_L7_FLAVOR: Final = AUTOCREATE.having("l7_flavor_name", "l7_flavor_id")


def _dedicated(service: Service) -> Autocreate | None:
    lb = service[AUTOCREATE]
    return lb if lb is not None and class_of(service) == "performance" else None


@rule(
    "ELB231",
    "dedicated-without-zone",
    "A dedicated load balancer says in which availability zones it is created.",
    TABLE_5.quote("available_zone: Yes. AZ where the load balancer is located."),
    AUTOCREATE,
    fix='Add available_zone, such as ["cn-south-2b"].',
    covers=("S066",),
)
def dedicated_needs_a_zone(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _dedicated(service)
    if lb and (lb.available_zone is MISSING or not lb.available_zone):
        yield required(AUTOCREATE.at("available_zone"), 'class performance needs its zones, such as ["cn-south-2b"]')


@rule(
    "ELB232",
    "empty-zone",
    "An availability zone is named by its code.",
    TABLE_5.quote("AZ where the load balancer is located."),
    AUTOCREATE.having("available_zone"),
    fix="Write the zone's code.",
    why='documents print [""] where they leave the zone to the reader.',
    severity=Severity.WARNING,
    covers=("S066",),
)
def a_zone_has_a_code(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if lb and lb.available_zone is not MISSING and not all(lb.available_zone) and lb.available_zone:
        yield required(
            AUTOCREATE.at("available_zone", lb.available_zone.index("")), "an entry is empty: write the code of a zone"
        )


_L7_ALONE: Final = since("v1.19.16-r50", "v1.21.11-r10", "v1.23.9-r10", "v1.25.4-r10", "v1.27.1-r10")


def _only_http(service: Service) -> bool:
    """Whether every port has an HTTP, HTTPS or QUIC listener, so that no flavor of layer 4 is used."""
    return service[PROTOCOL_PORT] is not None and not others(service, "http", "https", "quic")


def _created_now(service: Service) -> Autocreate | None:
    """The dedicated load balancer that is about to be created. Raises Unknown for one that exists already."""
    lb = _dedicated(service)
    if lb and not service.is_new:
        raise Unknown("flavors that the load balancer has by now")
    return lb


@rule(
    "ELB233",
    "dedicated-without-l4-flavor",
    "A dedicated load balancer with a TCP, UDP or TLS listener has a flavor of layer 4.",
    TABLE_5.quote(
        "l4_flavor_name: Yes. Flavor name of the layer-4 load balancer.",
        "Newer editions ask for it only where a TCP or UDP listener is used.",
    ),
    AUTOCREATE,
    fix="Add l4_flavor_name, such as L4_flavor.elb.s1.small.",
    covers=("S009", "S067"),
    unless=(_L4_FLAVOR,),
)
def dedicated_needs_an_l4_flavor(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _created_now(service)
    if lb and not _only_http(service):
        yield required(AUTOCREATE.at("l4_flavor_name"), "class performance with a TCP, UDP or TLS listener needs it")


@rule(
    "ELB234",
    "http-without-l4-flavor-on-old-cluster",
    "A dedicated load balancer with HTTP or HTTPS listeners has flavors of both layers in older clusters.",
    HTTP.quote("you need to specify the load balancer flavor that supports both the layer-4 and layer-7 routing"),
    AUTOCREATE,
    fix="Add l4_flavor_name, such as L4_flavor.elb.s1.small.",
    why="one of layer 7 is enough from v1.19.16-r50, v1.21.11-r10, v1.23.9-r10, v1.25.4-r10 and v1.27.1-r10 on.",
    covers=("S009", "S074"),
    unless=(_L4_FLAVOR,),
    silent_in=lambda cluster: _L7_ALONE.met(cluster.version),
)
def older_clusters_need_both_flavors(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _created_now(service)
    if lb and _only_http(service) and not _L7_ALONE.met(cluster.version):
        yield required(AUTOCREATE.at("l4_flavor_name"), f"{cluster.version} needs flavors of layer 4 and 7 for HTTP")


@rule(
    "ELB235",
    "http-without-l7-flavor",
    "A dedicated load balancer with an HTTP, HTTPS or QUIC listener has a flavor of layer 7.",
    HTTP.quote("specify the load balancer flavor that supports both the layer-4 and layer-7 routing"),
    AUTOCREATE,
    fix="Add l7_flavor_name, such as L7_flavor.elb.s2.small.",
    covers=("S010", "S068", "S074"),
    unless=(_L7_FLAVOR,),
)
def http_needs_an_l7_flavor(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb, listeners = _created_now(service), service[PROTOCOL_PORT]
    for entry in listeners.speak("http", "https", "quic")[:1] if lb and listeners else ():
        kind = "a QUIC" if entry.protocol == "quic" else "an HTTP"
        yield required(AUTOCREATE.at("l7_flavor_name"), f"class performance with {kind} listener needs it")


@rule(
    "ELB236",
    "dedicated-member-of-a-shared-load-balancer",
    "A shared load balancer has no zones, flavors, backend subnets or IPv6 subnet.",
    TABLE_5.quote("This parameter is available only for dedicated load balancers."),
    AUTOCREATE.having(*DEDICATED),
    fix="Write kubernetes.io/elb.class performance, or leave the member out.",
    severity=Severity.WARNING,
    covers=("S066", "S067", "S068", "S069"),
    unless=(ELB_CLASS.having("performance"),),
)
def shared_has_no_zones_or_flavors(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = service[AUTOCREATE]
    if lb is None or class_of(service) != "union":
        return
    hint = "" if ELB_CLASS in service else " (kubernetes.io/elb.class is not written)"
    for name in lb.dedicated_members:
        yield forbidden(AUTOCREATE.at(name), f"ignored unless kubernetes.io/elb.class is performance{hint}")


@rule(
    "ELB237",
    "http-with-l7-flavor-alone",
    "A dedicated load balancer with HTTP or HTTPS listeners has flavors of both layers, says the older document.",
    HTTPS.quote("l4_flavor_name: mandatory when TCP or UDP is used"),
    AUTOCREATE,
    fix="Add l4_flavor_name, or tell elbguard the cluster's version.",
    why="newer clusters do without one of layer 4; this is said only where the cluster's version is not known.",
    severity=Severity.WARNING,
    covers=("S074",),
    unless=(_L4_FLAVOR,),
    silent_in=lambda cluster: cluster.knows("version"),
)
def the_first_edition_wants_both_flavors(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _created_now(service)
    if lb and _only_http(service):
        yield required(AUTOCREATE.at("l4_flavor_name"), "for HTTP, older clusters need flavors of both layers, 4 and 7")


@rule(
    "ELB243",
    "flavors-of-two-kinds",
    "The flavors of layer 4 and layer 7 are both elastic or both fixed.",
    CREATING.quote(
        "l7_flavor_name: both elastic or both fixed",
        "Which flavors are elastic is not said: names that end with .pro.max are taken for such.",
    ),
    AUTOCREATE.having("l7_flavor_name"),
    fix="Use two elastic flavors, whose names end with .pro.max, or two fixed ones.",
    severity=Severity.WARNING,
)
def both_flavors_are_of_one_kind(service: Service, cluster: Cluster) -> Iterator[Problem]:
    lb = _dedicated(service)
    if lb is None or lb.l4_flavor_name is MISSING or lb.l7_flavor_name is MISSING:
        return
    l4, l7 = lb.l4_flavor_name, lb.l7_flavor_name
    if is_elastic(l4) == is_elastic(l7) or is_placeholder(l4) or is_placeholder(l7):
        return
    if _created_now(service):
        kind = "an elastic" if is_elastic(l4) else "a fixed"
        yield invalid(AUTOCREATE.at("l7_flavor_name"), l7, f"must be {kind} flavor, as l4_flavor_name {l4[:40]} is")

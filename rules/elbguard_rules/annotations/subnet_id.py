"""kubernetes.io/elb.subnet-id: the cluster's subnet, needed to create a load balancer in the oldest clusters."""

from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.autocreate import AUTOCREATE
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.problem import Problem, required
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Length
from elbguard_rules.documents import ADVANCED, TABLE_1, TABLE_4

SUBNET_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.subnet-id",
    Length(1, 100),
    Rule(
        "ELB105",
        "subnet-id-of-wrong-length",
        "The ID of a subnet has 1 to 100 characters.",
        TABLE_4.quote(
            "This parameter indicates the ID of the subnet where the cluster is located. 1 to 100 characters."
        ),
        "Copy the subnet's ID from the VPC console.",
        covers=("S035",),
    ),
    purpose="the cluster's subnet, needed to create a load balancer in the oldest clusters",
    about=Subject.WHICH,
    tier=Tier.CORE,
    blank_is_absent=False,
    facts=(
        fact("The subnet's ID has 1 to 100 characters.", TABLE_1, "ELB105"),
        fact("Up to v1.11.7-r0 a load balancer is created only if the subnet is named.", TABLE_4, "ELB106"),
        fact(
            "Later clusters do not need it; newer documents call it discarded.",
            ADVANCED,
            because="Harmless; a remark would help nobody.",
        ),
    ),
)

_OPTIONAL: Final = since("v1.11.7-r1")


@rule(
    "ELB106",
    "no-subnet-on-old-cluster",
    "A load balancer is created in a cluster of v1.11.7-r0 or earlier only if the subnet is named.",
    TABLE_4.quote("Mandatory when a cluster of v1.11.7-r0 or earlier is to be automatically created."),
    AUTOCREATE,
    fix="Add kubernetes.io/elb.subnet-id with the ID of the cluster's subnet.",
    covers=("S035",),
    silent_in=lambda cluster: _OPTIONAL.met(cluster.version),
)
def old_clusters_need_a_subnet(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if (
        service[AUTOCREATE] is not None
        and SUBNET_ID.key not in service.annotations
        and not _OPTIONAL.met(cluster.version)
    ):
        yield required(
            SUBNET_ID.where, f"a cluster of {cluster.version} creates a load balancer only in a named subnet"
        )

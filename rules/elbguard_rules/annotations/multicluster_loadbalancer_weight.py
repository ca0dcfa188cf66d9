"""kubernetes.io/elb.multicluster-loadbalancer-weight: the weight of this cluster among several."""

import re
from typing import Any, Final

from elbguard_rules.annotations.multicluster import SEVERAL_CLUSTERS
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Kind
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Shape, refuse
from elbguard_rules.documents import CLUSTERS

_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


class _Integer(Shape):
    """A whole number as a text; no document tells its range."""

    def check(self, value: str) -> str:
        """Refuse anything else."""
        if not _INTEGER.fullmatch(value):
            refuse(Kind.INVALID, 'must be a string of digits, such as "50"')
        return value

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`pattern`."""
        return {"pattern": "^[+-]?[0-9]+$"}


MULTICLUSTER_WEIGHT: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.multicluster-loadbalancer-weight",
    _Integer(),
    Rule(
        "ELB882",
        "cluster-weight-not-a-number",
        "The weight of a cluster is a whole number, written as a string.",
        CLUSTERS.quote("kubernetes.io/elb.multicluster-loadbalancer-weight", "No document tells its range."),
        'Write the weight as a string of digits, such as "50".',
    ),
    purpose="the weight of this cluster among several",
    about=Subject.SEVERAL,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB883",
            "cluster-weight-on-old-cluster",
            CLUSTERS.quote("v1.23.18-r0, v1.25.13-r0, v1.27.10-r0, v1.28.8-r0, v1.29.4-r0, v1.30.1-r0, or later"),
            SEVERAL_CLUSTERS,
            what="Clusters can be weighted",
        ),
    ),
    facts=(fact("Without elb.multicluster it has no effect.", CLUSTERS, "ELB885"),),
)

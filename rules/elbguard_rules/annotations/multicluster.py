"""kubernetes.io/elb.multicluster: one load balancer for the Services of several clusters."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import CLOUD_ONLY, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import CLUSTERS

SEVERAL_CLUSTERS: Final = since("v1.23.18-r0", "v1.25.13-r0", "v1.27.10-r0", "v1.28.8-r0", "v1.29.4-r0", "v1.30.1-r0")

MULTICLUSTER: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.multicluster",
    Switch(),
    Rule(
        "ELB880",
        "unknown-multicluster-switch",
        "A load balancer is shared with other clusters or not: true or false.",
        CLUSTERS.quote('kubernetes.io/elb.multicluster: "true"'),
        'Write "true" or "false", in quotes and lower case.',
    ),
    purpose="one load balancer for the Services of several clusters",
    about=Subject.SEVERAL,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB881",
            "multicluster-on-old-cluster",
            CLUSTERS,
            SEVERAL_CLUSTERS,
            what="A load balancer can serve several clusters",
        ),
    ),
    facts=(
        fact("It needs an existing load balancer, elb.id.", CLUSTERS, "ELB884"),
        fact("All Services of a shared listener switch it on.", CLUSTERS, because=CLOUD_ONLY),
    ),
)

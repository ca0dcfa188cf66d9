"""kubernetes.io/elb.adaptive-weight: whether a node's weight follows the number of its pods."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ADVANCED, WEIGHTS

ADAPTIVE_WEIGHT: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.adaptive-weight",
    Switch(),
    Rule(
        "ELB330",
        "unknown-adaptive-weight",
        "The weight of a backend follows the number of its pods or not: true or false.",
        ADVANCED.quote("kubernetes.io/elb.adaptive-weight: 'true'"),
        'Write "true" or "false", in quotes and lower case.',
    ),
    purpose="whether a node's weight follows the number of its pods",
    about=Subject.BACKENDS,
    tier=Tier.DOCUMENTED,
    gates=(
        introduced(
            "ELB331",
            "adaptive-weight-on-old-cluster",
            ADVANCED.quote("Supported cluster version: v1.21 or later"),
            since("v1.21"),
            what="Weights can follow the number of pods",
        ),
    ),
    facts=(
        fact("It has no effect on a dedicated load balancer of a Turbo cluster.", ADVANCED, "ELB332"),
        fact("It does not stand beside elb.custom-backend-weights.", WEIGHTS, "ELB333"),
    ),
)

"""kubernetes.io/hws-hostNetwork: whether the load balancer reaches pods in the network of their node."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ADVANCED, TABLE_4

HOST_NETWORK: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/hws-hostNetwork",
    Switch(),
    Rule(
        "ELB605",
        "unknown-host-network",
        "The host network is used or not: true or false.",
        TABLE_4.quote("The host network is not used by default. The value can be true or false."),
        'Write "true" or "false", in quotes and lower case: CCE reads anything else as false.',
        covers=("S056",),
    ),
    purpose="whether the load balancer reaches pods in the network of their node",
    about=Subject.BACKENDS,
    tier=Tier.CORE,
    facts=(fact("The pods use the host network.", ADVANCED, because="Pods are not part of a Service."),),
)

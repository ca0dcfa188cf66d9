"""kubernetes.io/elb.transparent-client-ip: whether backends of a shared load balancer see the client's address."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import CLIENT_IP

TRANSPARENT_CLIENT_IP: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.transparent-client-ip",
    Switch(),
    Rule(
        "ELB812",
        "unknown-client-ip-switch",
        "The client's address is passed on or not: true or false.",
        CLIENT_IP.quote("kubernetes.io/elb.transparent-client-ip: true or false"),
        'Write "true" or "false", in quotes.',
    ),
    purpose="whether backends of a shared load balancer see the client's address",
    about=Subject.TRAFFIC,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    reset="false",
    gates=(
        introduced(
            "ELB813",
            "client-ip-on-old-cluster",
            CLIENT_IP,
            since("v1.23.17-r0", "v1.25.12-r0", "v1.27.9-r0", "v1.28.7-r0", "v1.29.3-r0"),
            what="The client's address can be passed on",
        ),
    ),
    facts=(
        fact("Dedicated load balancers always pass the client's address on.", CLIENT_IP, "ELB814"),
        fact("It has its effect with externalTrafficPolicy Local.", CLIENT_IP, "ELB815"),
        fact("It is for TCP and UDP listeners.", CLIENT_IP, "ELB817"),
        fact("It has no effect in a Turbo cluster.", CLIENT_IP, "ELB816"),
    ),
)

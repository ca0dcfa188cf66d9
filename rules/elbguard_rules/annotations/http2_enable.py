"""kubernetes.io/elb.http2-enable: HTTP/2 between clients and the HTTPS listeners."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import OnOff, Switch
from elbguard_rules.core.fact import CLOUD_FILLS_IN, Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import listener
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ADVANCED, HTTP2

HTTP2_ENABLE: Final[Annotation[OnOff]] = Annotation(
    "kubernetes.io/elb.http2-enable",
    Switch(),
    Rule(
        "ELB540",
        "unknown-http2-switch",
        "HTTP/2 is switched on by true and off by false.",
        ADVANCED.quote("true: enabled; false: disabled; default false", "An empty text counts as absent."),
        'Write "true" or "false", in quotes.',
    ),
    purpose="HTTP/2 between clients and the HTTPS listeners",
    about=Subject.PROTOCOLS,
    tier=Tier.DOCUMENTED,
    after_create="lasting",
    reset="false",
    gates=(
        introduced(
            "ELB541",
            "http2-on-old-cluster",
            HTTP2,
            since("v1.23.13-r0", "v1.25.8-r0", "v1.27.5-r0", "v1.28.3-r0"),
            what="HTTP/2 can be switched on",
        ),
    ),
    needs=(
        listener(
            "ELB542",
            "http2-without-https",
            HTTP2.quote("HTTP/2 can be used only with HTTPS.", "Ignored elsewhere."),
            "https",
            says="Only HTTPS listeners speak HTTP/2.",
        ),
    ),
    facts=(
        fact("It is true or false.", HTTP2, "ELB540"),
        fact("It is off by default.", HTTP2, because=CLOUD_FILLS_IN),
    ),
)

"""kubernetes.io/elb.x-real-ip: whether backends get the client's address in the header X-Real-IP."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import dedicated, listener
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import FORWARDED, QUIC, RELEASE_NOTES


def _is_on(value: str) -> bool:
    return value == "true"


X_REAL_IP: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.x-real-ip",
    Text(),
    purpose="whether backends get the client's address in the header X-Real-IP",
    about=Subject.TRAFFIC,
    tier=Tier.UNCONFIRMED,
    gates=(
        introduced(
            "ELB831",
            "real-ip-on-old-cluster",
            RELEASE_NOTES.quote(
                "v1.25.16-r30, v1.27.16-r30, v1.28.15-r20, v1.29.13-r0, v1.30.10-r0, v1.31.6-r0, v1.32.1-r0",
                "The feature is certain, the name of the annotation is not.",
            ),
            since(
                "v1.25.16-r30",
                "v1.27.16-r30",
                "v1.28.15-r20",
                "v1.29.13-r0",
                "v1.30.10-r0",
                "v1.31.6-r0",
                "v1.32.1-r0",
            ),
            what="The header X-Real-IP exists",
            severity=Severity.WARNING,
        ),
    ),
    needs=(
        dedicated(
            "ELB847",
            "real-ip-on-a-shared-load-balancer",
            FORWARDED.quote("X-Real-IP: dedicated load balancers", "The name of the annotation is not confirmed."),
            says="The header X-Real-IP needs a dedicated load balancer.",
            severity=Severity.WARNING,
            used=_is_on,
        ),
        listener(
            "ELB848",
            "real-ip-without-http",
            FORWARDED.quote("HTTP and HTTPS listeners", "The name of the annotation is not confirmed."),
            "http",
            "https",
            says="The header X-Real-IP is set by HTTP and HTTPS listeners.",
            used=_is_on,
        ),
    ),
    facts=(
        fact(
            "The feature is real, its key a guess.",
            RELEASE_NOTES,
            because="The value is not known well enough to judge it.",
        ),
        fact("A QUIC listener does not have it.", QUIC, "ELB832"),
    ),
)

"""kubernetes.io/elb.cert-id: the certificate of the HTTPS and TLS listeners."""

import re
from collections.abc import Iterator
from typing import Final

from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.fact import HOW_IT_WORKS, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.problem import Problem, Severity, invalid
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import HTTP, HTTPS, TABLE_1

_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_SINCE: Final = since("v1.19.16")


def _alone(service: Service) -> bool:
    """There is no elb.protocol-port, whose own gates say the same."""
    return PROTOCOL_PORT not in service


CERT_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.cert-id",
    Text(),
    purpose="the certificate of the HTTPS and TLS listeners",
    about=Subject.PROTOCOLS,
    tier=Tier.CORE,
    gates=(
        introduced(
            "ELB557",
            "certificate-on-old-cluster",
            HTTPS.quote(
                "This feature is supported only in clusters of v1.19.16 or later.",
                "The first edition of the page says v1.21; all others say v1.19.16.",
            ),
            _SINCE,
            what="Certificates of HTTPS listeners exist",
            when=_alone,
        ),
    ),
    facts=(
        fact("HTTPS and TLS listeners use it, and no others.", HTTP, "ELB523"),
        fact("All examples are 32 hexadecimal digits.", TABLE_1, "ELB511"),
        fact("One certificate serves all HTTPS ports.", HTTP, because=HOW_IT_WORKS),
    ),
)


@rule(
    "ELB511",
    "certificate-id-of-another-form",
    "The ID of a certificate is 32 hexadecimal digits.",
    HTTP.quote('cert-id: "17e3b4f4bc40471c86741dc3aa211379"'),
    CERT_ID,
    fix="Copy the certificate's ID from ELB certificate management.",
    why="all examples are; no document says so.",
    severity=Severity.WARNING,
)
def an_id_is_hexadecimal(service: Service, cluster: Cluster) -> Iterator[Problem]:
    cert_id = service[CERT_ID]
    if cert_id and not _ID.fullmatch(cert_id):
        is_like = _ID.fullmatch(cert_id.strip().lower())
        around = ", in small letters and without blanks" if is_like else ""
        yield invalid(CERT_ID.where, cert_id, f"a certificate's ID is 32 digits of 0-9 and a-f in all examples{around}")

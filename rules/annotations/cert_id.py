"""kubernetes.io/elb.cert-id: the certificate of the HTTPS and TLS listeners."""

import re
from collections.abc import Iterator
from typing import Final

from rules.core.annotation import Annotation
from rules.core.facts import Cluster
from rules.core.finding import Problem, Severity, invalid
from rules.core.rule import rule
from rules.core.service import Service
from rules.documents import HTTP

_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

CERT_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.cert-id",
    str,
    None,
)


@rule(
    "ELB511",
    "certificate-id-of-another-form",
    HTTP.quote('cert-id: "17e3b4f4bc40471c86741dc3aa211379"'),
    CERT_ID,
    severity=Severity.WARNING,
)
def an_id_is_hexadecimal(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """The ID of a certificate is 32 hexadecimal digits.

    Why: all examples are; no document says so.
    Fix: copy the certificate's ID from ELB certificate management.
    """
    cert_id = service[CERT_ID]
    if cert_id and not _ID.fullmatch(cert_id):
        yield invalid(CERT_ID.where, cert_id, "a certificate's ID is 32 digits of 0-9 and a-f in all examples")

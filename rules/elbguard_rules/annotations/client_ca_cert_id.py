"""kubernetes.io/elb.client-ca-cert-id: the CA whose certificates clients must show (mutual authentication)."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.shapes import Text
from elbguard_rules.documents import HTTPS

CLIENT_CA_CERT_ID: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.client-ca-cert-id",
    Text(),
    gates=(
        Gate(
            Rule(
                "ELB536",
                "client-ca-on-old-cluster",
                "Clients can be asked for certificates in clusters of the releases listed and later.",
                HTTPS.quote("v1.23.14-r0, v1.25.9-r0, v1.27.6-r0, v1.28.4-r0, or later"),
                "Leave the annotation out, or upgrade the cluster.",
            ),
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
        ),
    ),
)

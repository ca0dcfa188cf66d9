"""TLS: which listeners heed the annotations about certificates, HTTP/2 and TLS policies."""

from collections.abc import Iterator
from typing import Any, Final

from elbguard_rules.annotations.client_ca_cert_id import CLIENT_CA_CERT_ID
from elbguard_rules.annotations.protocol_port import PROTOCOL_PORT
from elbguard_rules.annotations.security_policy_id import SECURITY_POLICY_ID
from elbguard_rules.annotations.tls_certificate_ids import TLS_CERTIFICATE_IDS
from elbguard_rules.annotations.tls_ciphers_policy import TLS_CIPHERS_POLICY
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Check, rule
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.problem import Problem, Severity, forbidden
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import INGRESS_PAGES, QUIC, SNI

_ADD_HTTPS: Final = "Add an entry such as https:443 to kubernetes.io/elb.protocol-port, or remove the annotation."
_NO_QUIC: Final = "Use https on a TCP port in the place of quic, or remove the annotation."


def _ignored_by_quic(rule: Rule, owner: Annotation[Any]) -> Check:
    """A rule that the annotation stands beside no QUIC listener, when an HTTPS or TLS listener heeds it."""

    def check(service: Service, cluster: Cluster) -> Iterator[Problem]:
        listeners = service[PROTOCOL_PORT]
        if service[owner] and listeners and listeners.speak("https", "tls"):
            for entry in listeners.speak("quic")[:1]:
                yield forbidden(owner.where, f"the quic listener of port {entry.port} ignores it")

    return Check(rule, check, (owner.key,))


@rule(
    "ELB534",
    "sni-without-https",
    "SNI certificates are used by HTTPS and TLS listeners only.",
    SNI.quote("to ensure HTTPS communication security", "TLS too. QUIC listeners have SNI at the load balancer."),
    TLS_CERTIFICATE_IDS,
    fix="Add an entry such as https:443 to kubernetes.io/elb.protocol-port, or remove the SNI certificates.",
    severity=Severity.WARNING,
)
def sni_needs_https(service: Service, cluster: Cluster) -> Iterator[Problem]:
    listeners = service[PROTOCOL_PORT]
    if service[TLS_CERTIFICATE_IDS] and not (listeners and listeners.speak("https", "tls", "quic")):
        yield forbidden(
            TLS_CERTIFICATE_IDS.where, "has no effect without an https or tls entry in kubernetes.io/elb.protocol-port"
        )


CLIENT_CA_QUIC: Final = _ignored_by_quic(
    Rule(
        "ELB539",
        "client-ca-with-quic",
        "A QUIC listener does not ask clients for certificates.",
        QUIC.quote("QUIC listeners do not support mutual authentication."),
        "Use https on a TCP port in the place of quic, or make sure that everybody may reach the QUIC port.",
        Severity.WARNING,
        why="clients without a certificate are let in there, although the other listeners refuse them.",
    ),
    CLIENT_CA_CERT_ID,
)
TLS_POLICY_QUIC: Final = _ignored_by_quic(
    Rule(
        "ELB548",
        "tls-policy-with-quic",
        "A QUIC listener has no TLS policy.",
        QUIC.quote("QUIC listeners do not support security policies."),
        _NO_QUIC,
        Severity.WARNING,
    ),
    TLS_CIPHERS_POLICY,
)
CUSTOM_POLICY_QUIC: Final = _ignored_by_quic(
    Rule(
        "ELB552",
        "custom-tls-policy-with-quic",
        "A QUIC listener has no custom TLS policy.",
        QUIC.quote("QUIC listeners do not support security policies."),
        _NO_QUIC,
        Severity.WARNING,
    ),
    SECURITY_POLICY_ID,
)


@rule(
    "ELB553",
    "two-tls-policies",
    "There is one TLS policy: a custom one outranks that of elb.tls-ciphers-policy.",
    INGRESS_PAGES.quote("security_policy_id has a higher priority than tls-ciphers-policy"),
    TLS_CIPHERS_POLICY,
    fix="Remove one of the two annotations.",
    severity=Severity.WARNING,
)
def a_custom_policy_outranks_the_others(service: Service, cluster: Cluster) -> Iterator[Problem]:
    if TLS_CIPHERS_POLICY in service and SECURITY_POLICY_ID in service:
        yield forbidden(
            TLS_CIPHERS_POLICY.where, "has no effect beside kubernetes.io/elb.security_policy_id, which outranks it"
        )

"""kubernetes.io/elb.tls-ciphers-policy: which TLS versions and ciphers HTTPS and TLS listeners accept."""

from typing import Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.choice import Choice
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.need import listener
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import CREATING, INGRESS_PAGES, QUIC

# Versions by the names that other products give them; for 1.3 the policy that has no version before 1.2.
_VERSIONS: Final = {
    **{name: f"tls-1-{minor}" for minor in (0, 1, 2) for name in (f"tlsv1.{minor}", f"tls1.{minor}", f"tls-1.{minor}")},
    **dict.fromkeys(("tlsv1.3", "tls1.3", "tls-1.3", "tls-1-3"), "tls-1-2-fs-with-1-3"),
}

TLS_CIPHERS_POLICY: Final[Annotation[str]] = Annotation(
    "kubernetes.io/elb.tls-ciphers-policy",
    Choice(
        "tls-1-0-inherit",
        "tls-1-0",
        "tls-1-1",
        "tls-1-2",
        "tls-1-2-strict",
        "tls-1-2-fs",
        "tls-1-0-with-1-3",
        "tls-1-2-fs-with-1-3",
        "hybrid-policy-1-0",
        hints=_VERSIONS,
    ),
    Rule(
        "ELB545",
        "unknown-tls-policy",
        "The TLS policy is one of those that load balancers offer.",
        INGRESS_PAGES.quote(
            "tls-1-0-inherit, tls-1-0, tls-1-1, tls-1-2, tls-1-2-strict, tls-1-2-fs, tls-1-0-with-1-3,"
            " tls-1-2-fs-with-1-3, hybrid-policy-1-0",
            "An empty text counts as absent.",
        ),
        "Write one of the policies listed, such as tls-1-2-strict.",
        Severity.WARNING,
        why="the values are documented for Ingresses, and load balancers may get new ones; this refuses nothing.",
    ),
    purpose="which TLS versions and ciphers HTTPS and TLS listeners accept",
    about=Subject.PROTOCOLS,
    tier=Tier.UNCONFIRMED,
    gates=(
        introduced(
            "ELB546",
            "tls-policy-on-old-cluster",
            CREATING.quote("Security Policy: v1.23.14-r0, v1.25.9-r0, v1.27.6-r0, v1.28.4-r0, or later"),
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
            what="Services can choose a TLS policy",
            severity=Severity.WARNING,
            why="documents give the releases for the console, and the annotation for Ingresses.",
        ),
    ),
    needs=(
        listener(
            "ELB547",
            "tls-policy-without-https",
            CREATING.quote("Security Policy: available when HTTPS or TLS is selected"),
            "https",
            "tls",
            says="Only HTTPS and TLS listeners have a TLS policy.",
        ),
    ),
    facts=(
        fact("A policy of elb.security_policy_id wins.", INGRESS_PAGES, "ELB553"),
        fact("A QUIC listener has none.", QUIC, "ELB548"),
    ),
)

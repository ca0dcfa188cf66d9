"""Facts about the keys of listeners: protocols and certificates, timeouts, headers and limits, access lists."""

from typing import Final

from elbguard_rules.catalogue.fact import ALLOWS, CLOUD_FILLS_IN, HOW_IT_WORKS, Fact, Subject, Tier, fact, key
from elbguard_rules.core.rule import Source
from elbguard_rules.documents import (
    ACCESS,
    ADVANCED,
    CCI,
    CLIENT_IP,
    COMPRESSION,
    CONCLUSION,
    CONTROLLER,
    CREATING,
    FORWARDED,
    HTTP,
    HTTP2,
    HTTPS,
    INGRESS_PAGES,
    LIMITS,
    OBSERVED,
    QUIC,
    REFERENCE,
    RELEASE_NOTES,
    SNI,
    TABLE_1,
    TIMEOUTS,
    TLS,
)

_SNI: Final = "v1.23.13-r0 v1.25.8-r0 v1.27.5-r0 v1.28.3-r0"
_TLS: Final = "v1.23.14-r0 v1.25.9-r0 v1.27.6-r0 v1.28.4-r0"
_ACCESS: Final = "v1.23.12-r0 v1.25.7-r0 v1.27.4-r0 v1.28.2-r0"
_LIMITS: Final = "v1.30.14-r100 v1.31.14-r60 v1.32.13-r30 v1.33.12-r10 v1.34.8-r10 v1.35.5-r10 v1.36.2-r0"
_NOT_SHOWN: Final = "The value is not known well enough to judge it."


def _left_as_it_is(source: Source) -> Fact:
    """What most keys of listeners have in common."""
    return fact("Removing the key leaves the listener as it is.", source, "ELB711")


PROTOCOLS: Final = Subject(
    "Protocols and certificates",
    (
        key(
            "elb.protocol-port",
            Tier.CORE,
            fact(
                "Entries are protocol:port with commas between them; a port lies between 1 and 65535.", HTTP, "ELB501"
            ),
            fact("The protocols are http, https, tls and quic.", HTTPS, "ELB501"),
            fact("Examples write protocols in lower case.", TABLE_1, "ELB507"),
            fact("Ports left out stay TCP or UDP listeners.", CONCLUSION, because=ALLOWS),
            fact("A port is listed once.", HTTP, "ELB506"),
            fact("A port is one of spec.ports.", HTTP, "ELB520"),
            fact("HTTP, HTTPS and TLS stand on TCP ports, QUIC on UDP ports.", QUIC, "ELB521"),
            fact("An https or tls entry needs a certificate.", HTTP, "ELB522"),
            fact("TLS needs a dedicated load balancer.", TLS, "ELB524"),
            fact("QUIC needs a dedicated load balancer.", QUIC, "ELB525"),
            fact("Layer 7 exists from v1.19.16 on, say newer documents.", HTTPS, "ELB502", since="v1.19.16"),
            fact("Layer 7 exists from v1.21 on, says the older document.", HTTP, "ELB503", since="v1.21"),
            fact("TLS exists in the releases listed.", TLS, "ELB504", since=_TLS),
            fact(
                "QUIC exists in the releases listed.",
                QUIC,
                "ELB505",
                since="v1.28.15-r80 v1.29.15-r40 v1.30.14-r40 v1.31.14-r0 v1.32.9-r0 v1.33.7-r0 v1.34.2-r0",
            ),
            fact("A listener does not change its protocol in place.", CONTROLLER, "ELB708"),
            fact(
                "A listener does not serve an Ingress as well.",
                HTTPS,
                because="A review sees one object; who else uses its load balancer is not in it.",
            ),
        ),
        key(
            "elb.cert-id",
            Tier.CORE,
            fact("HTTPS and TLS listeners use it, and no others.", HTTP, "ELB523"),
            fact("All examples are 32 hexadecimal digits.", TABLE_1, "ELB511"),
            fact("It exists from v1.19.16 on, say newer documents.", HTTPS, "ELB557", since="v1.19.16"),
            fact("It exists from v1.21 on, says the older document.", HTTP, "ELB558", since="v1.21"),
            fact("One certificate serves all HTTPS ports.", HTTP, because=HOW_IT_WORKS),
        ),
        key(
            "elb.client-ca-cert-id",
            Tier.DOCUMENTED,
            fact("It needs a dedicated load balancer.", HTTPS, "ELB537"),
            fact("It needs an https or tls entry.", HTTPS, "ELB538"),
            fact("A QUIC listener knows no certificates of clients.", QUIC, "ELB539"),
            fact("It exists in the releases listed.", HTTPS, "ELB536", since=_TLS),
        ),
        key(
            "elb.tls-certificate-ids",
            Tier.DOCUMENTED,
            fact("IDs stand there with one comma between two.", SNI, "ELB530"),
            fact("An ID stands there once.", SNI, "ELB532"),
            fact("A listener has 50 of them at most.", REFERENCE, "ELB533"),
            fact("It needs an https or tls entry.", SNI, "ELB534"),
            fact("On an Ingress the first ID is the server's own certificate.", INGRESS_PAGES, because=ALLOWS),
            fact("It exists in the releases listed.", SNI, "ELB531", since=_SNI),
            _left_as_it_is(SNI),
        ),
        key(
            "elb.http2-enable",
            Tier.DOCUMENTED,
            fact("It is true or false.", HTTP2, "ELB540"),
            fact("It needs an https entry.", HTTP2, "ELB542"),
            fact("It is off by default.", HTTP2, because=CLOUD_FILLS_IN),
            fact("It exists in the releases listed.", HTTP2, "ELB541", since=_SNI),
            _left_as_it_is(HTTP2),
        ),
        key(
            "elb.tls-ciphers-policy",
            Tier.UNCONFIRMED,
            fact("The policies are those of the pages on Ingresses.", INGRESS_PAGES, "ELB545"),
            fact("It needs an https or tls entry.", CREATING, "ELB547"),
            fact("A policy of elb.security_policy_id wins.", INGRESS_PAGES, "ELB553"),
            fact("A QUIC listener has none.", QUIC, "ELB548"),
            fact("The console knows it in the releases listed.", CREATING, "ELB546", since=_TLS),
        ),
        key(
            "elb.security_policy_id",
            Tier.UNCONFIRMED,
            fact("It needs an https or tls entry.", INGRESS_PAGES, "ELB551"),
            fact("A QUIC listener has none.", QUIC, "ELB552"),
            fact("The console knows it in the releases listed.", CREATING, "ELB550", since=_TLS),
        ),
        key(
            "elb.security-pool-protocol",
            Tier.UNCONFIRMED,
            fact("It is a key of CCI 2.0; CCE's console offers the same.", CCI, because=_NOT_SHOWN),
            fact("The console knows it in the releases listed.", CREATING, "ELB555", since=_TLS),
        ),
    ),
)


def _header(word: str, old: str, shared: str, plain: str) -> tuple[Fact, ...]:
    """What the headers have in common, with the ids of their rules."""
    return (
        fact("It is true or false.", FORWARDED, word),
        fact("It needs a dedicated load balancer.", FORWARDED, shared),
        fact("It needs an http or https entry.", FORWARDED, plain),
        fact("It exists in the releases listed.", FORWARDED, old, since=_SNI),
        _left_as_it_is(FORWARDED),
    )


TRAFFIC: Final = Subject(
    "Timeouts, headers and limits",
    (
        key(
            "elb.keepalive_timeout",
            Tier.DOCUMENTED,
            fact("It is a whole number of seconds, 4000 at most.", TIMEOUTS, "ELB801"),
            fact("A TCP or UDP listener wants 10 seconds at least.", TIMEOUTS, "ELB804"),
            fact("UDP listeners of shared load balancers have no such timeout.", TIMEOUTS, "ELB805"),
            fact("Its default is 300 seconds, 60 for HTTP.", TIMEOUTS, because=CLOUD_FILLS_IN),
            fact(
                "Dedicated load balancers have it in the releases listed.",
                TIMEOUTS,
                "ELB802",
                since="v1.19.16-r30 v1.21.10-r10 v1.23.8-r10 v1.25.3-r10",
            ),
            fact("Shared load balancers have it in the releases listed.", TIMEOUTS, "ELB803", since=_SNI),
            _left_as_it_is(TIMEOUTS),
        ),
        key(
            "elb.client_timeout",
            Tier.DOCUMENTED,
            fact("It is 1 to 300 seconds.", TIMEOUTS, "ELB806"),
            fact("It needs an http or https entry.", TIMEOUTS, "ELB808"),
            fact("It exists in the releases listed.", TIMEOUTS, "ELB807", since=_SNI),
            _left_as_it_is(TIMEOUTS),
        ),
        key(
            "elb.member_timeout",
            Tier.DOCUMENTED,
            fact("It is 1 to 300 seconds.", TIMEOUTS, "ELB809"),
            fact("It needs an http or https entry.", TIMEOUTS, "ELB811"),
            fact("A backend that takes longer is answered for with 504.", TIMEOUTS, because=HOW_IT_WORKS),
            fact("It exists in the releases listed.", TIMEOUTS, "ELB810", since=_SNI),
            _left_as_it_is(TIMEOUTS),
        ),
        key("elb.x-forwarded-port", Tier.NEW, *_header("ELB818", "ELB819", "ELB820", "ELB821")),
        key(
            "elb.x-forwarded-for-port",
            Tier.NEW,
            *_header("ELB822", "ELB823", "ELB824", "ELB825"),
            fact("A QUIC listener does not have it.", QUIC, "ELB826"),
        ),
        key("elb.x-forwarded-host", Tier.NEW, *_header("ELB827", "ELB828", "ELB829", "ELB830")),
        key(
            "elb.x-real-ip",
            Tier.UNCONFIRMED,
            fact("The feature is real, its key a guess.", RELEASE_NOTES, because=_NOT_SHOWN),
            fact("A QUIC listener does not have it.", QUIC, "ELB832"),
            fact(
                "The feature exists in the releases listed.",
                RELEASE_NOTES,
                "ELB831",
                since="v1.25.16-r30 v1.27.16-r30 v1.28.15-r20 v1.29.13-r0 v1.30.10-r0 v1.31.6-r0 v1.32.1-r0",
            ),
        ),
        key(
            "elb.gzip-enabled",
            Tier.NEW,
            fact("It is true or false.", COMPRESSION, "ELB833"),
            fact("It needs a dedicated load balancer.", COMPRESSION, "ELB835"),
            fact("It needs an http or https entry, which the printed example lacks.", COMPRESSION, "ELB836"),
            fact("It exists in the releases listed.", COMPRESSION, "ELB834", since=_TLS),
            _left_as_it_is(COMPRESSION),
        ),
        key(
            "elb.connection-drain-enable",
            Tier.UNCONFIRMED,
            fact("It is true or false.", OBSERVED, "ELB837"),
            fact("Without a timeout ELB refuses it.", OBSERVED, "ELB838"),
        ),
        key(
            "elb.connection-drain-timeout",
            Tier.UNCONFIRMED,
            fact("It is a whole number of seconds.", OBSERVED, "ELB839"),
        ),
        key(
            "elb.cps",
            Tier.NEW,
            fact("It is a whole number of new connections each second.", LIMITS, "ELB841"),
            fact("It needs a dedicated load balancer.", LIMITS, "ELB843"),
            fact("It exists in the releases listed.", LIMITS, "ELB842", since=_LIMITS),
        ),
        key(
            "elb.connection",
            Tier.NEW,
            fact("It is a whole number of connections.", LIMITS, "ELB844"),
            fact("It needs a dedicated load balancer.", LIMITS, "ELB846"),
            fact("It exists in the releases listed.", LIMITS, "ELB845", since=_LIMITS),
        ),
        key(
            "elb.transparent-client-ip",
            Tier.DOCUMENTED,
            fact("It is true or false.", CLIENT_IP, "ELB812"),
            fact("Dedicated load balancers always pass the client's address on.", CLIENT_IP, "ELB814"),
            fact("It has its effect with externalTrafficPolicy Local.", CLIENT_IP, "ELB815"),
            fact("It is for TCP and UDP listeners.", CLIENT_IP, "ELB817"),
            fact("It has no effect in a Turbo cluster.", CLIENT_IP, "ELB816"),
            fact(
                "It exists in the releases listed.",
                CLIENT_IP,
                "ELB813",
                since="v1.23.17-r0 v1.25.12-r0 v1.27.9-r0 v1.28.7-r0 v1.29.3-r0",
            ),
            _left_as_it_is(CLIENT_IP),
        ),
    ),
)

LISTS: Final = Subject(
    "Access lists",
    (
        key(
            "elb.acl-id",
            Tier.DOCUMENTED,
            fact("Without the key ELB's own setting stays; empty, everybody is let in.", ACCESS, because=ALLOWS),
            fact("An ID wants elb.acl-status and elb.acl-type beside it.", ACCESS, "ELB874", "ELB875"),
            fact("There are 5 IDs at most.", ADVANCED, "ELB863"),
            fact("Several IDs need a dedicated load balancer.", ADVANCED, "ELB866"),
            fact("IDs are UUIDs.", ACCESS, "ELB865"),
            fact("IDs stand there with one comma between two.", ADVANCED, "ELB862"),
            fact("An ID stands there once.", ADVANCED, "ELB864"),
            fact("It exists in the releases listed.", ACCESS, "ELB860", since=_ACCESS),
            fact(
                "Several IDs exist in the releases listed.",
                ADVANCED,
                "ELB861",
                since="v1.25.16-r10 v1.27.16-r10 v1.28.15-r0 v1.29.10-r0 v1.30.6-r0 v1.31.1-r0",
            ),
            _left_as_it_is(ACCESS),
        ),
        key(
            "elb.acl-status",
            Tier.DOCUMENTED,
            fact("The status is on or true, off or false.", ACCESS, "ELB870"),
            fact("Without elb.acl-id it has no effect.", ACCESS, "ELB876"),
            fact("It exists in the releases listed.", ACCESS, "ELB871", since=_ACCESS),
            fact("It goes when elb.acl-id goes, which is warned about.", ACCESS, because=ALLOWS),
        ),
        key(
            "elb.acl-type",
            Tier.DOCUMENTED,
            fact("The list is black or white.", ACCESS, "ELB872"),
            fact("Without elb.acl-id it has no effect.", ACCESS, "ELB876"),
            fact("It exists in the releases listed.", ACCESS, "ELB873", since=_ACCESS),
            fact("It goes when elb.acl-id goes, which is warned about.", ACCESS, because=ALLOWS),
        ),
    ),
)

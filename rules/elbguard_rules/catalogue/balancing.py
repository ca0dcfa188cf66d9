"""Facts about the keys that spread requests over the backends and check their health."""

from typing import Final

from elbguard_rules.catalogue.fact import ALLOWS, CLOUD_FILLS_IN, FILLED_IN, Subject, Tier, fact, key
from elbguard_rules.documents import (
    ADVANCED,
    CONCLUSION,
    CONTROLLER,
    CREATING,
    HEALTH,
    OPEN_SOURCE,
    QUIC,
    READINESS,
    STICKY,
    TABLE_1,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    TLS,
)

_BY_PORT: Final = "v1.19.16-r5 v1.21.8-r0 v1.23.6-r0 v1.25.2-r0"

SPREADING: Final = Subject(
    "Algorithm and sticky sessions",
    (
        key(
            "elb.lb-algorithm",
            Tier.CORE,
            fact("The algorithm is ROUND_ROBIN, LEAST_CONNECTIONS or SOURCE_IP, in capitals.", TABLE_1, "ELB301"),
            fact("ROUND_ROBIN is the default.", TABLE_1, because=FILLED_IN),
            fact("SOURCE_IP excludes sticky sessions.", ADVANCED, "ELB323"),
            fact("SOURCE_IP makes weights useless.", TABLE_1, "ELB325"),
            fact("QUIC listeners cannot use SOURCE_IP.", QUIC, "ELB560"),
        ),
        key(
            "elb.session-affinity-mode",
            Tier.CORE,
            fact("Sessions of a LoadBalancer Service stick by SOURCE_IP, or not at all.", TABLE_1, "ELB310"),
            fact("Cookies are for Services behind an Ingress.", STICKY, "ELB310"),
            fact("In a standard cluster it goes with externalTrafficPolicy Local.", TABLE_4, "ELB322"),
            fact("The workload speaks TCP, says the older document; TCP or UDP, say newer ones.", ADVANCED, "ELB321"),
            fact("A TLS listener has no sticky sessions.", TLS, "ELB561"),
            fact("It wants a listener of layer 4.", ADVANCED, "ELB562"),
            fact("In a Turbo cluster it takes a dedicated load balancer.", STICKY, "ELB324"),
        ),
        key(
            "elb.session-affinity-option",
            Tier.CORE,
            fact("It is a JSON object.", TABLE_2, "ELB311"),
            fact("persistence_timeout is a string of 1 to 60 minutes.", TABLE_2, "ELB312"),
            fact("A JSON number there is not understood.", CONTROLLER, "ELB312"),
            fact("The timeout is 60 where it is not given.", TABLE_2, because=FILLED_IN),
            fact("Without the mode it has no effect.", TABLE_2, "ELB320"),
            fact("app_cookie_name and type are words of Ingresses and of other products.", OPEN_SOURCE, "ELB902"),
        ),
        key(
            "session-affinity-mode",
            Tier.LEGACY,
            fact("Pages up to 2025 wrote elb.session-affinity-mode without elb.", ADVANCED, "ELB903"),
        ),
    ),
)

CHECKING: Final = Subject(
    "Health check",
    (
        key(
            "elb.health-check-flag",
            Tier.CORE,
            fact("The flag is on, off, or empty.", TABLE_1, "ELB401"),
            fact("A check that is on says how it checks.", ADVANCED, "ELB424"),
            fact(
                "Documents differ on what an absent flag means.",
                READINESS,
                because="Nothing is filled in, and an absent flag is never blamed.",
            ),
        ),
        key(
            "elb.health-check-option",
            Tier.CORE,
            fact("It is a JSON object.", TABLE_3, "ELB410"),
            fact("delay is a string of 1 to 50 seconds.", TABLE_3, "ELB411"),
            fact("timeout is a string of 1 to 50 seconds.", TABLE_3, "ELB412"),
            fact("max_retries is a string of 1 to 10.", TABLE_3, "ELB413"),
            fact("protocol is TCP, UDP_CONNECT (UDP in newer documents) or HTTP.", TABLE_3, "ELB414"),
            fact("Open Telekom Cloud calls UDP_CONNECT UDP.", ADVANCED, "ELB426"),
            fact("Members left out have defaults.", TABLE_3, because=FILLED_IN),
            fact("TCP ports are checked by TCP or HTTP, UDP ports by UDP.", CREATING, "ELB425"),
            fact("path has 1 to 10000 characters.", TABLE_3, "ELB415"),
            fact("A check by HTTP has a path.", TABLE_3, "ELB420"),
            fact("Newer documents know paths of up to 80 characters.", ADVANCED, "ELB421"),
            fact("path begins with a slash.", CREATING, "ELB422"),
            fact("A check that is off needs no option.", CONCLUSION, "ELB423"),
            fact(
                "Checks by UDP need a security group that lets ICMP pass.",
                CREATING,
                because="Security groups are known to the cloud only.",
            ),
        ),
        key(
            "elb.health-check-options",
            Tier.DOCUMENTED,
            fact("It is a JSON array of objects; one old page shows a single object.", HEALTH, "ELB430", "ELB432"),
            fact("JSON has no comments, yet a printed example has one.", HEALTH, "ELB431"),
            fact(
                "An entry has a target_service_port, protocol and port in capitals.",
                HEALTH,
                "ELB434",
                "ELB435",
                "ELB446",
            ),
            fact("The target is an entry of spec.ports.", HEALTH, "ELB452"),
            fact("Each port has one entry.", CONCLUSION, "ELB448"),
            fact("Ports may be left out.", HEALTH, because=ALLOWS),
            fact("It does not stand beside elb.health-check-option.", HEALTH, "ELB450"),
            fact("monitor_port is a string of 1 to 65535, empty for the Service's port.", ADVANCED, "ELB436"),
            fact("delay is a string of 1 to 50 seconds.", ADVANCED, "ELB437"),
            fact("timeout is a string of 1 to 50 seconds.", ADVANCED, "ELB438"),
            fact("max_retries is a string of 1 to 10.", ADVANCED, "ELB439"),
            fact("protocol is TCP, UDP or HTTP.", ADVANCED, "ELB440", "ELB447"),
            fact("TCP ports are checked by TCP or HTTP, UDP ports by UDP.", CREATING, "ELB449"),
            fact("path has 1 to 80 characters.", ADVANCED, "ELB441", "ELB443"),
            fact("path begins with a slash.", CREATING, "ELB444"),
            fact("A check by HTTP has a path.", ADVANCED, "ELB445"),
            fact("expected_codes stands in an example and in no table.", HEALTH, "ELB442"),
            fact("Checks that are off need no options.", CONCLUSION, "ELB451"),
            fact("Members left out have defaults.", ADVANCED, because=CLOUD_FILLS_IN),
            fact("It exists in the releases listed.", HEALTH, "ELB433", since=_BY_PORT),
        ),
    ),
)

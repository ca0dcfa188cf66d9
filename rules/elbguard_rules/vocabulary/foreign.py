"""Keys without a module of their own: those of Ingresses, and those that people bring along from elsewhere."""

from typing import Final

PREFIX: Final = "kubernetes.io/elb."

# Documented for Ingresses; on a LoadBalancer Service they have no effect, but the page that names them is CCE's.
INGRESS: Final = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "port",
        "pool-protocol",
        "listen-ports",
        "slowstart",
        "slow-start",
        "ingress-order",
        "rule-priority-enabled",
        "rewrite-target",
        "ssl-redirect",
        "cors-allow-origin",
        "cors-allow-headers",
        "cors-allow-methods",
        "cors-allow-credentials",
        "cors-expose-headers",
        "cors-max-age",
        "canary",
        "canary-weight",
        "listener-master-ingress",
    )
)
INGRESS_FAMILIES: Final = (f"{PREFIX}headers.", f"{PREFIX}conditions.", f"{PREFIX}actions.")

# Keys that people bring along from older pages and neighbouring products: key -> what CCE wants instead.
TRANSLATIONS: Final = {
    "kubernetes.io/session-affinity-mode": "kubernetes.io/elb.session-affinity-mode",
    "kubernetes.io/session-affinity-option": "kubernetes.io/elb.session-affinity-option",
    "kubernetes.io/elb.session-affinity-flag": "kubernetes.io/elb.session-affinity-mode",
    "kubernetes.io/elb.idle-timeout": "kubernetes.io/elb.keepalive_timeout",
    "kubernetes.io/elb.request-timeout": "kubernetes.io/elb.client_timeout",
    "kubernetes.io/elb.response-timeout": "kubernetes.io/elb.member_timeout",
    "kubernetes.io/elb.enable-transparent-client-ip": "kubernetes.io/elb.transparent-client-ip",
    "kubernetes.io/elb.availability-zones": "available_zone in kubernetes.io/elb.autocreate",
    "kubernetes.io/elb.l4-flavor-id": "l4_flavor_name in kubernetes.io/elb.autocreate",
    "kubernetes.io/elb.l7-flavor-id": "l7_flavor_name in kubernetes.io/elb.autocreate",
    "kubernetes.io/elb.l4-keepalive-timeout": "kubernetes.io/elb.keepalive_timeout",
    "kubernetes.io/elb.l7-keepalive-timeout": "kubernetes.io/elb.keepalive_timeout",
    "kubernetes.io/elb.tls-certificate-id": "kubernetes.io/elb.tls-certificate-ids",
    "kubernetes.io/elb.endpointslice-user-managed": "cce.io/elb.endpointslice-user-managed",
    "kubernetes.io/elb.natgateway.id": "kubernetes.io/natgateway.id",
    "kubernetes.io/elb.natgateway-id": "kubernetes.io/natgateway.id",
}

# Keys of neighbouring products for which CCE has nothing instead: key -> whose they are.
FOREIGN: Final = {
    **dict.fromkeys(
        (
            f"{PREFIX}connection-limit",
            f"{PREFIX}keep-eip",
            f"{PREFIX}eip-auto-create-option",
            f"{PREFIX}default-tls-container-ref",
            f"{PREFIX}enable-cross-vpc",
        ),
        "the open-source controller",
    ),
    f"{PREFIX}http-redirect": "Ingresses",
}
FOREIGN_FAMILIES: Final = {"huawei-elb.io/": "another controller"}

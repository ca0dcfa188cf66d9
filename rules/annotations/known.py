"""Keys that CCE knows: those judged in modules of their own, and those that are only recognised so far."""

from typing import Final

PREFIX: Final = "kubernetes.io/elb."

# Documented for LoadBalancer Services, not judged yet: key -> what it is for.
RECOGNISED: Final = {
    "kubernetes.io/elb.ip": "an existing load balancer by its address",
    "kubernetes.io/elb.tags": "tags of a load balancer to create",
    "kubernetes.io/elb.instance-reclaim-policy": "what becomes of a created load balancer",
    "kubernetes.io/elb.custom-eip-id": "another EIP for a created load balancer",
    "kubernetes.io/elb.health-check-options": "health checks per port",
    "kubernetes.io/elb.client-ca-cert-id": "CA certificate of clients",
    "kubernetes.io/elb.tls-certificate-ids": "SNI certificates",
    "kubernetes.io/elb.http2-enable": "HTTP/2",
    "kubernetes.io/elb.tls-ciphers-policy": "TLS policy",
    "kubernetes.io/elb.security_policy_id": "custom TLS policy",
    "kubernetes.io/elb.security-pool-protocol": "protocol of the backends",
    "kubernetes.io/elb.keepalive_timeout": "idle timeout",
    "kubernetes.io/elb.client_timeout": "request timeout",
    "kubernetes.io/elb.member_timeout": "response timeout",
    "kubernetes.io/elb.transparent-client-ip": "client address on shared load balancers",
    "kubernetes.io/elb.x-forwarded-port": "header X-Forwarded-Port",
    "kubernetes.io/elb.x-forwarded-for-port": "header X-Forwarded-For-Port",
    "kubernetes.io/elb.x-forwarded-host": "header X-Forwarded-Host",
    "kubernetes.io/elb.x-real-ip": "header X-Real-IP",
    "kubernetes.io/elb.gzip-enabled": "compression",
    "kubernetes.io/elb.connection-drain-enable": "connection draining",
    "kubernetes.io/elb.connection-drain-timeout": "how long connections are drained",
    "kubernetes.io/elb.cps": "limit of new connections",
    "kubernetes.io/elb.connection": "limit of connections",
    "kubernetes.io/elb.acl-id": "IP address groups of the access list",
    "kubernetes.io/elb.acl-status": "switch of the access list",
    "kubernetes.io/elb.acl-type": "block or trust list",
    "kubernetes.io/elb.adaptive-weight": "weights by the number of pods",
    "kubernetes.io/elb.custom-backend-weights": "weights of backends",
    "kubernetes.io/elb.port-ranges": "listeners over ranges of ports",
    "kubernetes.io/elb.pools-options": "forwarding of all ports",
    "kubernetes.io/elb.multicluster": "one load balancer for several clusters",
    "kubernetes.io/elb.multicluster-loadbalancer-weight": "weight of this cluster",
    "kubernetes.io/elb.persist-autocreate": "left over in old controllers",
    # Written by CCE itself.
    "kubernetes.io/elb.eip-id": "the EIP that CCE created",
    "kubernetes.io/elb.custom-eip-status": "state of a custom EIP",
    "kubernetes.io/elb.listener-port": "state of listeners over several clusters",
    "kubernetes.io/elb.listener-port-ranges-auto-generated": "state of port ranges",
    "kubernetes.io/elb.mark": "retries of the controller",
}

# Those whose text is JSON.
RECOGNISED_JSON: Final = tuple(
    f"{PREFIX}{name}" for name in ("health-check-options", "custom-backend-weights", "port-ranges", "pools-options")
)

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
}

"""Facts about the keys of backends, of several clusters behind one load balancer, and of CCE's own bookkeeping."""

from typing import Final

from elbguard_rules.catalogue.fact import CLOUD_ONLY, NOBODY_SAYS, Subject, Tier, fact, key
from elbguard_rules.documents import (
    ADVANCED,
    ALL_PORTS,
    CLUSTERS,
    OBSERVED,
    PASSTHROUGH,
    PORT_RANGES,
    TABLE_4,
    WEIGHTS,
)

_RANGES: Final = "v1.23.18-r0 v1.25.13-r0 v1.27.10-r0 v1.28.8-r0 v1.29.4-r0 v1.30.1-r0"

BACKENDS: Final = Subject(
    "Backends and networking",
    (
        key(
            "elb.pass-through",
            Tier.CORE,
            fact("Documents show true, and onlyLocal, which CCE writes.", PASSTHROUGH, "ELB602"),
            fact("It exists from v1.19 on, says the index of annotations.", ADVANCED, "ELB603", since="v1.19"),
            fact("Up to v1.15 it does not exist, says its own page.", PASSTHROUGH, "ELB604", since="v1.16"),
            fact("It helps where Local makes the address unreachable from within.", PASSTHROUGH, "ELB620"),
            fact(
                "Under IPVS all Services of a load balancer carry the same setting.",
                PASSTHROUGH,
                because="A review sees one object; who else uses its load balancer is not in it.",
            ),
            fact(
                "A dedicated one stays unreachable from the node of the pod.",
                PASSTHROUGH,
                because="Which node asks cannot be seen in a Service.",
            ),
        ),
        key(
            "hws-hostNetwork",
            Tier.CORE,
            fact("It is true or false; anything else is read as false.", TABLE_4, "ELB605"),
            fact("The pods use the host network.", ADVANCED, because="Pods are not part of a Service."),
        ),
        key(
            "elb.adaptive-weight",
            Tier.DOCUMENTED,
            fact("It is true or false.", ADVANCED, "ELB330"),
            fact("It has no effect on a dedicated load balancer of a Turbo cluster.", ADVANCED, "ELB332"),
            fact("It does not stand beside elb.custom-backend-weights.", WEIGHTS, "ELB333"),
            fact("It exists from v1.21 on.", ADVANCED, "ELB331", since="v1.21"),
        ),
        key(
            "elb.custom-backend-weights",
            Tier.NEW,
            fact("It is a JSON object.", WEIGHTS, "ELB340"),
            fact("Its members defaultWeight and groups are known from an example only.", WEIGHTS, "ELB342", "ELB343"),
            fact("It excludes the other keys of weights and elb.port-ranges.", WEIGHTS, "ELB333", "ELB346", "ELB347"),
            fact("It needs a dedicated load balancer.", WEIGHTS, "ELB344"),
            fact("It needs a Turbo cluster.", WEIGHTS, "ELB345"),
            fact("The pods belong to a StatefulSet.", WEIGHTS, because="Pods are not part of a Service."),
            fact(
                "It exists in the releases listed.",
                WEIGHTS,
                "ELB341",
                since="v1.29.15-r60 v1.30.14-r60 v1.31.14-r20 v1.32.9-r20 v1.33.7-r20 v1.34.3-r10 v1.35.1-r0",
            ),
        ),
        key(
            "elb.port-ranges",
            Tier.NEW,
            fact("It is a JSON object of arrays of texts.", PORT_RANGES, "ELB580"),
            fact("Its members are names of entries of spec.ports.", PORT_RANGES, "ELB583"),
            fact("A range is start,end between 1 and 65535, the start not behind the end.", PORT_RANGES, "ELB580"),
            fact("A listener has 10 ranges at most.", PORT_RANGES, "ELB582"),
            fact("Ranges do not overlap.", PORT_RANGES, "ELB584"),
            fact("It needs a dedicated load balancer.", PORT_RANGES, "ELB586"),
            fact("HTTP and HTTPS listeners have no ranges.", PORT_RANGES, "ELB585"),
            fact("A change builds the listener anew.", PORT_RANGES, "ELB709"),
            fact("No document says whether a range may hold the Service's own port.", PORT_RANGES, because=NOBODY_SAYS),
            fact("It exists in the releases listed.", PORT_RANGES, "ELB581", since=_RANGES),
        ),
        key(
            "elb.pools-options",
            Tier.NEW,
            fact("It is a JSON object.", ALL_PORTS, "ELB350"),
            fact("any_port_enabled switches the forwarding of all ports.", ALL_PORTS, "ELB352"),
            fact("An update of it has no effect.", ALL_PORTS, "ELB710"),
            fact("It needs a dedicated load balancer.", ALL_PORTS, "ELB353"),
            fact("It needs a Turbo cluster.", ALL_PORTS, "ELB354"),
            fact(
                "It exists in the releases listed.",
                ALL_PORTS,
                "ELB351",
                since="v1.30.14-r100 v1.31.14-r60 v1.32.13-r30 v1.33.12-r10 v1.34.8-r10 v1.35.5-r10 v1.36.2-r0",
            ),
        ),
    ),
)

SEVERAL: Final = Subject(
    "Several clusters",
    (
        key(
            "elb.multicluster",
            Tier.NEW,
            fact("It is true or false.", CLUSTERS, "ELB880"),
            fact("It needs an existing load balancer, elb.id.", CLUSTERS, "ELB884"),
            fact("All Services of a shared listener switch it on.", CLUSTERS, because=CLOUD_ONLY),
            fact("It exists in the releases listed.", CLUSTERS, "ELB881", since=_RANGES),
        ),
        key(
            "elb.multicluster-loadbalancer-weight",
            Tier.NEW,
            fact("It is a whole number.", CLUSTERS, "ELB882"),
            fact("Without elb.multicluster it has no effect.", CLUSTERS, "ELB885"),
            fact("It exists in the releases listed.", CLUSTERS, "ELB883", since=_RANGES),
        ),
        key(
            "elb.listener-port",
            Tier.PLATFORM,
            fact("CCE writes it, and users leave it alone.", CLUSTERS, "ELB712"),
        ),
        key(
            "elb.listener-port-ranges-auto-generated",
            Tier.PLATFORM,
            fact("CCE writes it, and users leave it alone.", CLUSTERS, "ELB712"),
        ),
    ),
)

BOOKKEEPING: Final = Subject(
    "Bookkeeping",
    (
        key(
            "elb.mark",
            Tier.PLATFORM,
            fact("CCE counts its retries in it, and users leave it alone.", OBSERVED, "ELB712"),
        ),
    ),
)

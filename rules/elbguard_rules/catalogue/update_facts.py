"""Facts about updates: what may change, and what an update must not lose."""

from typing import Final

from elbguard_rules.core.fact import ALLOWS, KUBERNETES_DOES, Fact, fact
from elbguard_rules.documents import (
    ADVANCED,
    ALL_PORTS,
    CLUSTERS,
    CONCLUSION,
    CONTROLLER,
    EIP,
    KUBERNETES,
    NOTES,
    OBSERVED,
    PORT_RANGES,
    TIMEOUTS,
)

UPDATES: Final[dict[str, Fact]] = {
    "U01": fact("elb.class is neither changed nor removed.", ADVANCED, "ELB701"),
    "U02": fact("elb.id, once given, is neither changed nor removed.", ADVANCED, "ELB702"),
    "U03": fact("A change of elb.autocreate rebuilds nothing; the user guide forbids it.", ADVANCED, "ELB703"),
    "U04": fact("CCE reads elb.autocreate again when the Service is deleted.", CONCLUSION, "ELB704"),
    "U05": fact("elb.eip-id is CCE's; another EIP is chosen by elb.custom-eip-id.", EIP, "ELB705"),
    "U06": fact("elb.custom-eip-id has an effect only beside elb.eip-id.", EIP, "ELB706"),
    "U07": fact("A switch from Cluster to Local leaves tracked connections behind.", NOTES, "ELB621"),
    "U08": fact("A listener keeps its protocol.", CONTROLLER, "ELB708"),
    "U09": fact("A change of elb.port-ranges interrupts the listener.", PORT_RANGES, "ELB709"),
    "U10": fact("elb.pools-options is read at creation only.", ALL_PORTS, "ELB710"),
    "U11": fact("A listener's setting stays when its key is removed.", TIMEOUTS, "ELB711"),
    "U12": fact("Users leave the keys alone in which CCE keeps its books.", CLUSTERS, "ELB712"),
    "U13": fact("Algorithm, sticky sessions, health check, certificate and tags may change.", NOTES, because=ALLOWS),
    "U14": fact("elb.id beside elb.autocreate is normal after the creation.", EIP, because=ALLOWS),
    "U15": fact(
        "What was wrong before does not stop another change.",
        CONCLUSION,
        because="The engine turns an error that the old Service had already into a warning.",
    ),
    "U16": fact(
        "A Service that becomes a LoadBalancer gets its load balancer then.",
        CONCLUSION,
        because="Every rule about creations holds for such an update.",
    ),
    "U17": fact("spec.loadBalancerClass does not change.", KUBERNETES, because=KUBERNETES_DOES),
    "U18": fact("A full replace drops what CCE and elbguard wrote.", OBSERVED, "ELB701", "ELB702"),
    "U19": fact("What the class becomes when it is added later, no document says.", CONCLUSION, "ELB719"),
}

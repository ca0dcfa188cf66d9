"""All constraints of Huawei Cloud's page LoadBalancer, and why some are no rule.

The document is Huawei Cloud's page "LoadBalancer" of the CCE user guide, for clusters up to about v1.23. A rule names
the constraints it covers; a test fails on a constraint that has neither a rule nor a reason.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Constraint:
    """A sentence of the document in our words, and the reason why admission cannot check it; None where a rule does."""

    says: str
    unchecked: str | None = None


SEED: Final = {
    "S001": Constraint(
        "The Service is reached at the load balancer's address and port.",
        "Says how it works; there is nothing to get wrong.",
    ),
    "S002": Constraint(
        "In a Turbo cluster a dedicated load balancer sends requests straight to the pods.",
        "Says how it works; there is nothing to get wrong.",
    ),
    "S003": Constraint(
        "A load balancer created with a Service should not be used by anything else.",
    ),
    "S004": Constraint(
        "In clusters of v1.15 and earlier the listeners of a load balancer must not be renamed.",
        "Listeners are renamed on the ELB console, where no admission takes place.",
    ),
    "S005": Constraint("A switch of the affinity from cluster to node level leaves old connections behind."),
    "S006": Constraint("With affinity at node level the load balancer may be unreachable from within the cluster."),
    "S007": Constraint("A Turbo cluster knows affinity at cluster level only."),
    "S008": Constraint("Dedicated load balancers need a cluster of v1.17 or later."),
    "S009": Constraint("A dedicated load balancer serves TCP and UDP on a private network."),
    "S010": Constraint("HTTP on a dedicated load balancer needs its application type as well."),
    "S011": Constraint("A node port is allocated at random unless one is given.", "Kubernetes does it."),
    "S012": Constraint(
        "At cluster level there cannot be more ports than a node has node ports free.",
        "The node ports in use on a node cannot be seen in a Service.",
    ),
    "S013": Constraint("At node level that limit does not exist.", "Lifts a limit; there is nothing to get wrong."),
    "S014": Constraint(
        "In a Turbo cluster that limit exists for shared load balancers only.",
        "Lifts a limit; there is nothing to get wrong.",
    ),
    "S015": Constraint("Under IPVS the address of a node must not be an external IP of a Service."),
    "S016": Constraint(
        "Under IPVS an ingress and a Service should not share a load balancer.",
    ),
    "S017": Constraint(
        "At cluster level every node answers, at the price of a detour and of the client's address.",
        "Says how it works; there is nothing to get wrong.",
    ),
    "S018": Constraint(
        "At node level only nodes with a pod answer, and the client's address is kept.",
        "Says how it works; there is nothing to get wrong.",
    ),
    "S019": Constraint("IPv6 needs a cluster from v1.15 that was created with it."),
    "S020": Constraint(
        "The load balancer must be in the VPC of the cluster.", "The VPC of a load balancer is known to the cloud only."
    ),
    "S021": Constraint("There are three algorithms: weighted round robin, weighted least connections, source IP hash."),
    "S022": Constraint(
        "The source IP hash suits TCP connections without cookies.",
        "Whether the workload uses cookies cannot be seen in a Service.",
    ),
    "S023": Constraint("Sticky sessions are off by default.", "Nothing is filled in, so they stay off."),
    "S024": Constraint("Sessions stick by the source address only."),
    "S025": Constraint(
        "The health check is off by default, says the console.",
        "Another sentence of the document says the contrary, so nothing is filled in for the flag.",
    ),
    "S026": Constraint("Health checks speak TCP or HTTP, says the console."),
    "S027": Constraint(
        "A health-check port of its own appears in the Service as a port named cce-healthz.",
        "Not a mistake: the rules about listeners and flavors leave a port of that name aside.",
    ),
    "S028": Constraint("A Service's port lies between 1 and 65535.", "Kubernetes refuses others by itself."),
    "S029": Constraint("Sticky sessions want a workload that speaks TCP."),
    "S030": Constraint("Sticky sessions want the pods on different nodes."),
    "S031": Constraint("The class is union or performance, union by default."),
    "S032": Constraint("The mode of sticky sessions is SOURCE_IP, or the annotation is left out."),
    "S033": Constraint("The option of sticky sessions is an object with the timeout."),
    "S034": Constraint("The ID of an existing load balancer has 1 to 100 characters."),
    "S035": Constraint("The subnet's ID has 1 to 100 characters and is needed up to v1.11.7-r0."),
    "S036": Constraint("The algorithm is ROUND_ROBIN by default, LEAST_CONNECTIONS or SOURCE_IP."),
    "S037": Constraint("The algorithm SOURCE_IP ignores weights."),
    "S038": Constraint("The health check's flag is on, off or blank."),
    "S039": Constraint("The health check's option is an object."),
    "S040": Constraint("elb.protocol-port names the ports with listeners of layer 7."),
    "S041": Constraint("elb.cert-id names the certificate."),
    "S042": Constraint("elb.pass-through sends requests from within through the load balancer."),
    "S043": Constraint("A port is a whole number and must be given.", "Kubernetes refuses others by itself."),
    "S044": Constraint("A target port must be given.", "Kubernetes fills it in by itself."),
    "S045": Constraint("Sticky sessions last 1 to 60 minutes, 60 by default."),
    "S046": Constraint("That timeout is valid only with the mode SOURCE_IP."),
    "S047": Constraint("The health check's delay is 1 to 50 seconds, 5 by default."),
    "S048": Constraint("Its timeout is 1 to 50 seconds, 10 by default."),
    "S049": Constraint("Its retries are 1 to 10, 3 by default."),
    "S050": Constraint("Its protocol is TCP, UDP_CONNECT or HTTP, that of the Service by default."),
    "S051": Constraint("Its path has 1 to 10000 characters, / by default."),
    "S052": Constraint("The example with a dedicated load balancer is for clusters of v1.17 and later."),
    "S053": Constraint("The enterprise project can be chosen from v1.15 on."),
    "S054": Constraint("elb.autocreate is needed where a load balancer is to be created."),
    "S055": Constraint("elb.autocreate is a JSON object."),
    "S056": Constraint("hws-hostNetwork is true or false, false by default."),
    "S057": Constraint("Sticky sessions want externalTrafficPolicy Local."),
    "S058": Constraint("A created load balancer's name has 1 to 64 characters of a set."),
    "S059": Constraint("Its network is public or inner, inner by default."),
    "S060": Constraint("A public one names its bandwidth; there is a default."),
    "S061": Constraint("Bandwidth is billed by bandwidth, the default, or by traffic."),
    "S062": Constraint("A public one buys 1 to 2000 Mbit/s."),
    "S063": Constraint("A public one says how its bandwidth is shared: PER."),
    "S064": Constraint("A public one says which type of EIP it gets."),
    "S065": Constraint("Its subnet can be chosen from v1.21 on."),
    "S066": Constraint("A dedicated one names its availability zones, a shared one has none."),
    "S067": Constraint("A dedicated one names its flavor of layer 4, a shared one has none."),
    "S068": Constraint("A dedicated one may name its flavor of layer 7, a shared one has none."),
    "S069": Constraint("A dedicated one may name the subnets of its backends."),
    "S070": Constraint(
        "Backends are nodes and node ports, or pods where a Turbo cluster has a dedicated load balancer.",
        "Says how it works; there is nothing to get wrong.",
    ),
    "S071": Constraint("HTTP listeners need a cluster of v1.21."),
    "S072": Constraint(
        "HTTP works with shared and dedicated load balancers.", "Allows something; there is nothing to get wrong."
    ),
    "S073": Constraint(
        "For HTTP an existing dedicated load balancer must route layers 4 and 7.",
        "The flavor of an existing load balancer is known to the cloud only.",
    ),
    "S074": Constraint("For HTTP a created dedicated load balancer must name a flavor that routes layers 4 and 7."),
    "S075": Constraint("Each protocol:port of elb.protocol-port is a port of the Service."),
    "S076": Constraint("An https entry uses the certificate of elb.cert-id."),
    "S077": Constraint(
        "With Local, who reaches the load balancer from within depends on network model and proxy mode.",
        "Details of the warning ELB620, which cannot be told apart in a Service.",
    ),
    "S078": Constraint("With Local, use the cluster IP, or Cluster, or pass-through."),
    "S079": Constraint(
        "Pass-through does not help on the node of the pod with a dedicated load balancer.",
        "Which node asks cannot be seen in a Service.",
    ),
}

"""Symptoms: what clusters and people say when a Service does not work, what it means, and what to look at.

What only the cloud knows no rule can see; these texts say how a person sees it. `elbguard explain` tells them.
"""

import re
from typing import Final

from elbguard_rules.catalogue.topic import Step, Topic
from elbguard_rules.documents import OBSERVED, UNREACHABLE

_EVENTS: Final = "kubectl describe service NAME shows the events at its end"
_ID: Final = Step(
    "kubernetes.io/elb.id is the ID of a load balancer, not its name and not its address.",
    "Copy the ID from the load balancer's page in the ELB console.",
)
_VPC: Final = Step(
    "The load balancer is in the VPC of the cluster.",
    "Compare the VPC on the load balancer's page with that on the cluster's; another one answers with ELB.9899.",
)
_PORT: Final = Step(
    "No other Service, of this cluster or another, uses the same port of the same load balancer.",
    "Look at the load balancer's listeners, and for other Services with this elb.id: kubectl get services -A -o yaml."
    " Two on one port answer with ELB.8907. Take another port or another load balancer.",
)

SYMPTOMS: Final = (
    Topic(
        "ELB.8907",
        "ELB.8907: the load balancer has a listener on this port already",
        "Two Services name the same load balancer and the same port. The first has the listener; this one waits, and"
        " CCE tries again and again. ELB answers other conflicts with this code too: the sentence beside it counts.",
        OBSERVED,
        (
            _PORT,
            Step(
                "The listener is not a leftover: of a Service that was deleted, or made by hand in the ELB console.",
                "Delete the listener there, if nobody needs it; CCE's next try succeeds.",
            ),
            Step(
                "Services of several clusters that are to share a listener all say so.",
                "Give each of them kubernetes.io/elb.multicluster, as `elbguard explain elb.multicluster` tells.",
            ),
        ),
        words=("elb8907", "8907", "port conflict", "listener exists"),
        texts=(re.compile(r"(?i)\belb\.8907\b"), re.compile(r"(?i)already has a listener")),
    ),
    Topic(
        "ELB.9899",
        "ELB.9899: the load balancer is in another VPC than the cluster",
        "The cluster's nodes or pods cannot become backends of a load balancer in another VPC. ELB answers some other"
        " mistakes with this code too: the sentence beside it counts, here that of a VPC that does not match.",
        OBSERVED,
        (
            _VPC,
            Step(
                "The load balancer of this VPC is the one whose ID is written.",
                "Choose one of the cluster's VPC, or let CCE create one with kubernetes.io/elb.autocreate.",
            ),
        ),
        words=("elb9899", "9899", "vpc mismatch", "another vpc"),
        texts=(re.compile(r"(?i)\belb\.9899\b"), re.compile(r"(?i)\bvpc\b.*\bloadbalancer\b.*\bmismatch")),
    ),
    Topic(
        "cannot-modify",
        "can't modify service elb [...] annotation: an update changes or drops what must stay",
        "CCE's own webhook refuses an update that changes or leaves out an annotation such as kubernetes.io/elb.id or"
        " kubernetes.io/elb.class of a Service that has its load balancer. Most often a tool writes the whole Service"
        " from its own template, without what CCE had added.",
        OBSERVED.quote("can't modify service elb [kubernetes.io/elb.id] annotation"),
        (
            Step(
                "The update has the annotations of the live Service with the same values.",
                "Write the value that it has into the manifest: kubectl get service NAME -o yaml shows it. elbguard's"
                " webhook puts back what an update left out.",
            ),
            Step(
                "Nobody wants another load balancer for this Service.",
                "Otherwise create another Service: a Service stays with its load balancer.",
            ),
        ),
        words=("can't modify", "cannot modify", "can't modify service elb", "cannot modify service elb"),
        texts=(re.compile(r"(?i)can(?:'|\\u2019|no)?t modify service elb"),),
        rules=("ELB701", "ELB702"),
    ),
    Topic(
        "invalid-id",
        "loadBalancerID[...] is invalid: what elb.id says is no ID",
        "CCE's own webhook refuses an ID that is not a UUID. What stands in the brackets is what it was given, often"
        " the name of the load balancer, or a placeholder that nobody filled in.",
        OBSERVED.quote("loadBalancerID[...] is invalid"),
        (_ID,),
        words=("invalid id", "loadbalancerid is invalid", "loadbalancerid"),
        texts=(re.compile(r"(?i)loadbalancerid\s*\[.*\]\s*is invalid"), re.compile(r"(?i)loadbalancerid.*is invalid")),
        rules=("ELB104",),
    ),
    Topic(
        "unhealthy",
        "unhealthy: the load balancer shows backends in alarm",
        "With externalTrafficPolicy Local only nodes with a pod of the Service answer. The others stand as unhealthy"
        " members in the load balancer, and that is as it should be: it sends them nothing. With 3 of 15 nodes that"
        " have a pod, 12 are in alarm.",
        OBSERVED,
        (
            Step(
                "externalTrafficPolicy is Local, and the nodes in alarm are those without a pod.",
                "Nothing is broken. Where the alarms disturb, write Cluster: every node answers then, and the client's"
                " address is lost.",
            ),
            Step(
                "The pods are ready: kubectl get endpointslices -l kubernetes.io/service-name=NAME.",
                "Mend the pods first; a selector that matches none leaves the list empty.",
            ),
            Step(
                "The health check asks what the pods answer: protocol, port and path.",
                "Compare kubernetes.io/elb.health-check-option with the pods; `elbguard explain"
                " elb.health-check-option` tells its members.",
            ),
            Step(
                "The security group of the nodes or pods lets the load balancer's checks through.",
                "Allow the node ports, or the pods' ports in a Turbo cluster, from the load balancer's subnet.",
            ),
        ),
        words=("unhealthy members", "unhealthy backends", "health check failed", "abnormal", "alarm"),
        texts=(re.compile(r"(?i)\bunhealthy\b"), re.compile(r"(?i)\bhealth check (?:fail|is abnormal)")),
    ),
    Topic(
        "unreachable",
        "unreachable: pods and nodes of the cluster cannot reach the load balancer's address",
        "With externalTrafficPolicy Local kube-proxy answers for the address on each node itself, and forwards to pods"
        " of that node only. From outside the cluster the address works.",
        UNREACHABLE.quote("when the value of externalTrafficPolicy is Local, the ELB address may fail to be accessed"),
        (
            Step(
                "Inside the cluster the Service is reached by its name or cluster IP.",
                "Call http://NAME.NAMESPACE.svc instead of the load balancer's address.",
            ),
            Step(
                "Where the load balancer's address is needed inside, traffic goes through the load balancer.",
                'Add kubernetes.io/elb.pass-through: "true", or write externalTrafficPolicy: Cluster.',
            ),
        ),
        words=("unreachable from within", "not reachable"),
        rules=("ELB620",),
    ),
    Topic(
        "pending",
        "pending: the Service stays without an external address",
        f"CCE could not bind or create the load balancer and tries again. Its reason is in the events: {_EVENTS};"
        " `elbguard explain` takes the whole line of an event. An existing load balancer must fulfil the following, of"
        " which a manifest shows only a part.",
        OBSERVED,
        (
            Step(
                "The Service names a load balancer: kubernetes.io/elb.id or kubernetes.io/elb.autocreate.",
                "Check the manifest: elbguard check FILE.",
            ),
            _ID,
            _VPC,
            Step(
                "The load balancer has a subnet.",
                "See its page in the ELB console: backend servers need one in the cluster's VPC.",
            ),
            Step(
                "A dedicated load balancer has a layer-4 flavor, network (TCP/UDP), and for HTTP or HTTPS a layer-7"
                " flavor, application, as well.",
                "See its specifications in the ELB console; change them there, or take another load balancer.",
            ),
            Step(
                "kubernetes.io/elb.class says what the load balancer is: union for a shared one, performance for a"
                " dedicated one.",
                "See its type in the ELB console. Without the annotation it is taken for a shared one.",
            ),
            _PORT,
            Step(
                "spec.loadBalancerClass is not given.",
                "Leave it out: CCE passes over a Service that has one, without an event.",
            ),
        ),
        words=(
            "<pending>",
            "external-ip pending",
            "external ip pending",
            "stuck",
            "hangs",
            "no address",
            "no external ip",
        ),
        texts=(
            re.compile(r"(?i)<pending>"),
            re.compile(r"(?i)external-?\s?ip.*\bpending\b"),
            re.compile(r"(?i)\b(?:SyncLoadBalancerFailed|CreatingLoadBalancerFailed|EnsuringLoadBalancer)\b"),
            re.compile(r"(?i)\berror syncing load ?balancer\b"),
        ),
        rules=("ELB104", "ELB110", "ELB233", "ELB235"),
    ),
)


def of(text: str) -> Topic | None:
    """The symptom that an event or an answer of a cluster tells of; the more telling comes first; None for others."""
    said = " ".join(text.split())  # terminals pad columns and break lines
    return next((symptom for symptom in SYMPTOMS if symptom.is_in(said)), None)

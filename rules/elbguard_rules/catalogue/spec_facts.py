"""Facts about fields of the Service, and about what stands around it, by the field."""

from typing import Final

from elbguard_rules.core.fact import CLOUD_ONLY, HOW_IT_WORKS, KUBERNETES_DOES, Fact, fact
from elbguard_rules.documents import (
    CONCLUSION,
    CONSOLE,
    CONTROLLER,
    CREATING,
    EIP,
    EXISTING,
    KUBERNETES,
    NOTES,
    OBSERVED,
    READINESS,
    STICKY,
    TABLE_4,
    UNREACHABLE,
)

SPEC: Final[dict[str, Fact]] = {
    "spec.type": fact(
        "The annotations choose a load balancer for type LoadBalancer; other types may carry them for an Ingress.",
        STICKY,
        "ELB904",
        "ELB905",
    ),
    "metadata.deletionTimestamp": fact(
        "A Service that is being deleted changes as its finalizers want.",
        CONCLUSION,
        because="Nothing at all is said about such a Service.",
    ),
    "spec.externalTrafficPolicy": fact(
        "The policy is Cluster or Local, Cluster by default.", CONSOLE, because=KUBERNETES_DOES
    ),
    "spec.externalTrafficPolicy (Turbo)": fact(
        "A Turbo cluster knows Cluster only, unless the pods use the host network.", CREATING, "ELB630", "ELB631"
    ),
    "spec.externalTrafficPolicy (switch)": fact(
        "A switch from Cluster to Local leaves tracked connections behind.", NOTES, "ELB621"
    ),
    "spec.externalTrafficPolicy (Local)": fact(
        "With Local the address may be unreachable from within the cluster.", UNREACHABLE, "ELB620"
    ),
    "spec.externalTrafficPolicy (sticky)": fact("Sticky sessions of a standard cluster need Local.", TABLE_4, "ELB322"),
    "spec.ports[].port": fact("A port lies between 1 and 65535 and must be given.", CONSOLE, because=KUBERNETES_DOES),
    "spec.ports[].targetPort": fact("A target port not given is the port.", KUBERNETES, because=KUBERNETES_DOES),
    "spec.ports[].protocol": fact("Listeners speak TCP or UDP; there is none for SCTP.", CONCLUSION, "ELB651"),
    "spec.ports[].nodePort": fact(
        "A node port not given, or 0, is chosen from those free.", CONSOLE, because=KUBERNETES_DOES
    ),
    "spec.ports[].name cce-healthz": fact("CCE reserves this name for a port of health checks.", CONSOLE, "ELB654"),
    "spec.ports (number)": fact(
        "There is a port at least, and elb.health-check-option covers those of one protocol.",
        CREATING,
        "ELB652",
        "ELB653",
    ),
    "spec.selector": fact("Without a selector the controller finds no backends.", CONTROLLER, "ELB655"),
    "spec.sessionAffinity": fact("ClientIP is a feature of Kubernetes, not of the load balancer.", EXISTING, "ELB326"),
    "spec.loadBalancerIP": fact("It is documented to choose a load balancer up to v1.23.", CREATING, "ELB113"),
    "spec.loadBalancerClass": fact(
        "CCE leaves Services with a class alone.", OBSERVED, because="Nothing at all is said about such a Service."
    ),
    "spec.loadBalancerSourceRanges": fact("A cluster of v1.35 ignored them.", OBSERVED, "ELB656"),
    "spec.allocateLoadBalancerNodePorts": fact("Nodes as backends need node ports.", EIP, "ELB657"),
    "spec.externalIPs (IPVS)": fact(
        "Under IPVS a node's address as an external IP cuts the node off.", NOTES, "ELB640", "ELB641"
    ),
    "status / one ELB for ingress and Service (IPVS)": fact(
        "Under IPVS an Ingress and a Service do not share a load balancer.",
        NOTES,
        "ELB932",
    ),
    "spec.ipFamilies / ipFamilyPolicy": fact(
        "IPv6 needs v1.15; both families at once need a dedicated load balancer, Turbo and newer releases.",
        CREATING,
        "ELB650",
        "ELB658",
        "ELB659",
        "ELB660",
        "ELB661",
    ),
    "LB placement": fact("The load balancer is in the cluster's VPC, of the right flavor.", NOTES, because=CLOUD_ONLY),
    "backend kind": fact(
        "Backends are nodes, or pods where a Turbo cluster has a dedicated load balancer.", NOTES, because=HOW_IT_WORKS
    ),
    "readiness gate": fact(
        "Pods can wait for the load balancer's health check.", READINESS, because="Pods are not part of a Service."
    ),
    "listener names": fact(
        "Up to v1.15 listeners keep the names that CCE gave them.",
        NOTES,
        because="Listeners are renamed on the ELB console, where no admission takes place.",
    ),
    "security group for UDP health check": fact(
        "Checks by UDP need a security group that lets ICMP pass.",
        CREATING,
        because="Security groups are known to the cloud only.",
    ),
}

"""The documents that the rules quote."""

from typing import Final

from rules.core.rule import Source

_PAGE: Final = "CCE user guide, LoadBalancer"
_ADVANCED: Final = "OTC CCE user guide, Configuring Advanced Load Balancing Functions Using Annotations (cce_10_0385)"
_CREATING: Final = "OTC CCE user guide, Creating a LoadBalancer Service (cce_10_0681)"

NOTES: Final = Source(_PAGE, "Notes and Constraints")
CONSOLE: Final = Source(_PAGE, "Creating a LoadBalancer Service")
EXISTING: Final = Source(_PAGE, "Using kubectl to Create a Service (Using an Existing Load Balancer)")
CREATED: Final = Source(_PAGE, "Using kubectl to Create a Service (Automatically Creating a Load Balancer)")
TABLE_1: Final = Source(_PAGE, "Table 1, Key parameters")
TABLE_2: Final = Source(_PAGE, "Table 2, elb.session-affinity-option")
TABLE_3: Final = Source(_PAGE, "Table 3, elb.health-check-option")
TABLE_4: Final = Source(_PAGE, "Table 4, Key parameters")
TABLE_5: Final = Source(_PAGE, "Table 5, elb.autocreate")
HTTP: Final = Source(_PAGE, "Enabling HTTP for Services")
UNREACHABLE: Final = Source(_PAGE, "Why a Cluster Fails to Access Services by Using the ELB Address")

OTC: Final = Source("OTC CCE user guide", "all pages about LoadBalancer Services")
ADVANCED: Final = Source(_ADVANCED, "annotations of a LoadBalancer Service")
CREATING: Final = Source(_CREATING, "Creating a Service using kubectl")
HTTPS: Final = Source("OTC CCE user guide, Configuring HTTP/HTTPS for a LoadBalancer Service (cce_10_0683)", "Notes")
TLS: Final = Source("CCE user guide, Configuring TLS for a LoadBalancer Service (cce_10_0843)", "Notes")
QUIC: Final = Source("CCE user guide, Configuring QUIC for a LoadBalancer Service (cce_10_1100)", "Notes")
PASSTHROUGH: Final = Source("OTC CCE user guide, Passthrough Networking (cce_10_0355)", "Notes")
STICKY: Final = Source(
    "OTC CCE best practices, Sticky Session Through Load Balancing (cce_bestpractice_00231)", "Notes"
)
BULLETIN: Final = Source("OTC CCE user guide, Kubernetes Version Policy (cce_bulletin_0033)", "release lines")
HEALTH: Final = Source("OTC CCE user guide, Health Check on Multiple Service Ports (cce_10_0684)", "Notes")
TIMEOUTS: Final = Source("OTC CCE user guide, Configuring Timeout for a LoadBalancer Service (cce_10_0729)", "Notes")
ACCESS: Final = Source("OTC CCE user guide, Configuring a Blocklist/Trustlist (cce_10_0831)", "Notes")
SNI: Final = Source("OTC CCE user guide, Configuring SNI for a LoadBalancer Service (cce_10_0841)", "Notes")
HTTP2: Final = Source("OTC CCE user guide, Configuring HTTP/2 for a LoadBalancer Service (cce_10_0842)", "Notes")
CLIENT_IP: Final = Source("OTC CCE user guide, Retaining the Client IP Address (cce_10_0916)", "Notes")
EIP: Final = Source("OTC CCE user guide, Changing a Custom EIP (cce_10_0924)", "Notes")
READINESS: Final = Source("OTC CCE user guide, Pod Readiness Through ELB Health Check (cce_10_0685)", "Notes")
CLUSTERS: Final = Source("CCE user guide, LoadBalancer Services Across Clusters (cce_10_0682)", "Notes")
WEIGHTS: Final = Source("CCE user guide, Custom Backend Weights (cce_10_1026)", "Notes")
ALL_PORTS: Final = Source("CCE user guide, Full-Port Forwarding (cce_10_1180)", "Notes")
LIMITS: Final = Source("CCE user guide, Connection Limits (cce_10_11011)", "Notes")
FORWARDED: Final = Source("CCE user guide, X-Forwarded header fields (family of cce_10_0385)", "Notes")
COMPRESSION: Final = Source("CCE user guide, gzip compression (family of cce_10_0385)", "Notes")
PORT_RANGES: Final = Source("CCE user guide, port ranges (family of cce_10_0385)", "Notes")
RELEASE_NOTES: Final = Source("CCE release notes of cluster versions", "features")
REFERENCE: Final = Source("CCE configuration reference (ref-cce)", "LoadBalancer parameters")
INGRESS_PAGES: Final = Source("OTC CCE user guide, ELB ingresses", "annotations of an Ingress")
OPEN_SOURCE: Final = Source("cloud-provider-huaweicloud, the open-source cloud controller manager", "annotations")
CCI: Final = Source("CCI 2.0 user guide", "annotations of a Service")
CONTROLLER: Final = Source(
    "cloud-provider-huaweicloud, ancestor of CCE's controller (d686eefb)", "how it reads a Service"
)
KUBERNETES: Final = Source("Kubernetes API reference", "Service v1")
CONCLUSION: Final = Source("elbguard", "conclusions of ours that no document states")
OBSERVED: Final = Source("Notes of users of CCE clusters", "2025 and 2026")

"""The documents that rules and facts quote: one table, with the address of each page where it is known for sure.

Huawei Cloud puts a page under its number. Open Telekom Cloud names its pages by their titles, which change, so of these
only the addresses that were seen are here; the number leads to Huawei Cloud's edition of the same page. No address is
guessed: a document without one is told by its title and number.
"""

from typing import Final

from elbguard_rules.core.rule import Document, Source

_HUAWEI: Final = "https://support.huaweicloud.com"
_OTC: Final = "https://docs.otc.t-systems.com/cloud-container-engine/umn/"
_OTC_EDITION: Final = "edition of April 2026"


def _page(number: str, guide: str = "usermanual-cce", *, chinese: bool = False) -> str:
    """Where Huawei Cloud has a page; some exist in Chinese only."""
    return f"{_HUAWEI}{'' if chinese else '/intl/en-us'}/{guide}/{number}.html"


def _huawei(title: str, number: str, edition: str = "", *, chinese: bool = False) -> Document:
    told = ", in ".join(filter(None, (edition and f"edition of {edition}", "Chinese" if chinese else "")))
    return Document(f"Huawei Cloud CCE user guide, {title}", number, told, _page(number, chinese=chinese))


def _otc(title: str, number: str, address: str = "", guide: str = "usermanual-cce") -> Document:
    named = f"Open Telekom Cloud CCE user guide, {title}"
    if address:
        return Document(named, number, _OTC_EDITION, f"{_OTC}{address}")
    return Document(named, number, _OTC_EDITION, "", _page(number, guide), "in Huawei Cloud's edition")


LOAD_BALANCER: Final = Document(
    "Huawei Cloud CCE user guide, LoadBalancer",
    edition="edition of about 2022",
    nearest=_page("cce_10_0681"),
    nearness="as it is today",
)
ANNOTATIONS: Final = _otc("Configuring Advanced Load Balancing Functions Using Annotations", "cce_10_0385")
CREATING_PAGE: Final = _otc(
    "Creating a LoadBalancer Service",
    "cce_10_0681",
    "network/service/loadbalancer/creating_a_loadbalancer_service.html",
)
HTTPS_PAGE: Final = _otc("Configuring HTTP/HTTPS for a LoadBalancer Service", "cce_10_0683")
HEALTH_PAGE: Final = _otc("Health Check on Multiple Service Ports", "cce_10_0684")
READINESS_PAGE: Final = _otc("Pod Readiness Through ELB Health Check", "cce_10_0685")
PASSTHROUGH_PAGE: Final = _otc("Passthrough Networking", "cce_10_0355")
TIMEOUT_PAGE: Final = _otc("Configuring Timeout for a LoadBalancer Service", "cce_10_0729")
ACCESS_PAGE: Final = _otc("Configuring a Blocklist/Trustlist", "cce_10_0831")
SNI_PAGE: Final = _otc("Configuring SNI for a LoadBalancer Service", "cce_10_0841")
HTTP2_PAGE: Final = _otc("Configuring HTTP/2 for a LoadBalancer Service", "cce_10_0842")
CLIENT_IP_PAGE: Final = _otc("Retaining the Client IP Address", "cce_10_0916")
EIP_PAGE: Final = _otc("Changing a Custom EIP", "cce_10_0924")
BULLETIN_PAGE: Final = _otc("Kubernetes Version Policy", "cce_bulletin_0033", guide="bulletin-cce")
STICKY_PAGE: Final = Document(
    "Open Telekom Cloud CCE best practices, Sticky Session Through Load Balancing",
    "cce_bestpractice_00231",
    _OTC_EDITION,
)
OTC_PAGES: Final = Document(
    "Open Telekom Cloud CCE user guide, all pages about LoadBalancer Services",
    edition=_OTC_EDITION,
    address=f"{_OTC}network/service/loadbalancer/index.html",
)
OTC_INGRESSES: Final = Document("Open Telekom Cloud CCE user guide, ELB ingresses", edition=_OTC_EDITION)

DNAT_PAGE: Final = _huawei("DNAT", "cce_10_0058", "2025-08-19")
CLUSTERS_PAGE: Final = _huawei(
    "Configuring Multiple Cross-Cluster Backend Servers for a LoadBalancer Service", "cce_10_0682", "2026-06-16"
)
INGRESS_KEYS_PAGE: Final = _huawei("Using Annotations to Configure ELB Ingresses", "cce_10_0695")
TLS_PAGE: Final = _huawei("Configuring TLS for a LoadBalancer Service", "cce_10_0843", "2026-01-31")
HEADERS_PAGE: Final = _huawei(
    "Configuring an HTTP/HTTPS Header for a LoadBalancer Service", "cce_10_0865", "2025-08-19"
)
GZIP_PAGE: Final = _huawei("Configuring GZIP Data Compression for a LoadBalancer Service", "cce_10_0866", "2025-11-06")
PORT_RANGES_PAGE: Final = _huawei(
    "Configuring a Range of Listening Ports for LoadBalancer Services", "cce_10_0929", "2025-11-06"
)
IP_TARGETS_PAGE: Final = _huawei(
    "Configuring IP Addresses as Backend Servers for a LoadBalancer Service", "cce_10_1021", "2025-11-06"
)
INGRESS_IP_TARGETS_PAGE: Final = Document("Huawei Cloud CCE user guide, backend servers by IP address", "cce_10_1022")
WEIGHTS_PAGE: Final = _huawei(
    "Configuring Weights for StatefulSet Backend Pods in a LoadBalancer Service", "cce_10_1026", "2026-06-16"
)
QUIC_PAGE: Final = _huawei("Configuring a QUIC Listener for a LoadBalancer Service", "cce_10_1100", "2026-06-16")
QUIC_BACKENDS_PAGE: Final = _huawei(
    "Configuring a UDP Listener for the QUIC Protocol for a LoadBalancer Service", "cce_10_1107", "2026-06-16"
)
ALL_PORTS_PAGE: Final = _huawei(
    "Configuring Full-Port Forwarding for LoadBalancer Services", "cce_10_1180", "2026-09-29"
)
LIMITS_PAGE: Final = _huawei(
    "limits of new and of concurrent connections of a LoadBalancer Service", "cce_10_11011", "2026-08-26", chinese=True
)
ENDPOINTS_PAGE: Final = _huawei("backends of ELB by EndpointSlices", "cce_10_1199", "2026-11-10", chinese=True)

CONSOLE_HELP_PAGE: Final = Document("Huawei Cloud ELB, help of the console", "elb_drawerhelp_710")
BACKEND_SECURITY_PAGE: Final = Document("Huawei Cloud help, table of the backend security protocol")
AUTOPILOT_PAGE: Final = Document(
    "Huawei Cloud CCE Autopilot user guide, Creating a LoadBalancer Service", "cce_11_0681", "", _page("cce_11_0681")
)
RELEASES: Final = Document("Huawei Cloud CCE release notes of cluster versions")
PARAMETERS: Final = Document("Huawei Cloud CCE configuration reference", "ref-cce")
CCI_PAGE: Final = Document("Huawei Cloud CCI 2.0 user guide")
CLOUD_PROVIDER: Final = Document(
    "cloud-provider-huaweicloud, the open-source cloud controller manager",
    address="https://github.com/kubernetes-sigs/cloud-provider-huaweicloud",
)
ANCESTOR: Final = Document(
    "cloud-provider-huaweicloud, ancestor of CCE's controller",
    edition="commit d686eefb",
    nearest="https://github.com/kubernetes-sigs/cloud-provider-huaweicloud",
    nearness="the repository",
)
KUBERNETES_API: Final = Document(
    "Kubernetes API reference",
    address="https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/",
)
YAML: Final = Document("YAML Ain't Markup Language", edition="version 1.2", address="https://yaml.org/spec/1.2.2/")
OURS: Final = Document("elbguard")
NOTED: Final = Document("Notes of users of CCE clusters", edition="2025 and 2026")

NOTES: Final = Source(LOAD_BALANCER, "Notes and Constraints")
CONSOLE: Final = Source(LOAD_BALANCER, "Creating a LoadBalancer Service")
EXISTING: Final = Source(LOAD_BALANCER, "Using kubectl to Create a Service (Using an Existing Load Balancer)")
CREATED: Final = Source(LOAD_BALANCER, "Using kubectl to Create a Service (Automatically Creating a Load Balancer)")
TABLE_1: Final = Source(LOAD_BALANCER, "Table 1, Key parameters")
TABLE_2: Final = Source(LOAD_BALANCER, "Table 2, elb.session-affinity-option")
TABLE_3: Final = Source(LOAD_BALANCER, "Table 3, elb.health-check-option")
TABLE_4: Final = Source(LOAD_BALANCER, "Table 4, Key parameters")
TABLE_5: Final = Source(LOAD_BALANCER, "Table 5, elb.autocreate")
HTTP: Final = Source(LOAD_BALANCER, "Enabling HTTP for Services")
UNREACHABLE: Final = Source(LOAD_BALANCER, "Why a Cluster Fails to Access Services by Using the ELB Address")

OTC: Final = Source(OTC_PAGES, "annotations")
DNAT: Final = Source(DNAT_PAGE, "Creating a DNAT Gateway Service")
ADVANCED: Final = Source(ANNOTATIONS, "annotations of a LoadBalancer Service")
CREATING: Final = Source(CREATING_PAGE, "Creating a Service using kubectl")
HTTPS: Final = Source(HTTPS_PAGE, "Notes")
TLS: Final = Source(TLS_PAGE, "Notes")
QUIC: Final = Source(QUIC_PAGE, "Notes")
QUIC_BACKENDS: Final = Source(QUIC_BACKENDS_PAGE, "Notes")
PASSTHROUGH: Final = Source(PASSTHROUGH_PAGE, "Notes")
STICKY: Final = Source(STICKY_PAGE, "Notes")
BULLETIN: Final = Source(BULLETIN_PAGE, "release lines")
HEALTH: Final = Source(HEALTH_PAGE, "Notes")
TIMEOUTS: Final = Source(TIMEOUT_PAGE, "Notes")
ACCESS: Final = Source(ACCESS_PAGE, "Notes")
SNI: Final = Source(SNI_PAGE, "Notes")
HTTP2: Final = Source(HTTP2_PAGE, "Notes")
CLIENT_IP: Final = Source(CLIENT_IP_PAGE, "Notes")
EIP: Final = Source(EIP_PAGE, "Notes")
READINESS: Final = Source(READINESS_PAGE, "Notes")
CLUSTERS: Final = Source(CLUSTERS_PAGE, "Notes")
IP_TARGETS: Final = Source(IP_TARGETS_PAGE, "Notes")
ENDPOINTS: Final = Source(ENDPOINTS_PAGE, "Notes")
WEIGHTS: Final = Source(WEIGHTS_PAGE, "Notes")
ALL_PORTS: Final = Source(ALL_PORTS_PAGE, "Notes")
CONSOLE_HELP: Final = Source(CONSOLE_HELP_PAGE, "limits of a listener")
BACKEND_SECURITY: Final = Source(BACKEND_SECURITY_PAGE, "annotations")
AUTOPILOT: Final = Source(AUTOPILOT_PAGE, "Constraints")
LIMITS: Final = Source(LIMITS_PAGE, "Notes")
FORWARDED: Final = Source(HEADERS_PAGE, "Notes")
COMPRESSION: Final = Source(GZIP_PAGE, "Notes")
PORT_RANGES: Final = Source(PORT_RANGES_PAGE, "Notes")
RELEASE_NOTES: Final = Source(RELEASES, "features")
REFERENCE: Final = Source(PARAMETERS, "LoadBalancer parameters")
INGRESS_PAGES: Final = Source(OTC_INGRESSES, "annotations of an Ingress")
OPEN_SOURCE: Final = Source(CLOUD_PROVIDER, "annotations")
CLOUD_CONTROLLER_TESTS: Final = Source(CLOUD_PROVIDER, "end-to-end tests")
CCI: Final = Source(CCI_PAGE, "annotations of a Service")
CONTROLLER: Final = Source(ANCESTOR, "how it reads a Service")
KUBERNETES: Final = Source(KUBERNETES_API, "Service v1")
CONCLUSION: Final = Source(OURS, "conclusions of ours that no document states")
OBSERVED: Final = Source(NOTED, "what live clusters did")

DOCUMENTS: Final = tuple(value for value in list(vars().values()) if isinstance(value, Document))

"""Differences: where documents do not agree, and how we decided.

An error only where no document, and no example of one, says otherwise; the union of what documents allow; of two gates
the lower one refuses and the higher one warns.
"""

from dataclasses import dataclass
from typing import Final

from elbguard_rules.core.rule import Source
from elbguard_rules.documents import (
    ADVANCED,
    CLIENT_IP,
    COMPRESSION,
    CONSOLE,
    CONTROLLER,
    CREATING,
    EIP,
    EXISTING,
    HEALTH,
    HTTP,
    HTTPS,
    INGRESS_PAGES,
    NOTES,
    OBSERVED,
    OPEN_SOURCE,
    PASSTHROUGH,
    QUIC,
    READINESS,
    REFERENCE,
    SNI,
    STICKY,
    TABLE_1,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    TABLE_5,
    TIMEOUTS,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two documents that do not agree: what each says, how we decided, and the rules that follow, or why none."""

    one: str
    other: str
    decided: str
    sources: tuple[Source, ...]
    rules: tuple[str, ...] = ()
    because: str = ""


def differs(one: str, other: str, decided: str, *what: Source | str, because: str = "") -> Difference:
    """A difference; `what` is its sources, then the ids of its rules."""
    sources = tuple(item for item in what if isinstance(item, Source))
    return Difference(one, other, decided, sources, tuple(i for i in what if isinstance(i, str)), because)


DIFFERENCES: Final[dict[str, Difference]] = {
    "C-NAME-REGEX": differs(
        "Names are lowercase letters, digits and underscores.",
        "Examples and the document's own defaults have hyphens, newer tables capitals and periods.",
        "The wider set is right; the narrower one is a rule that is off until somebody wants it.",
        TABLE_5, ADVANCED, "ELB202", "ELB204", "ELB227", "ELB228",
    ),
    "C-NAME-PLUS": differs(
        "The default name is printed with a plus sign.",
        "The controller joins its parts by a hyphen.",
        "The plus sign is notation; a stable name is filled in, since the UID is not known in time.",
        TABLE_5, CONTROLLER, because="A default is filled in; a rule cannot be broken by it.",
    ),
    "C-BWNAME-REQUIRED": differs(
        "A public load balancer must name its bandwidth.",
        "The same row gives a default.",
        "The name is filled in, its absence never blamed.",
        TABLE_5, because="A default is filled in; a rule cannot be broken by it.",
    ),
    "C-BWSIZE-DEFAULT": differs(
        "The default size is given as 1 to 2000.",
        "A range is no default, and the size is mandatory.",
        "It is the range; a public load balancer without a size is refused.",
        TABLE_5, "ELB206", "ELB220",
    ),
    "C-BWCHARGE": differs(
        "bandwidth and traffic, bandwidth by default.",
        "Open Telekom Cloud's table knows traffic only, one of its examples bandwidth.",
        "Both are right; the profile says which is filled in, and bandwidth is a warning in Open Telekom Cloud.",
        TABLE_5, ADVANCED, EIP, "ELB205", "ELB245",
    ),
    "C-EIPTYPE": differs(
        "Four types.",
        "5_bgp only, varying by region; an example has 5_g-vm.",
        "A public load balancer needs one; a type that no document names is a warning.",
        TABLE_5, ADVANCED, EIP, "ELB222", "ELB224",
    ),
    "C-SHARETYPE": differs(
        "PER only.",
        "An edition of 2022 knows WHOLE too.",
        "WHOLE is a warning, anything else an error.",
        TABLE_5, ADVANCED, "ELB207", "ELB226",
    ),
    "C-L4-MANDATORY": differs(
        "The flavor of layer 4 is mandatory.",
        "Shared load balancers have none; newer tables want it for TCP and UDP.",
        "A dedicated load balancer with a TCP, UDP or TLS listener needs it.",
        TABLE_5, ADVANCED, "ELB233",
    ),
    "C-AZ-MANDATORY": differs(
        "Zones are mandatory.",
        "Shared load balancers have none, and examples give an empty one.",
        "A dedicated one needs zones; an empty zone is a warning.",
        TABLE_5, ADVANCED, "ELB231", "ELB232",
    ),
    "C-VIRSUBNET-DEFAULT": differs(
        "Backend subnets default to that of the cluster.",
        "They default to that of vip_subnet_cidr_id.",
        "Nothing is filled in.",
        TABLE_5, ADVANCED, because="The cloud chooses, whatever the document.",
    ),
    "C-TYPE-STRING": differs(
        "Timeouts and counts are strings, and bandwidth_size is a number.",
        "People write either.",
        "The wrong one is refused, with the right one in the message; `elbguard fix` writes it.",
        TABLE_2, TABLE_3, CONTROLLER, "ELB206", "ELB312", "ELB411", "ELB412", "ELB413",
    ),
    "C-PERSIST-MANDATORY": differs(
        "The timeout of sticky sessions is mandatory.",
        "The same row gives the default 60.",
        "It is filled in.",
        TABLE_2, because="A default is filled in; a rule cannot be broken by it.",
    ),
    "C-HC-DEFAULT": differs(
        "Without the flag there is no health check.",
        "The same row, the controller and a newer page say that there is one.",
        "Nothing is filled in for the flag, and its absence is never blamed.",
        TABLE_1, READINESS, CONTROLLER, because="An absent flag is left absent.",
    ),
    "C-HC-ON-NEEDS-OPTION": differs(
        "A check that is on needs an option.",
        "The older page and the controller do not ask for one.",
        "A warning.",
        ADVANCED, TABLE_1, "ELB424",
    ),
    "C-HC-PROTO": differs(
        "TCP, UDP_CONNECT and HTTP.",
        "TCP, UDP and HTTP; the console says TCP and HTTP.",
        "All four are right; UDP_CONNECT is a warning in Open Telekom Cloud, and port by port.",
        TABLE_3, ADVANCED, CONSOLE, "ELB414", "ELB426", "ELB440", "ELB447",
    ),
    "C-HC-DELAY": differs(
        "The delay is a time to wait before the first check.",
        "It is the time between two checks.",
        "The range is the same; the message names no meaning.",
        TABLE_3, ADVANCED, "ELB411",
    ),
    "C-HC-PATH": differs(
        "A path has up to 10000 characters.",
        "Up to 80, a slash first.",
        "Beyond 10000 an error, beyond 80 or without a slash a warning.",
        TABLE_3, ADVANCED, CREATING, "ELB415", "ELB421", "ELB422", "ELB443", "ELB444",
    ),
    "C-HC-EXPECTED": differs(
        "An example uses expected_codes.",
        "No table lists it.",
        "It is known, and any text is right.",
        HEALTH, ADVANCED, "ELB442",
    ),
    "C-AFFINITY-TCP": differs(
        "Sticky sessions want a workload of TCP.",
        "TCP or UDP.",
        "UDP alone is a warning.",
        CONSOLE, ADVANCED, "ELB321",
    ),
    "C-AFFINITY-LOCAL": differs(
        "Sticky sessions go with Local.",
        "Newer manifests have them without.",
        "A warning, in standard clusters.",
        TABLE_4, STICKY, ADVANCED, "ELB322",
    ),
    "C-AFFINITY-NAMES": differs(
        "elb.session-affinity-mode and -option.",
        "Older pages leave out elb., the open-source controller has elb.session-affinity-flag.",
        "Other names are a warning with the right one; nothing is rewritten.",
        TABLE_1, OPEN_SOURCE, "ELB903", "ELB902",
    ),
    "C-AFFINITY-TWICE": differs(
        "A table lists the option of sticky sessions twice.",
        "Both rows say the same.",
        "One rule.",
        TABLE_4, "ELB311",
    ),
    "C-AFFINITY-SRCIP-ALG": differs(
        "SOURCE_IP makes weights useless.",
        "It excludes sticky sessions as well, and the controller fails.",
        "Both together are an error; no example has them.",
        TABLE_1, ADVANCED, CONTROLLER, "ELB323", "ELB325",
    ),
    "C-TURBO-AFFINITY": differs(
        "A Turbo cluster knows Cluster only.",
        "Local is possible with pods on the host network.",
        "Local is an error in a Turbo cluster, a warning with hws-hostNetwork.",
        NOTES, CREATING, CLIENT_IP, "ELB630", "ELB631",
    ),
    "C-ETP-IN-TABLE": differs(
        "externalTrafficPolicy stands in a table of annotations.",
        "It is a field of spec.",
        "An annotation of that name is a warning.",
        TABLE_4, "ELB903",
    ),
    "C-HOSTNET-TYPE": differs(
        "hws-hostNetwork is the text true or false.",
        "An older edition calls it a Boolean.",
        "An annotation is a text.",
        TABLE_4, ADVANCED, "ELB605", "ELB901",
    ),
    "C-CLASS-DEFAULT": differs(
        "The class is optional and union by default.",
        "Newer tables call it mandatory, the console chooses performance.",
        "Its absence is never blamed; union is filled in for what is created, the operator may say otherwise.",
        TABLE_1, CREATING, REFERENCE, because="A default is filled in; a rule cannot be broken by it.",
    ),
    "C-CLASS-MODIFIABLE": differs(
        "The class stays as it is.",
        "The reference of the console calls it modifiable.",
        "CCE's own webhook refuses the change, and so do we.",
        ADVANCED, REFERENCE, OBSERVED, "ELB701", "ELB702",
    ),
    "C-ID-MANDATORY": differs(
        "elb.id is mandatory.",
        "So is elb.autocreate, in the other table.",
        "A Service needs one of them; elb.id wins.",
        TABLE_1, TABLE_4, "ELB110", "ELB111",
    ),
    "C-ID-FORMAT": differs(
        "1 to 100 characters.",
        "All real IDs are UUIDs; examples print placeholders.",
        "A wrong length is an error, another form a warning.",
        TABLE_1, OBSERVED, EXISTING, "ELB103", "ELB104",
    ),
    "C-ID-AUTOCREATE": differs(
        "elb.id and elb.autocreate exclude each other.",
        "Manifests of live Services have both.",
        "Both are an error when a Service is created, since it would take the load balancer with it when it goes; "
        "a warning where CCE's other marks show a Service restored; normal afterwards.",
        ADVANCED, EIP, "ELB111", "ELB115",
    ),
    "C-SUBNET": differs(
        "elb.subnet-id is optional after v1.11.7-r0.",
        "It is discarded.",
        "Not a word about it.",
        TABLE_4, ADVANCED, because="Both readings allow it.",
    ),
    "C-PP-GATE": differs(
        "Layer 7 from v1.21 on.",
        "From v1.19.16 on.",
        "An error below v1.19.16: only the first edition of the page says v1.21.",
        HTTP, HTTPS, "ELB502", "ELB557",
    ),
    "C-PP-FLAVOR": differs(
        "A dedicated load balancer needs flavors of both layers for HTTP.",
        "Newer releases need layer 7 only.",
        "Below those releases an error, above them a warning.",
        HTTP, HTTPS, "ELB234", "ELB235", "ELB237",
    ),
    "C-DEDICATED-NETTYPE": differs(
        "A dedicated load balancer serves layer 4 in any case.",
        "One of layer 7 alone is fine for HTTP.",
        "Left to the cloud.",
        NOTES, HTTPS, because="The flavor of an existing load balancer is known to the cloud only.",
    ),
    "C-PP-VALUES": differs(
        "http and https.",
        "Newer pages add tls and quic.",
        "All four are right, each from its release on.",
        ADVANCED, HTTPS, QUIC, "ELB501", "ELB504", "ELB505",
    ),
    "C-CERT-WORDING": differs(
        "A certificate for HTTP.",
        "It is used for HTTPS and TLS.",
        "A slip of the pen.",
        TABLE_1, HTTPS, "ELB523",
    ),
    "C-PASSTHROUGH": differs(
        "Examples show true, and no list of values exists.",
        "CCE writes onlyLocal; two pages differ on the first release.",
        "true, false and onlyLocal are right, others a warning; an error up to v1.15, a warning below v1.19.",
        PASSTHROUGH, ADVANCED, "ELB602", "ELB603", "ELB604",
    ),
    "C-KEEPALIVE": differs(
        "The idle timeout is 10 to 4000 seconds for TCP, 0 to 4000 for HTTP, UDP on dedicated ones.",
        "10 to 4000 seconds, never for UDP.",
        "The wider ranges; UDP on a shared load balancer is a warning.",
        TIMEOUTS, REFERENCE, "ELB801", "ELB804", "ELB805",
    ),
    "C-TLS-IDS": differs(
        "On a Service all IDs are for SNI.",
        "On an Ingress the first is the server's own.",
        "A Service is read as a Service; elb.cert-id is wanted as before.",
        SNI, INGRESS_PAGES, "ELB522",
    ),
    "C-GZIP-EXAMPLE": differs(
        "Compression is for HTTP listeners.",
        "The printed example has none.",
        "A warning.",
        COMPRESSION, "ELB836",
    ),
    "C-JSON-TYPO": differs(
        "A printed elb.autocreate lacks a quotation mark.",
        "All others are JSON.",
        "It is refused, with the place where the mark is missing.",
        CREATING, ADVANCED, "ELB201",
    ),
    "C-YAML-PLACEHOLDER": differs(
        "Printed manifests have asterisks for IDs and addresses.",
        "Unquoted they are no YAML.",
        "Quoted they are a warning.",
        EXISTING, CREATING, "ELB229", "ELB104",
    ),
    "C-SLOWSTART": differs(
        "elb.slowstart.",
        "elb.slow-start.",
        "Both are keys of Ingresses, known and never blamed.",
        INGRESS_PAGES, because="No key of a Service.",
    ),
    "C-CERTID-SINGULAR": differs(
        "elb.tls-certificate-ids.",
        "Some pages write elb.tls-certificate-id.",
        "A warning with the right name.",
        SNI, INGRESS_PAGES, "ELB903",
    ),
    "C-SEED-EXAMPLES-SUBSET": differs(
        "Tables are long.",
        "Manifests use few keys, the first one elb.id alone.",
        "The absence of an optional key is never blamed.",
        TABLE_1, EXISTING, because="No rule asks for an optional key by itself.",
    ),
    "C-TRANSPARENT": differs(
        "The client's address is passed on by shared load balancers only.",
        "It wants Local, which a Turbo cluster does not know.",
        "Warnings, no errors.",
        CLIENT_IP, "ELB814", "ELB815", "ELB816", "ELB817",
    ),
}  # fmt: skip

"""kubernetes.io/elb.protocol-port: which ports get a listener of layer 7, or one that terminates TLS."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.digits import between
from elbguard_rules.core.fact import ALLOWS, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.limits import crowded
from elbguard_rules.core.problem import MOST_ENTRIES, Problem, Severity, Where, duplicate, invalid, unsupported
from elbguard_rules.core.reader import Owner, Reader
from elbguard_rules.core.reading import Reading
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.documents import CONCLUSION, CONTROLLER, HTTP, HTTPS, QUIC, TABLE_1, TLS

_PROTOCOLS: Final = ("http", "https", "tls", "quic")
_ENTRY: Final = re.compile(r"([A-Za-z]+):([0-9]{1,5})", re.ASCII)

_FORMAT: Final = Rule(
    "ELB501",
    "malformed-protocol-port",
    "Each port that gets a listener of its own is written as protocol:port, with commas between them.",
    HTTP.quote("The format is Protocol:Port."),
    "Write https:443,http:80, without blanks.",
    covers=("S040", "S075"),
)


class ListedPort(NamedTuple):
    """One entry: its position in the text, the protocol as written, the port; http, https, tls or quic; TCP or UDP."""

    position: int
    written: str
    port: int
    protocol: str
    transport: str

    @property
    def served(self) -> tuple[str, int]:
        """The port of spec.ports that it serves, by protocol and number; a UDP one may have the number of a TCP one."""
        return (self.transport, self.port)


@record
class Listeners:
    """The entries of the annotation, in the order written."""

    entries: tuple[ListedPort, ...] = ()

    def __iter__(self) -> Iterator[ListedPort]:
        return iter(self.entries)

    def speak(self, *protocols: str) -> tuple[ListedPort, ...]:
        """The entries with one of the protocols."""
        return tuple([entry for entry in self.entries if entry.protocol in protocols])  # a list is made the quickest

    @property
    def ports(self) -> frozenset[int]:
        """The ports named."""
        return frozenset(entry.port for entry in self.entries)


class _ListenersReader(Reader[Listeners]):
    """Reads protocol:port with commas between them."""

    several = "commas"
    parts = frozenset(_PROTOCOLS)

    def read(self, text: str, owner: Owner) -> Reading:
        """The listeners."""
        if (count := text.count(",") + 1) > MOST_ENTRIES:
            return Reading(None, ((owner.rule, crowded(owner.at(), count)),))
        entries: list[ListedPort] = []
        problems: list[tuple[Rule, Problem]] = []
        for index, part in enumerate(text.strip().split(",")):
            match = _ENTRY.fullmatch(part)
            protocol, port = (match[1].lower(), int(match[2])) if match else ("", 0)
            if match and protocol in _PROTOCOLS and 1 <= port <= 65535:
                entries.append(ListedPort(index, match[1], port, protocol, "UDP" if protocol == "quic" else "TCP"))
            else:
                problems.append((owner.rule, _mistake(owner.at(index), part, match[1] if match else "")))
        if problems:
            return Reading(None, tuple(problems))
        return Reading(Listeners(tuple(entries)), parts=frozenset(entry.protocol for entry in entries))

    def schema(self) -> dict[str, Any]:
        """`pattern`."""
        either = "|".join("".join(f"[{c.upper()}{c}]" for c in protocol) for protocol in _PROTOCOLS)
        entry = f"({either}):0*({between(1, 65535)})"
        return {"type": "string", "pattern": rf"^\s*{entry}(,{entry})*\s*$"}


def _mistake(where: Where, part: str, protocol: str) -> Problem:
    """What is wrong with an entry; `protocol` is what it names, empty where it has another shape."""
    if not protocol:
        return invalid(where, part, _hint(part))
    if protocol.lower() not in _PROTOCOLS:
        hint = "a port that is not listed stays TCP or UDP" if protocol.lower() in ("tcp", "udp") else ""
        return unsupported(where, protocol, _PROTOCOLS, hint)
    return invalid(where, part, "a port is between 1 and 65535")


def _hint(part: str) -> str:
    if not part.strip():
        return "an entry is empty: must be protocol:port, such as https:443, with one comma between two"
    if part != part.strip():
        return "must be protocol:port without blanks, such as https:443"
    return "must be protocol:port, such as https:443"


PROTOCOL_PORT: Final[Annotation[Listeners]] = Annotation(
    "kubernetes.io/elb.protocol-port",
    _ListenersReader(),
    _FORMAT,
    purpose="which ports get a listener of layer 7, or one that terminates TLS",
    about=Subject.PROTOCOLS,
    tier=Tier.CORE,
    gates=(
        introduced(
            "ELB502",
            "listeners-on-old-cluster",
            HTTPS.quote(
                "This feature is supported only in clusters of v1.19.16 or later.",
                "The first edition of the page says v1.21; all others say v1.19.16.",
            ),
            since("v1.19.16"),
            what="HTTP and HTTPS listeners exist",
            covers=("S071",),
        ),
        introduced(
            "ELB504",
            "tls-on-old-cluster",
            TLS,
            since("v1.23.14-r0", "v1.25.9-r0", "v1.27.6-r0", "v1.28.4-r0"),
            what="TLS listeners exist",
            fix="Use https, or upgrade the cluster.",
            of=lambda listeners: bool(listeners.speak("tls")),
            parts=("tls",),
            feature="a tls listener",
            entries=lambda listeners: [entry.position for entry in listeners.speak("tls")],
        ),
        introduced(
            "ELB505",
            "quic-on-old-cluster",
            QUIC.quote("v1.28.15-r80, v1.29.15-r40, v1.30.14-r40, v1.31.14-r0, v1.32.9-r0, v1.33.7-r0, v1.34.2-r0"),
            since(
                "v1.28.15-r80",
                "v1.29.15-r40",
                "v1.30.14-r40",
                "v1.31.14-r0",
                "v1.32.9-r0",
                "v1.33.7-r0",
                "v1.34.2-r0",
            ),
            what="QUIC listeners exist",
            fix="Use https on a TCP port, or upgrade the cluster.",
            of=lambda listeners: bool(listeners.speak("quic")),
            parts=("quic",),
            feature="a quic listener",
            entries=lambda listeners: [entry.position for entry in listeners.speak("quic")],
        ),
    ),
    facts=(
        fact("The protocols are http, https, tls and quic.", HTTPS, "ELB501"),
        fact("Examples write protocols in lower case.", TABLE_1, "ELB507"),
        fact("Ports left out stay TCP or UDP listeners.", CONCLUSION, because=ALLOWS),
        fact("A port is listed once.", HTTP, "ELB506"),
        fact("A port is one of spec.ports.", HTTP, "ELB520"),
        fact("HTTP, HTTPS and TLS stand on TCP ports.", HTTP, "ELB521"),
        fact(
            "A QUIC listener reaches its backends by HTTP or HTTPS, so the Service's port may be a TCP port.",
            QUIC,
            because=ALLOWS,
        ),
        fact("A QUIC listener needs a certificate.", QUIC, "ELB526"),
        fact("An https or tls entry needs a certificate.", HTTP, "ELB522"),
        fact("TLS needs a dedicated load balancer.", TLS, "ELB524"),
        fact("QUIC needs a dedicated load balancer.", QUIC, "ELB525"),
        fact("A listener does not change its protocol in place.", CONTROLLER, "ELB708"),
        fact(
            "A listener does not serve an Ingress as well.",
            HTTPS,
            because="A review sees one object; who else uses its load balancer is not in it.",
        ),
    ),
)


@rule(
    "ELB506",
    "port-listed-twice",
    "A port has one listener, so it is listed once.",
    HTTP.quote("The port matches the one in the service.spec.ports field"),
    PROTOCOL_PORT,
    fix="Remove one of the two entries.",
    covers=("S075",),
)
def a_port_has_one_listener(service: Service, cluster: Cluster) -> Iterator[Problem]:
    seen: set[tuple[str, int]] = set()
    for entry in service[PROTOCOL_PORT] or ():
        if entry.served in seen:
            yield duplicate(PROTOCOL_PORT.at(entry.position), f"{entry.written}:{entry.port}", "a port is listed once")
        seen.add(entry.served)


@rule(
    "ELB507",
    "protocol-in-capitals",
    "The protocols of listeners are written in lower case.",
    TABLE_1.quote("https:443,http:80"),
    PROTOCOL_PORT,
    fix="Write https for HTTPS.",
    why="every example does; whether capitals work is not documented.",
    severity=Severity.WARNING,
)
def protocols_are_lower_case(service: Service, cluster: Cluster) -> Iterator[Problem]:
    for entry in service[PROTOCOL_PORT] or ():
        if entry.written != entry.protocol:
            text = f"{entry.written}:{entry.port}"
            yield invalid(PROTOCOL_PORT.at(entry.position), text, f'write "{entry.protocol}:{entry.port}"')

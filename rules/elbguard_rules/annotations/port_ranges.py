"""kubernetes.io/elb.port-ranges: listeners over ranges of ports."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import Problems, rule
from elbguard_rules.core.digits import between
from elbguard_rules.core.fact import NOBODY_SAYS, Subject, Tier, fact
from elbguard_rules.core.facts import Cluster, since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.jsonvalue import AnyJson
from elbguard_rules.core.need import dedicated
from elbguard_rules.core.problem import Kind, invalid
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.core.shapes import Shape, refuse
from elbguard_rules.documents import PORT_RANGES as PAGE

_RANGE: Final = re.compile(r"([0-9]{1,5}),([0-9]{1,5})", re.ASCII)
_MOST: Final = 10  # ranges of one listener


@dataclass(frozen=True, slots=True, order=True)
class PortRange:
    """The ports from `start` to `end`, both included, and how that is written."""

    start: int
    end: int
    written: str = field(compare=False)

    def __str__(self) -> str:
        return self.written


class _Range(Shape):
    """A range of ports, written as start,end."""

    def check(self, value: str) -> PortRange:
        """Refuse another form, what is no port, and what ends before it starts."""
        match = _RANGE.fullmatch(value)
        if not match:
            refuse(Kind.INVALID, 'must be start,end, such as "30000,30010"')
        found = PortRange(int(match[1]), int(match[2]), value)
        if not (1 <= found.start <= 65535 and 1 <= found.end <= 65535):
            refuse(Kind.INVALID, "a port is between 1 and 65535")
        if found.start > found.end:
            refuse(Kind.INVALID, f'ends before it starts: write "{found.end},{found.start}"')
        return found

    def keywords(self, kind: str = "string") -> dict[str, Any]:
        """`pattern`; that it ends before it starts cannot be said."""
        port = f"0*({between(1, 65535)})"
        return {"pattern": f"^(?=[0-9]{{1,5}},[0-9]{{1,5}}$){port},{port}$"}


PORT_RANGES: Final[Annotation[dict[str, list[PortRange]]]] = Annotation(
    "kubernetes.io/elb.port-ranges",
    AnyJson(dict[str, list[Annotated[str, _Range()]]]),
    Rule(
        "ELB580",
        "malformed-port-ranges",
        "Ranges of ports are a JSON object: the name of each port, and the list of its ranges, each start,end.",
        PAGE.quote('the name of a port of spec.ports, and an array of "start,end" within 1 to 65535'),
        'Write {"web": ["30000,30010", "30020,30030"]}.',
    ),
    purpose="listeners over ranges of ports",
    about=Subject.BACKENDS,
    tier=Tier.NEW,
    clouds=("huawei",),
    gates=(
        introduced(
            "ELB581",
            "port-ranges-on-old-cluster",
            PAGE,
            since("v1.23.18-r0", "v1.25.13-r0", "v1.27.10-r0", "v1.28.8-r0", "v1.29.4-r0", "v1.30.1-r0"),
            what="Listeners over ranges of ports exist",
        ),
    ),
    needs=(
        dedicated(
            "ELB586",
            "port-ranges-on-a-shared-load-balancer",
            PAGE.quote("Only dedicated load balancers support ranges of ports."),
            says="Listeners over ranges of ports need a dedicated load balancer.",
        ),
    ),
    facts=(
        fact("Its members are names of entries of spec.ports.", PAGE, "ELB583"),
        fact("A listener has 10 ranges at most.", PAGE, "ELB582"),
        fact("Ranges do not overlap.", PAGE, "ELB584"),
        fact("HTTP and HTTPS listeners have no ranges.", PAGE, "ELB585"),
        fact("A change builds the listener anew.", PAGE, "ELB709"),
        fact("No document says whether a range may hold the Service's own port.", PAGE, because=NOBODY_SAYS),
    ),
)


@rule(
    "ELB582",
    "too-many-port-ranges",
    "A listener has at most 10 ranges of ports.",
    PAGE.quote("at most 10 ranges for each listener"),
    PORT_RANGES,
    fix="Join ranges that touch each other, or spread them over several ports of the Service.",
)
def a_listener_has_ten_ranges(service: Service, cluster: Cluster) -> Problems:
    for name, ranges in (service[PORT_RANGES] or {}).items():
        if len(ranges) > _MOST:
            yield invalid(PORT_RANGES.at(name), list(map(str, ranges)), f"must be at most {_MOST} ranges")

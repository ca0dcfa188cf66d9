"""kubernetes.io/elb.pools-options: forwarding of all ports."""

from typing import Annotated, ClassVar, Final

from pydantic import MISSING

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.fact import Subject, Tier, fact
from elbguard_rules.core.facts import since
from elbguard_rules.core.gate import introduced
from elbguard_rules.core.jsonvalue import JsonValue, Object
from elbguard_rules.core.need import dedicated, turbo
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ALL_PORTS

_EXCERPT: Final = "The JSON was seen in an excerpt only, so its shape refuses nothing."


class PoolsOptions(JsonValue):
    """What was seen of the JSON object, in an excerpt."""

    is_complete: ClassVar[bool] = False

    any_port_enabled: Annotated[
        bool | MISSING,
        Rule(
            "ELB352",
            "any-port-not-a-boolean",
            "The forwarding of all ports is switched by true or false.",
            ALL_PORTS.quote('"any_port_enabled": true', _EXCERPT),
            "Write true or false, without quotes.",
            Severity.WARNING,
        ),
    ] = MISSING


def forwards_all(options: PoolsOptions) -> bool:
    """Whether all ports are to be forwarded: as long as nothing says that they are not."""
    return options.any_port_enabled is not False


POOLS_OPTIONS: Final[Annotation[PoolsOptions]] = Annotation(
    "kubernetes.io/elb.pools-options",
    Object(PoolsOptions),
    Rule(
        "ELB350",
        "malformed-pools-options",
        "The forwarding of all ports is described by a JSON object.",
        ALL_PORTS.quote("pools-options: '{\"any_port_enabled\": true}'", _EXCERPT),
        'Write {"any_port_enabled": true}.',
        Severity.WARNING,
    ),
    purpose="forwarding of all ports",
    about=Subject.BACKENDS,
    tier=Tier.NEW,
    clouds=("huawei",),
    after_create="fixed",
    gates=(
        introduced(
            "ELB351",
            "all-ports-on-old-cluster",
            ALL_PORTS.quote(
                "v1.30.14-r100, v1.31.14-r60, v1.32.13-r30, v1.33.12-r10, v1.34.8-r10, v1.35.5-r10, v1.36.2-r0"
            ),
            since(
                "v1.30.14-r100",
                "v1.31.14-r60",
                "v1.32.13-r30",
                "v1.33.12-r10",
                "v1.34.8-r10",
                "v1.35.5-r10",
                "v1.36.2-r0",
            ),
            what="All ports can be forwarded",
        ),
    ),
    needs=(
        dedicated(
            "ELB353",
            "all-ports-on-a-shared-load-balancer",
            ALL_PORTS.quote("Only dedicated load balancers support full-port forwarding."),
            says="The forwarding of all ports needs a dedicated load balancer.",
            severity=Severity.WARNING,
            used=forwards_all,
        ),
        turbo(
            "ELB354",
            "all-ports-without-turbo",
            ALL_PORTS,
            says="The forwarding of all ports has an effect in CCE Turbo clusters.",
            used=forwards_all,
        ),
    ),
    facts=(
        fact("An update of it has no effect.", ALL_PORTS, "ELB710"),
        fact("Backend groups of TCP, UDP and QUIC have it, others not.", ALL_PORTS, "ELB355"),
    ),
)

"""Forwarding of all ports: where it has an effect."""

from typing import Final

from elbguard_rules.annotations.pools_options import POOLS_OPTIONS, PoolsOptions
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.documents import ALL_PORTS
from elbguard_rules.relations.needs import dedicated, turbo


def _wanted(options: PoolsOptions) -> bool:
    """Whether all ports are to be forwarded: as long as nothing says that they are not."""
    return options.any_port_enabled is not False


ALL_PORTS_DEDICATED: Final = dedicated(
    Rule(
        "ELB353",
        "all-ports-on-a-shared-load-balancer",
        "The forwarding of all ports needs a dedicated load balancer.",
        ALL_PORTS.quote("Only dedicated load balancers support full-port forwarding."),
        "Use class performance, or leave the annotation out.",
        Severity.WARNING,
    ),
    POOLS_OPTIONS,
    _wanted,
)
ALL_PORTS_TURBO: Final = turbo(
    Rule(
        "ELB354",
        "all-ports-without-turbo",
        "The forwarding of all ports has an effect in CCE Turbo clusters.",
        ALL_PORTS.quote("CCE Turbo clusters"),
        "Leave the annotation out, or use a CCE Turbo cluster.",
        Severity.WARNING,
    ),
    POOLS_OPTIONS,
    _wanted,
)

"""Need: what an annotation asks of the rest of the Service or of the cluster, as data that rules and policy ask.

Each is a rule, made by `dedicated`, `listener` or `turbo`; its sentence and its cure follow, unless they say more.
"""

from collections.abc import Callable
from typing import Any, Final

from elbguard_rules.core.problem import Severity
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule, Source

Used = Callable[[Any], bool]
_PORTS: Final = {"http": 80}  # of an example; the others have TLS


@record
class Need:
    """What must be there where the annotation's value is `used`; without it, where the reader calls it used."""

    rule: Rule
    used: Used | None


@record
class Dedicated(Need):
    """A dedicated load balancer."""


@record
class Turbo(Need):
    """A CCE Turbo cluster."""


@record
class Listener(Need):
    """A listener of one of the protocols."""

    protocols: tuple[str, ...]


def dedicated(
    id: str,  # noqa: A002 - the word is right at the place where annotations are declared
    name: str,
    source: Source,
    *,
    says: str = "The annotation needs a dedicated load balancer.",
    severity: Severity = Severity.ERROR,
    used: Used | None = None,
) -> Dedicated:
    """The annotation stands on a dedicated load balancer. It is skipped where the class is not known."""
    source = source if source.says else source.quote("dedicated load balancers only")
    return Dedicated(Rule(id, name, says, source, "Use class performance, or remove the annotation.", severity), used)


def turbo(
    id: str,  # noqa: A002
    name: str,
    source: Source,
    *,
    says: str = "The annotation has an effect in CCE Turbo clusters.",
    severity: Severity = Severity.WARNING,
    used: Used | None = None,
) -> Turbo:
    """The annotation stands in a CCE Turbo cluster."""
    source = source if source.says else source.quote("CCE Turbo clusters")
    return Turbo(Rule(id, name, says, source, "Leave the annotation out, or use a CCE Turbo cluster.", severity), used)


def listener(
    id: str,  # noqa: A002
    name: str,
    source: Source,
    *protocols: str,
    says: str = "",
    severity: Severity = Severity.WARNING,
    used: Used | None = None,
) -> Listener:
    """The annotation stands beside a listener of one of the protocols, such as "http" and "https"."""
    words = " and ".join(protocol.upper() for protocol in protocols)
    source = source if source.says else source.quote(f"{words} listeners")
    example = f"{protocols[0]}:{_PORTS.get(protocols[0], 443)}"
    fix = f"Add an entry such as {example} to kubernetes.io/elb.protocol-port, or remove the annotation."
    return Listener(
        Rule(id, name, says or f"The annotation is for {words} listeners.", source, fix, severity), used, protocols
    )

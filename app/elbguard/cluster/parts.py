"""What a server in a cluster has beside it: live facts, and a keeper of certificates."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from elbguard.cluster import certificate_api, client
from elbguard.cluster.certificates import CertificateKeeper, Whereabouts
from elbguard.cluster.connecting import NoApiServer
from elbguard.cluster.live_facts import LiveFacts
from elbguard.cluster.live_neighbours import LiveNeighbours
from elbguard.fitness import Pair
from elbguard.settings import Settings
from elbguard.webhook.serving import wall_clock
from elbguard.webhook.wanted import CannotServe
from elbguard_rules.collisions.census import RULES
from elbguard_rules.core.problem import Severity

LOG: Final = logging.getLogger("elbguard.cluster")


def names(namespace: str, secret: str, service: str, webhook: str, further_hosts: tuple[str, ...]) -> Whereabouts:
    """Where certificates are kept and who must trust them; both webhook configurations have one name."""
    return Whereabouts(namespace, secret, service, webhook, webhook, further_hosts)


def parts(settings: Settings, where: Whereabouts, *, watch: bool, keep: bool) -> dict[str, Any]:
    """The parts of `wanted.Serve` that speak to the API server. Raises CannotServe where there is none to speak to."""
    found: dict[str, Any] = {}
    try:
        if watch:
            found["facts"] = LiveFacts(settings, client.connect())
        if watch and any(settings.policy.severity(rule) is not Severity.OFF for rule in RULES):
            found["beside"] = LiveNeighbours(client.connect())
        if keep:
            found["keeper"] = _keeper(where)
    except NoApiServer as error:
        raise CannotServe(str(error)) from None
    return found


def _keeper(where: Whereabouts) -> Callable[[Callable[[Pair, datetime], None]], CertificateKeeper]:
    api = certificate_api.connect()
    return lambda swap: CertificateKeeper(api, where, swap, clock=wall_clock)

"""What is known about a cluster, asked once: for a verb that begins and ends. The server keeps it in `live_facts`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from elbguard.cluster import signs
from elbguard.cluster.asking import Api, ApiError
from elbguard.cluster.live_facts import Observed
from elbguard.cluster.paging import pages
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.ip_addresses import IPAddress

_NO_ANSWER: Final = (0, 401)  # none came; nobody knows us
_NODES_AT_ONCE: Final = 50  # a node is some 15 KB
_WORDS: Final[dict[Observed, tuple[str, str]]] = {
    "version": ("version", "--cluster-version"),
    "type": ("type", "--cluster-type"),
    "node_ips": ("addresses of nodes", "--node-ip"),
}


@dataclass(frozen=True, slots=True)
class Learnt:
    """The facts, and a sentence for each that could not be read."""

    cluster: Cluster
    unread: tuple[str, ...] = field(default=())

    def told(self) -> Iterator[str]:
        """The facts in words."""
        known = self.cluster
        yield f"version {known.version}" if known.knows("version") else "version not known"
        kind = "autopilot" if known.is_autopilot else known.type if known.knows("type") else "not known"
        yield f"type {kind}"
        yield f"proxy mode {known.proxy_mode if known.knows('proxy_mode') else 'not known'}"
        yield f"{len(known.node_ips)} addresses of nodes" if known.knows("node_ips") else "addresses of nodes not known"


def learn(given: Cluster, api: Api) -> Learnt:
    """The facts of the cluster behind `api`; what is given stands above them and is not asked for.

    What cannot be read stays unknown, with a sentence. Raises ApiError where the server answers nobody, or not us.
    """
    readers: dict[Observed, Callable[[Api], Any]] = {
        "version": signs.version,
        "type": signs.turbo,
        "node_ips": _addresses,
    }
    seen: dict[str, Any] = {}
    unread: list[str] = []
    for fact, read in readers.items():
        if given.knows(fact):
            continue
        try:
            seen[fact] = read(api)
        except ApiError as error:
            if error.status in _NO_ANSWER:
                raise
            what, flag = _WORDS[fact]
            cure = f"give {flag}, or a role to read it" if error.forbidden else f"give {flag}"
            unread.append(f"the {what} of the cluster cannot be read ({error}): {cure}")
    return Learnt(given.above(Cluster(**seen)), tuple(unread))


def _addresses(api: Api) -> frozenset[IPAddress]:
    found: set[IPAddress] = set()
    for page in pages(api.get, signs.NODES, size=_NODES_AT_ONCE):
        for node in page.items:
            found |= signs.addresses(node)
    return frozenset(found)

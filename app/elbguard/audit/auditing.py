"""A whole audit: the Services of a cluster read page by page, each examined, and what was found written down.

They are read twice: to tell what collides, what each object takes of a load balancer is known before any is examined.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from elbguard.audit.examining import Examined, Examiner
from elbguard.audit.ledger import Ledger
from elbguard.cluster.asking import Api, ApiError, NotFound, at
from elbguard.cluster.paging import pages, services_path, within
from elbguard.report.model import Report, Why
from elbguard_rules.collisions.census import claims_of
from elbguard_rules.collisions.claims import Claims, of_ingress
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.service import Service
from elbguard_rules.relations.keys import is_elb_key

_INGRESSES: Final = ("networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1")  # the first that is
Progress = Callable[[int, int], None]  # Services done, Services in all


class Hearer(Protocol):
    """Who hears of every Service as it has been examined."""

    def heard(self, raw: Mapping[str, Any], examined: Examined) -> None:
        """A Service as the API server gave it, and what was found in it."""

    def ended(self) -> None:
        """That was the last one, and all could be read."""


@dataclass(frozen=True, slots=True)
class Ingresses:
    """How many Ingresses have annotations of ours, and what they claim; why that is not known, where it is not."""

    number: int
    claims: tuple[Claims, ...] = ()
    unread: str = ""


def audit(
    api: Api,
    examiner: Examiner,
    namespace: str = "",
    progress: Progress = lambda done, total: None,
    hearers: Sequence[Hearer] = (),
    ledger: Ledger | None = None,
) -> Report:
    """Examine the Services of a namespace, or of all. Raises ApiError where not all of them could be read."""
    ledger = ledger or Ledger()
    found = ingresses(api, namespace)
    beside = (Neighbours((*found.claims, *_claims(services(api, namespace)))),)
    for raw in services(api, namespace, progress):
        examined = examiner.examine(raw, beside)
        if examined.counts:
            ledger.judged(examined.resource, examined.file, examined.entries)
        ledger.unjudged(examined.unjudged)
        ledger.troubled(examined.troubles)
        ledger.noted(examined.notes)
        for hearer in hearers:
            hearer.heard(raw, examined)
    for hearer in hearers:
        hearer.ended()
    if changes := examiner.told(*ledger.changes):
        ledger.noted_of_all(Why.GONE, changes)
    if found.unread:
        ledger.noted_of_all(Why.INGRESS, f"Ingresses cannot be read, and are not counted: {found.unread}")
    return ledger.report(found.number)


def services(
    api: Api, namespace: str = "", progress: Progress = lambda done, total: None
) -> Iterator[Mapping[str, Any]]:
    """The Services of a namespace, or of all, one by one; no more than a page of them is held. Raises ApiError."""
    done = 0
    for page in pages(api.get, services_path(namespace)):
        total = done + len(page.items) + page.remaining
        for item in page.items:
            yield item
            done += 1
            progress(done, total)


def ingresses(api: Api, namespace: str = "") -> Ingresses:
    """The Ingresses of a namespace, or of all, that have annotations of ours. Where they cannot be read it says why."""
    for group in _INGRESSES:
        try:
            found = pages(api.get, f"/apis/{group}{within(namespace)}/ingresses")
            ours = [of_ingress(item) for page in found for item in page.items if _is_ours(item)]
            return Ingresses(len(ours), tuple(claims for claims in ours if claims))
        except NotFound:
            continue
        except ApiError as error:
            return Ingresses(0, unread=str(error))
    return Ingresses(0)


def _claims(found: Iterable[Mapping[str, Any]]) -> Iterator[Claims]:
    return (claims for raw in found if (claims := claims_of(Service(raw))))


def _is_ours(item: Mapping[str, Any]) -> bool:
    annotations = at(item, "metadata", "annotations")
    return isinstance(annotations, Mapping) and any(map(is_elb_key, annotations))

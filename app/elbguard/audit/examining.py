"""One Service of a cluster examined: what is wrong with it as it stands, and what an upgrade would change."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from elbguard.check import drafts
from elbguard.check.judge import Judge
from elbguard.languages import Language, finding_in
from elbguard.report.fingerprint import fingerprint
from elbguard.report.model import NOWHERE, Entry, Note, Resource, Trouble, Unjudged, Why
from elbguard.settings import Settings
from elbguard_rules.collisions.census import claims_of, collide
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.check import Scope
from elbguard_rules.core.engine import Fault, Review
from elbguard_rules.core.facts import Cluster, Version
from elbguard_rules.core.service import Service
from elbguard_rules.guard import scope_of


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a Service; `counts` where it is one that there is something to say about."""

    resource: Resource
    file: str
    entries: tuple[Entry, ...]
    unjudged: tuple[Unjudged, ...]
    troubles: tuple[Trouble, ...]
    notes: tuple[Note, ...]
    is_load_balancer: bool

    @property
    def counts(self) -> bool:
        """Whether it is a LoadBalancer Service, or one of another type with findings or notes."""
        return self.is_load_balancer or bool(self.entries or self.notes)


class Examiner:
    """Examines Services of a cluster with these facts. With `as_if` it judges for the cluster after that upgrade."""

    def __init__(self, settings: Settings, cluster: Cluster, as_if: Version | None = None) -> None:
        self._as_if: Final = as_if
        self._language: Final = settings.lang
        self._policy: Final = replace(settings.policy, heeds_ignore=True)
        self._cluster: Final = Cluster(as_if).above(cluster) if as_if else cluster
        now = Judge(settings, cluster=cluster)
        self._before: Final = now if as_if and cluster.knows("version") else None
        self._judge: Final = Judge(settings, cluster=self._cluster) if as_if else now

    def told(self, new: int, gone: int) -> str:
        """What an upgrade changes, in words; nothing where none was asked about."""
        if self._as_if is None:
            return ""
        if self._before is None:
            return f"judged as if the version were {self._as_if}; what changes nobody can tell: give --cluster-version"
        are = "finding is" if new == 1 else "findings are"
        return (
            f"judged as if the version were {self._as_if}: {new} {are} new, {gone} {'is' if gone == 1 else 'are'} gone"
        )

    def examine(self, raw: Mapping[str, Any], beside: Sequence[Neighbours] = ()) -> Examined:
        """Examine a Service as the API server gives it; `beside` are the other objects of the cluster."""
        service = Service(raw)
        resource = Resource("Service", service.namespace, service.name)
        file = f"{service.namespace}/{service.name}"
        collisions = self._collisions(service, beside)
        review = self._judge.review(dict(raw)).and_also(collisions)
        entries = tuple(_entries(review, resource, file, self._language))
        gone: tuple[Entry, ...] = ()
        if self._before:
            before = self._before.review(dict(raw)).and_also(collisions)
            entries, gone = self._changed(entries, tuple(_entries(before, resource, file, self._language)))
        elsewhere = drafts.of_another_type(service) if service.type != "LoadBalancer" else ""
        notes = [Note(Why.ELSEWHERE, elsewhere, file, 0, 0, resource)] if elsewhere else []
        notes += [Note(Why.GONE, self._goes(entry), file, 0, 0, resource) for entry in gone]
        return Examined(
            resource,
            file,
            entries,
            tuple(Unjudged(each.rule, each.missing, resource, file) for each in review.skipped),
            tuple(_trouble(fault, resource, file) for fault in review.faults),
            tuple(notes),
            service.type == "LoadBalancer",
        )

    def _collisions(self, service: Service, beside: Sequence[Neighbours]) -> Review:
        """What is wrong between a Service and the others; nothing of one that is not judged."""
        claims = claims_of(service) if beside and scope_of(service) is Scope.OURS else None
        return collide(claims, beside, self._cluster, self._policy) if claims else Review()

    def _changed(
        self, after: tuple[Entry, ...], before: tuple[Entry, ...]
    ) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """The findings after the upgrade, those that are new marked, and those that are gone."""
        was = Counter(map(fingerprint, before))
        marked = tuple(
            entry if _taken(was, entry) else replace(entry, change=f"new in {self._as_if}") for entry in after
        )
        still = Counter(map(fingerprint, after))
        return marked, tuple(entry for entry in before if not _taken(still, entry))

    def _goes(self, entry: Entry) -> str:
        return f"{entry.rule.id} {entry.rule.name} at {entry.finding.field} is gone in {self._as_if}"


def _taken(left: Counter[str], entry: Entry) -> bool:
    """Take one that is alike out of those left; false where there is none."""
    mark = fingerprint(entry)
    left[mark] -= 1
    return left[mark] >= 0


def _entries(review: Review, resource: Resource, file: str, language: Language) -> Iterator[Entry]:
    return (Entry(finding_in(language, finding), file, NOWHERE, resource, "") for finding in review.findings)


def _trouble(fault: Fault, resource: Resource, file: str) -> Trouble:
    message = f"rule {fault.rule.id} could not judge {resource}: an internal error of elbguard ({fault.error!r:.80})"
    return Trouble(file, 0, 0, message, fatal=True)

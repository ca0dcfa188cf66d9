"""Guard: all rules and defaults, bound to one operator's policy. The door of this library."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from elbguard_rules import annotations, cluster, duplicates, relations, spec, suppression
from elbguard_rules.annotations.elb_class import ELB_CLASS, is_dnat
from elbguard_rules.annotations.health_check import HEALTH_CHECK_FLAG
from elbguard_rules.annotations.natgateway_id import NATGATEWAY_ID
from elbguard_rules.collisions import census
from elbguard_rules.collisions.census import COLLIDING
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core import engine
from elbguard_rules.core.check import SERVED, Check, Scope
from elbguard_rules.core.discover import declared_in
from elbguard_rules.core.engine import Review
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.fill import Fill, fill, filled, made, without
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.limits import MOST_ANNOTATIONS, size_of, too_large
from elbguard_rules.core.plan import Plan, gate_checks
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import Problem, Severity
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service, Standing
from elbguard_rules.owners import ANNOTATIONS, OWNERS
from elbguard_rules.relations import needs
from elbguard_rules.relations.keys import NOT_TEXT, OTHER_CAPITALS, TOO_LARGE, UNKNOWN_MEMBER, is_elb_key
from elbguard_rules.relations.source import is_served

__all__ = ["ANNOTATIONS", "CHECKS", "FOLLOWING", "KEPT", "NAMES", "OWNERS", "RULES", "Guard", "scope_of"]

_KEPT: Final = tuple(owner for owner in ANNOTATIONS if owner.after_create == "kept")
KEPT: Final = frozenset(owner.key for owner in _KEPT)  # keys that an update may not change, and gets back
_FOLLOWING: Final = tuple(owner for owner in ANNOTATIONS if owner.default and owner.default.when)
FOLLOWING: Final = frozenset(owner.key for owner in _FOLLOWING)  # keys that are filled in for a reason, which may go
_DEFAULTED: Final = tuple(owner for owner in ANNOTATIONS if owner.default or owner.defaulted)
_FILLED: Final = tuple(owner for owner in ANNOTATIONS if owner in _KEPT or owner in _DEFAULTED)
_ROOMS: Final = (annotations, relations, cluster, spec)
CHECKS: Final = (
    *(check for package in _ROOMS for check in declared_in(package, Check)),
    *(check for owner in ANNOTATIONS for check in needs.checks(owner)),
)


def _rules() -> Iterator[Rule]:
    yield from (NOT_TEXT, TOO_LARGE, UNKNOWN_MEMBER, OTHER_CAPITALS)
    for owner in ANNOTATIONS:
        yield from owner.rules
        yield from (check.rule for check in gate_checks(owner))
    yield from (check.rule for check in CHECKS)
    yield from census.RULES
    yield from duplicates.RULES
    yield from suppression.RULES


RETIRED: Final = frozenset({"ELB107", "ELB223", "ELB503", "ELB510", "ELB558", "ELB601", "ELB906"})  # never used again


def _by_id() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in sorted(_rules(), key=lambda rule: rule.id):
        if found.setdefault(rule.id, rule) is not rule:
            raise ValueError(f"two rules have the id {rule.id}")
        if rule.id in RETIRED:
            raise ValueError(f"{rule.id} was the id of another rule once")
    return found


RULES: Final[dict[str, Rule]] = _by_id()
NAMES: Final = {word.lower(): rule.id for rule in RULES.values() for word in (rule.id, rule.name)}


class Completion(NamedTuple):
    """What becomes of a Service's annotations: `fills` are written, and the keys that are `outdated` go."""

    fills: tuple[Fill, ...] = ()
    outdated: tuple[str, ...] = ()


class Guard:
    """Judges and fills Services as one operator wants it. Made once; safe to share between threads."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy: Final = policy or Policy()
        self._plans: Final = {scope: self._plan(scope) for scope in Scope}

    def _plan(self, scope: Scope) -> Plan:
        checks = [check for check in CHECKS if scope in check.scopes]
        judged = {Scope.OURS: ANNOTATIONS, Scope.DNAT: (ELB_CLASS, NATGATEWAY_ID)}.get(scope, ())
        return Plan(judged, checks, NOT_TEXT, UNKNOWN_MEMBER, OTHER_CAPITALS, self.policy, OWNERS)

    def review(
        self,
        service: Service,
        cluster: Cluster,
        also: Sequence[Finding] = (),
        beside: Sequence[Neighbours] = (),
    ) -> Review:
        """What is wrong with a Service, and what could not be judged. Never raises.

        Nothing is said about a Service that is being deleted, so that its finalizer can go, nor about one with a
        spec.loadBalancerClass, which CCE ignores. `also` are findings about the manifest's text, made elsewhere.
        `beside` are the other objects of its cluster, as far as they are known.
        """
        scope = scope_of(service)
        if scope is None and not also:
            return Review()
        review = Review() if scope is None else self._judged(service, cluster, scope, beside)
        review = replace(review, findings=(*review.findings, *also)) if also else review
        return self._heed(service, review) if self.policy.heeds_ignore else review

    def review_created(self, service: Service, cluster: Cluster, also: Sequence[Finding] = ()) -> Review:
        """What is wrong with a Service as it is created: with what is filled in. Never raises.

        Of all that is filled in only the option of a health check changes a verdict, so the rest need not be asked.
        """
        if HEALTH_CHECK_FLAG.key in service.annotations:
            service = filled(service, self.fill(service))
        return self.review(service, cluster, also)

    def review_standing(self, service: Service, cluster: Cluster, also: Sequence[Finding] = ()) -> Review:
        """What is wrong with a Service as it stands in a cluster, where it has been read. Never raises.

        One that has its load balancer is not asked what holds for a creation only, so that what CCE wrote back is not
        blamed; one that still waits for it is judged as it is created. What was a mistake before is an error still.
        """
        if HEALTH_CHECK_FLAG.key in service.annotations:
            service = filled(service, self.fill(service))
        standing = Standing(service.raw, service.namespace, is_served=is_served(service))
        return self.review(standing, cluster, also)

    def _judged(self, service: Service, cluster: Cluster, scope: Scope, beside: Sequence[Neighbours]) -> Review:
        """What the rules say; of a Service that is too large only that."""
        if problem := _too_large(service):
            return self._unread(service, scope, problem)
        found = self._asked(service, cluster, scope, beside)
        if not found.errors or service.old is None or service.is_new:
            return found
        return engine.ratchet(found, self._had(service, cluster, beside), service, self._plans[scope])

    def _asked(self, service: Service, cluster: Cluster, scope: Scope, beside: Sequence[Neighbours]) -> Review:
        """What the rules about one Service say, and those about several where others are known."""
        found = engine.review(service, cluster, self._plans[scope])
        claims = census.claims_of(service) if beside and scope is Scope.OURS else None
        return found.and_also(census.collide(claims, beside, cluster, self.policy)) if claims else found

    def _had(self, service: Service, cluster: Cluster, beside: Sequence[Neighbours]) -> tuple[Finding, ...]:
        """What was wrong with the Service that an update replaces; what nobody judged is no old mistake.

        It is judged by the rules about its own kind: none where its load balancer was another controller's, few where
        it had no annotation of ours. What its author had excused, and excuses no longer, never passed either.
        """
        old = service.before
        scope = scope_of(old)
        found = self._asked(old, cluster, scope, beside).findings if scope else ()
        if not self.policy.heeds_ignore:
            return found
        then, now = (suppression.of(each.annotations, NAMES) for each in (old, service))
        bare = set(then.ids).difference(now.ids if now else ()) if then else ()
        return tuple(finding for finding in found if finding.rule.id not in bare)

    def _unread(self, service: Service, scope: Scope, problem: Problem) -> Review:
        """What is said of a Service that nobody looks into; of one that is not ours, nothing."""
        severity = self.policy.severity(TOO_LARGE)
        if scope not in SERVED or severity is Severity.OFF:
            return Review()
        if _was_served(service) and _too_large(service.before):
            severity = Severity.WARNING  # it is there already, and has to be made smaller somehow
        return Review((Finding(TOO_LARGE, problem, severity),))

    def _heed(self, service: Service, review: Review) -> Review:
        """The review without what the Service's own annotation suppresses, and with what is wrong with that."""
        wanted = suppression.of(service.annotations, NAMES)
        if wanted is None:
            return review
        named = frozenset(wanted.ids)
        suppressed = [finding for finding in review.findings if finding.rule.id in named]
        kept = [finding for finding in review.findings if finding.rule.id not in named]
        about = suppression.findings(wanted, suppressed, RULES, self.policy, COLLIDING)
        return replace(review, findings=(*kept, *about))

    def fill(self, service: Service, cluster: Cluster | None = None) -> tuple[Fill, ...]:
        """What is written where the author wrote nothing, or nothing at all where that would refuse an update.

        Where a given value is malformed, only what an update omits of that which CCE noted. `cluster` is what is known
        of the cluster; what is not known counts against filling an update.
        """
        return self.complete(service, cluster).fills

    def complete(self, service: Service, cluster: Cluster | None = None) -> Completion:
        """As `fill`, with what an update no longer calls for of that which was filled in before."""
        if _too_large(service):
            return Completion()
        if service.old is None:
            fills = self._omitted(service)
            return Completion(fills) if fills and _fits(service, fills) else Completion()
        ours = made(service, _FOLLOWING, self.policy)
        if ours and (scope_of(service) is not Scope.OURS or _is_malformed(service)):
            ours = {}  # nothing is filled in there, or what its author wants cannot be told
        bare = without(service, ours) if ours else service
        found = self._omitted(bare)
        if not (found or ours) or not self._stays_admitted(service, filled(bare, found), cluster or Cluster()):
            return Completion()
        outdated = tuple(key for key in ours if all(fill.key != key for fill in found))
        changed = (replace(fill, before=ours.get(fill.key, fill.before)) for fill in found)
        return Completion(tuple(fill for fill in changed if fill.after != fill.before), outdated)

    def _omitted(self, service: Service) -> tuple[Fill, ...]:
        """What is there by default, and what an update omits."""
        if scope_of(service) is not Scope.OURS and not _lost_its_annotations(service):
            return ()
        if _is_malformed(service):  # what CCE noted is put back all the same, and not lost over the author's mistake
            return () if service.is_new else fill(service, _KEPT, self.policy)
        return fill(service, _DEFAULTED if service.is_new else _FILLED, self.policy)

    def _stays_admitted(self, service: Service, whole: Service, cluster: Cluster) -> bool:
        """Whether an update that is admitted as it is written is so as a `whole`, with what it gets, in any cluster.

        A Service without any annotation of ours is hardly judged, and one that gets a single one back is ours again.
        Of a creation nobody has to ask: a law says so.
        """
        after = self.review(whole, cluster)
        if not after.errors and not after.skipped:
            return True
        before = self.review(service, cluster)
        if before.errors:
            return True
        unknown = {s.rule for s in after.skipped if self.policy.severity(s.rule) is Severity.ERROR}
        if unknown:
            unknown -= {skipped.rule for skipped in (*before.skipped, *self.review(service.before, cluster).skipped)}
        return not after.errors and not unknown


def _fits(service: Service, fills: tuple[Fill, ...]) -> bool:
    """Whether annotations are small enough still with what they get."""
    more = sum([len(fill.key) + len(fill.after) for fill in fills])
    return size_of(service.annotations) + more <= MOST_ANNOTATIONS


def scope_of(service: Service) -> Scope | None:
    """Which rules are about this Service; None where nothing is to be said."""
    if service.metadata.get("deletionTimestamp") or service.spec.get("loadBalancerClass"):
        return None
    if service.type != "LoadBalancer":
        return Scope.OTHER_TYPE
    if is_dnat(service):
        return Scope.DNAT
    return Scope.OURS if any(map(is_elb_key, service.annotations)) else Scope.PLAIN


def _too_large(service: Service) -> Problem | None:
    """What makes a Service, or the one that it replaces, too large to be looked into.

    Of a Service that was none of ours before nothing is compared, so that its size is no excuse for the new one.
    """
    old = service.old
    problem = too_large(service.metadata, service.written)
    if problem or old is None:
        return problem
    problem = too_large(old.metadata, old.written)
    return problem if problem and _was_served(service) else None


def _was_served(service: Service) -> bool:
    """Whether an update replaces a Service that was ours to judge."""
    return service.old is not None and scope_of(service.old) in SERVED


def _lost_its_annotations(service: Service) -> bool:
    """Whether an update drops all annotations of a Service that is ours, as a full replace does."""
    return scope_of(service) is Scope.PLAIN and _was_served(service)


def _is_malformed(service: Service) -> bool:
    for key, text in service.annotations.items():
        owner = OWNERS.get(key)
        if not isinstance(text, str) and (owner or is_elb_key(key)):
            return True
        reading = service.reading(owner) if owner else None
        if reading and reading.problems and any(rule.severity is Severity.ERROR for rule, _ in reading.problems):
            return True
    return False

"""Why does this Service hang: its state, its events, what the rules say of it, and what its load balancer must have."""

from collections.abc import Iterator
from typing import Final

from elbguard.cluster.asking import ApiError, at
from elbguard.cluster.learning import learn
from elbguard.cluster.paging import services_path
from elbguard.cluster.rights import Right
from elbguard.doctor.answering import readiness, service
from elbguard.doctor.diagnosis import Diagnosis, Ending, Observation, doubtful_but_works, fine, unknown, wrong
from elbguard.doctor.examination import Station, taken
from elbguard.doctor.history import age, history, told
from elbguard.doctor.installation import Address
from elbguard.doctor.sight import Blind, ClusterServer, Entity, Sight, listed, path_in, word
from elbguard.report.sentences import count
from elbguard.settings import Settings
from elbguard_rules.catalogue import symptoms
from elbguard_rules.collisions.census import claims_of
from elbguard_rules.collisions.claims import Taken
from elbguard_rules.collisions.neighbours import Beside, Neighbours, Others
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard

_PENDING: Final = next(topic for topic in symptoms.SYMPTOMS if topic.name == "pending")
_MOST: Final = 5  # Services named in a sentence


class NoService(Exception):
    """There is no such Service; one sentence says so, and which may be meant."""


def visit(server: ClusterServer, settings: Settings, namespace: str, name: str) -> Iterator[Diagnosis]:
    """Look at a Service step by step. Raises NoService, Unreachable."""
    sight = Sight(server)
    try:
        found = service(sight, Address("", namespace, name))
    except Blind as blind:
        raise NoService(str(blind)) from None
    if found is None:
        raise NoService(_missing(sight, namespace, name))
    patient = Examinee(sight, settings, found)
    return (taken(station) for station in patient.stations())


class Examinee:
    """A Service of a cluster."""

    def __init__(self, sight: Sight, settings: Settings, found: Entity) -> None:
        self._sight, self._settings, self._found = sight, settings, found
        self._service: Final = Service(found)
        self._is_served: Final = bool(_addresses(found))

    def stations(self) -> tuple[Station, ...]:
        """The steps."""
        return (
            Station("state", "It has its external address", self._state),
            Station("events", "Its events tell of no trouble", self._events),
            Station("rules", "The rules have nothing against it", self._rules),
            Station("listeners", "No other Service has its ports on the same load balancer", self._listeners),
            Station("load-balancer", "Its load balancer can serve it", self._balancer),
            Station("backends", "It has ready backends", self._backends),
        )

    def _state(self) -> Iterator[Observation]:
        since = age(word(self._found, "metadata", "creationTimestamp"), self._sight.now())
        if gone := word(self._found, "metadata", "deletionTimestamp"):
            held = ", ".join(map(str, listed(self._found, "metadata", "finalizers"))) or "nobody"
            yield doubtful_but_works(
                f"it is being deleted since {age(gone, self._sight.now())}, held by {held}",
                "Wait for CCE to remove its load balancer; its events say what keeps it",
            )
        if self._service.type != "LoadBalancer":
            says = f"it is a Service of type {self._service.type}: nobody makes a load balancer for it"
            yield doubtful_but_works(says, "Write type: LoadBalancer, where it is to have one")
        elif passed := word(self._found, "spec", "loadBalancerClass"):
            says = f"it has the loadBalancerClass {passed}: CCE passes over it, without an event"
            yield wrong(says, "Create it anew without spec.loadBalancerClass, or see to the controller of that class")
        elif self._is_served:
            yield fine(f"its address is {', '.join(_addresses(self._found))}")
        else:
            yield wrong(f"it is without an address since {since}", "The steps below say what is known of the cause")

    def _events(self) -> Iterator[Observation]:
        happenings = history(self._sight, self._service.namespace, self._service.name)
        yield from told(happenings, works=self._is_served or self._service.type != "LoadBalancer")
        if not happenings and not self._is_served:
            yield unknown(
                "events are kept for an hour; CCE writes new ones at its next try", "Look again in some minutes"
            )

    def _rules(self) -> Iterator[Observation]:
        try:
            learnt = learn(self._settings.cluster, self._sight.server)
        except ApiError as error:
            raise self._sight.blindness(error, Right("list", "nodes")) from None
        review = Guard(self._settings.policy).review_standing(self._service, learnt.cluster)
        yield from map(_said, review.findings)
        for fault in review.faults:
            yield unknown(f"{fault.rule.id} could not judge it: an internal error of elbguard")
        if not review.findings:
            yield fine(f"no mistake is found in it ({', '.join(learnt.told())})")
        if review.skipped:
            yield fine(f"{count(len(review.skipped), 'rule')} could not judge for want of a fact")
        yield from (fine(sentence) for sentence in learnt.unread)

    def _listeners(self) -> Iterator[Observation]:
        mine = claims_of(self._service)
        if mine is None or not mine.balancer:
            yield fine("it names no load balancer of its own (kubernetes.io/elb.id)")
            return
        everybody = self._sight.each(services_path(), Right("list", "services"))
        beside = Beside(mine, (Neighbours(claims for each in everybody if (claims := claims_of(Service(each)))),))
        for taken_port in mine.listeners:
            if others := beside.on(taken_port, _MOST):
                yield _clash(taken_port, others, works=self._is_served)
        yield fine(f"load balancer {mine.balancer}, ports {_ports(self._service)}")

    def _balancer(self) -> Iterator[Observation]:
        if self._is_served or not self._service.is_load_balancer:
            yield fine("CCE has bound it" if self._is_served else "CCE is to bind none")
            return
        yield unknown("the following only the cloud knows; look at the load balancer's page in the ELB console")
        for step in _PENDING.steps:
            yield unknown(f"must be so: {step.must}", step.otherwise)

    def _backends(self) -> Iterator[Observation]:
        address = Address("", self._service.namespace, self._service.name)
        ready, others = readiness(self._sight, address)
        if ready:
            yield fine(f"{count(ready, 'ready endpoint')}, {others} not ready")
            return
        chosen = at(self._found, "spec", "selector")
        why = (
            f"{others} not ready" if others else "no Pod is chosen by its selector" if chosen else "it has no selector"
        )
        yield doubtful_but_works(
            f"no ready endpoint ({why}): the load balancer shows backends in alarm or none",
            f"kubectl -n {address.namespace} get pods; elbguard explain unhealthy",
        )


def _said(finding: Finding) -> Observation:
    verdict = Ending.FAILED if finding.severity is Severity.ERROR else Ending.WARNING
    fix = finding.rule.fix
    return Observation(verdict, f"{finding.field}: {finding.message}", f"{fix} (elbguard explain {finding.rule.id})")


def _clash(port: Taken, others: Others, *, works: bool) -> Observation:
    more = f" and {others.count - len(others.first)} more" if others.count > len(others.first) else ""
    whose = ", ".join(str(each.who) for each in others.first)
    says = f"{port.transport} port {port.value} of this load balancer is also asked for by {whose}{more}"
    cure = "Take another port or another load balancer for one of them (elbguard explain ELB.8907)"
    if works:
        return doubtful_but_works(f"{says}: who was first has the listener", cure)
    return wrong(f"{says}: whoever was first has the listener, the others get ELB.8907", cure)


def _addresses(found: Entity) -> list[str]:
    entries = listed(found, "status", "loadBalancer", "ingress")
    return [text for each in entries if (text := word(each, "ip") or word(each, "hostname"))]


def _ports(service: Service) -> str:
    return ", ".join(f"{port.number}/{port.protocol}" for port in service.ports) or "none"


def _missing(sight: Sight, namespace: str, name: str) -> str:
    try:
        there = sight.all(path_in(namespace, "services"), Right("list", "services", namespace)) or ()
    except Blind:
        there = ()
    close = nearest(name, [word(each, "metadata", "name") for each in there])
    hint = f": did you mean {close}?" if close else ""
    return f"There is no Service {namespace}/{name} in this cluster{hint}"

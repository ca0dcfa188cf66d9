"""Step: a good and a bad Service, sent through the API server by a dry run, which keeps nothing.

The bad one has mistakes inside JSON first, which the policy beside elbguard cannot see, so that it is the webhook that
is heard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from elbguard.cluster.asking import ApiError, at
from elbguard.cluster.rights import Right
from elbguard.doctor.diagnosis import Observation, doubtful_but_works, fine, unknown, wrong
from elbguard.doctor.installation import WEBHOOKS, Hook, Installation
from elbguard.doctor.operator import Operator
from elbguard.doctor.selecting import chooses, chosen_by
from elbguard.doctor.sight import Blind, Sight, Unreachable, labels, path_in
from elbguard_rules.core.facts import Cluster
from elbguard_rules.core.service import Service
from elbguard_rules.guard import Guard
from elbguard_rules.relations.keys import is_elb_key

_ELB: Final = "kubernetes.io/elb."
GOOD: Final = {_ELB + "class": "union", _ELB + "autocreate": '{"type": "inner", "name": "elbguard-doctor"}'}
BAD: Final = (
    {**GOOD, _ELB + "autocreate": '{"type": "public", "bandwidth_size": "5000", "bandwidth_chargemode": "free"}'},
    {**GOOD, _ELB + "lb-algorithm": "RANDOM"},
)
_RIGHT: Final = "cannot create resource"  # how the API server refuses for want of a right (RBAC)
_OURS: Final = tuple(WEBHOOKS.values())
_POLICY: Final = "ValidatingAdmissionPolicy 'elbguard"
_LOG: Final = "Read the log of elbguard, which has a line for every Service that it refuses or cannot judge"
_REACH: Final = (
    "Let the API server reach it: the Service's port 443, the replicas' port 8443, and what a security group or a"
    " network policy keeps from them"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the API server answered: the Service as it would be, with warnings, or why not."""

    service: Any = None
    warnings: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it is elbguard that refused."""
        return "(elbguard)" in self.refusal and any(f'"{name}" denied' in self.refusal for name in _OURS)

    @property
    def is_unanswered(self) -> bool:
        """Whether elbguard was to be asked and could not be."""
        return "failed calling webhook" in self.refusal and any(name in self.refusal for name in _OURS)


class Trial:
    """Sends Services to a namespace by dry runs."""

    def __init__(self, sight: Sight, installation: Installation, operator: Operator, namespace: str) -> None:
        self._sight, self._operator, self.namespace = sight, operator, namespace
        self._hooks: Final = {hook.kind: hook for hook in installation.counting()}

    def look(self) -> Iterator[Observation]:
        """Try both. Raises Blind."""
        if excluded := self._excluded():
            validating = self._hooks["validating"]
            yield unknown(
                f"{validating.title} leaves out the namespace {excluded}, so that nothing can be tried there",
                "Name another namespace with -n",
            )
            return
        good = self._send(GOOD)
        yield from self._good(good)
        if not good.is_unanswered:
            yield from self._bad()

    def _excluded(self) -> str:
        """The namespace, where it is left out by the configuration that judges."""
        return "" if self._is_asked("validating") else self.namespace

    def _is_asked(self, kind: Any) -> bool:
        hook: Hook = self._hooks[kind]
        found = self._sight.one(path_in("", "namespaces", self.namespace), Right("get", "namespaces"))
        return chooses(at(hook.webhook, "namespaceSelector"), labels(found or {}))

    def _send(self, annotations: Mapping[str, str]) -> _Said:
        wanted = [chosen_by(at(hook.webhook, "objectSelector")) for hook in self._hooks.values()]
        body = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": "elbguard-doctor",
                "namespace": self.namespace,
                "annotations": dict(annotations),
                "labels": {key: value for each in wanted for key, value in each.items()},
            },
            "spec": {
                "type": "LoadBalancer",
                "selector": {"app": "elbguard-doctor"},
                "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
            },
        }
        try:
            return _Said(*self._sight.server.rehearse(path_in(self.namespace, "services"), body))
        except ApiError as error:
            if not error.status:
                raise Blind(f"the API server does not answer a dry run: {error.text}", denied=False) from None
            blind = self._sight.blindness(error, Right("create", "services", self.namespace))
            if isinstance(blind, Unreachable) or _RIGHT in error.text:
                raise blind from None
            return _Said(refusal=error.text)

    def _good(self, said: _Said) -> Iterator[Observation]:
        if said.is_unanswered:
            yield wrong(f"the API server cannot ask elbguard: {said.refusal}", _REACH)
        elif said.is_ours:
            yield wrong(f"elbguard refuses a Service that is right: {said.refusal}", _LOG)
        elif said.refusal:
            yield unknown(f"somebody else refuses a Service that is right: {said.refusal}", "Try another namespace: -n")
        elif added := [key for key in _keys(said.service) if key not in GOOD]:
            yield fine(f"a good Service is admitted in {self.namespace}, and {', '.join(added)} filled in")
        else:
            yield self._unfilled()

    def _unfilled(self) -> Observation:
        if not self._is_asked("mutating"):
            return fine(
                f"a good Service is admitted in {self.namespace}; nothing is filled in, since"
                f" {self._hooks['mutating'].title} leaves the namespace out"
            )
        settings = self._operator.settings()
        if settings is not None and not Guard(settings.policy).fill(_made(GOOD)):
            return fine(f"a good Service is admitted in {self.namespace}; by the settings nothing is filled in")
        return wrong(
            "a good Service is admitted, but its defaults are not filled in: the API server does not reach /mutate, or"
            " who asks is exempt (--exempt-user)",
            f"{_REACH}; {_LOG}",
        )

    def _bad(self) -> Iterator[Observation]:
        others: list[str] = []
        admitted: list[tuple[Mapping[str, str], _Said]] = []
        for annotations in BAD:
            said = self._send(annotations)
            if said.is_ours:
                yield fine(f"a bad Service is refused by elbguard: {said.refusal.partition(' (elbguard)')[0]}")
                return
            if said.is_unanswered:
                yield wrong(f"the API server cannot ask elbguard: {said.refusal}", _REACH)
                return
            if said.refusal:
                others.append(said.refusal)
            else:
                admitted.append((annotations, said))
        if admitted:
            yield self._admitted(*admitted[0])
        elif all(_POLICY in text for text in others):
            yield fine(f"a bad Service is refused by the policy, before elbguard is asked: {others[0]}")
        else:
            yield unknown(f"a bad Service is refused by somebody else before elbguard is heard: {others[0]}")

    def _admitted(self, annotations: Mapping[str, str], said: _Said) -> Observation:
        if warned := [text for text in said.warnings if "ELB" in text]:
            says = f"a bad Service is admitted with a warning: {warned[0]}"
            return doubtful_but_works(says, "Set mode: enforce where errors are to refuse")
        try:
            settings = self._operator.settings()
        except Blind:
            settings = None
        if settings is not None:
            found = Guard(settings.policy).review(_made(annotations), Cluster()).findings
            if not settings.findings_go.sort(self.namespace, found).errors:
                says = (
                    f"a bad Service is admitted, as the settings say: mode {settings.mode}, and rules that are ignored"
                )
                where = self._operator.where or "the flags of the Deployment"
                return doubtful_but_works(says, f"Set mode: enforce in {where}, where errors are to refuse")
        return wrong(
            "a bad Service is admitted: the API server does not reach /validate, its settings let errors pass (mode,"
            " ignore), or who asks is exempt (--exempt-user)",
            f"{_REACH}; {_LOG}",
        )


def look(trial: Trial) -> Iterator[Observation]:
    """Try a good and a bad Service. Raises Blind."""
    return trial.look()


def _keys(service: Any) -> list[str]:
    found = at(service, "metadata", "annotations")
    return sorted(filter(is_elb_key, found)) if isinstance(found, Mapping) else []


def _made(annotations: Mapping[str, str]) -> Service:
    spec = {"type": "LoadBalancer", "ports": [{"port": 80, "protocol": "TCP"}]}
    return Service({"metadata": {"name": "elbguard-doctor", "annotations": dict(annotations)}, "spec": spec})

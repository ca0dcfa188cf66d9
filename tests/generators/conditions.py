"""Conditions: in which clusters, and about which class of load balancer, a rule speaks. Found out by asking it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, Final, get_args

from elbguard.settings import Settings
from elbguard_rules import annotations, cluster, relations, spec
from elbguard_rules.annotations.elb_class import ELB_CLASS
from elbguard_rules.collisions.neighbours import Neighbours
from elbguard_rules.core.discover import declared_in
from elbguard_rules.core.facts import SHIPPED, ClusterType, Profile, ProxyMode, Version, VersionGate, since
from elbguard_rules.core.rule import Rule
from elbguard_rules.core.service import Service
from elbguard_rules.guard import ANNOTATIONS, Guard

_AS_GIVEN: Final = ""
_DIMENSIONS: Final = {
    "class": ELB_CLASS.choices,
    "type": get_args(ClusterType),
    "proxy-mode": get_args(ProxyMode),
    "profile": get_args(Profile),
}


def conditions(
    rule: Rule, service: Service, settings: Mapping[str, Any], beside: Sequence[Neighbours] = ()
) -> dict[str, Any]:
    """What a broken Service and its cluster must be for the rule to speak; a condition that is none is left out.

    `class` (union, performance), `type` (standard, turbo), `proxy-mode` (iptables, ipvs) and `profile` (huawei, otc)
    are words; `before` lists the first releases, one for each line, in which the rule is silent, `from` those in which
    it begins to speak.
    """
    found: dict[str, Any] = {}
    for name, choices in _DIMENSIONS.items():
        others = [_variants(other) if other != name else (_AS_GIVEN,) for other in _DIMENSIONS]
        speaks = [
            choice
            for choice in choices
            if any(
                _speaks(rule, service, settings, dict(zip(_DIMENSIONS, rest, strict=True)) | {name: choice}, beside)
                for rest in product(*others)
            )
        ]
        if len(speaks) == 1:
            found[name] = speaks[0]
    return found | _versions(rule, service, settings)


def guard(settings: Settings) -> Guard:
    """A Guard with the policy of the settings; the same one for the same policy."""
    key = repr(settings.policy)
    if key not in _GUARDS:
        _GUARDS[key] = Guard(settings.policy)
    return _GUARDS[key]


_GUARDS: Final[dict[str, Guard]] = {}


def _variants(dimension: str) -> tuple[str, ...]:
    return (_AS_GIVEN, *_DIMENSIONS[dimension])


def _speaks(
    rule: Rule,
    service: Service,
    settings: Mapping[str, Any],
    changed: Mapping[str, Any],
    beside: Sequence[Neighbours] = (),
) -> bool:
    """Whether the Service breaks the rule when the class or the cluster is another one."""
    given = {k.replace("-", "_"): v for k, v in changed.items() if k != "class" and v != _AS_GIVEN}
    if "type" in given:
        given["cluster_type"] = given.pop("type")
    asked = Settings(**{**settings, **given})
    if changed.get("class"):
        service = _with_class(service, changed["class"])
    review = guard(asked).review(service, asked.cluster, beside=beside)
    return any(finding.rule.id == rule.id for finding in review.findings)


def _with_class(service: Service, word: str) -> Service:
    metadata = {**service.metadata, "annotations": {**service.annotations, ELB_CLASS.key: word}}
    return Service({**service.raw, "metadata": metadata}, service.old and _with_class(service.old, word))


def _versions(rule: Rule, service: Service, settings: Mapping[str, Any]) -> dict[str, Any]:
    unknown = Settings(**{**settings, "cluster_version": None})
    review = guard(unknown).review(service, unknown.cluster)
    if not any(s.rule.id == rule.id and "version" in s.missing for s in review.skipped):
        return {}
    speaks = tuple(_speaks(rule, service, settings, {"cluster_version": version}) for version in _samples())
    return _explained(speaks)


def _explained(speaks: tuple[bool, ...]) -> dict[str, Any]:
    """The gates that a rule must lie behind and before to speak in just these of the sampled releases."""
    everywhere = tuple(True for _ in speaks)
    lower = [(None, everywhere), *((gate, _met(gate)) for gate in _gates())]
    upper = [(None, everywhere), *((gate, tuple(not met for met in _met(gate))) for gate in _gates())]
    for (start, since_then), (end, until_then) in sorted(product(lower, upper), key=_parts):
        if all(a == (b and c) for a, b, c in zip(speaks, since_then, until_then, strict=True)):
            parts = {"from": start, "before": end}
            return {name: [str(v) for v in gate.lines] for name, gate in parts.items() if gate}
    return {}


_parts: Final[Callable[[Any], int]] = lambda pair: sum(gate is not None for gate, _ in pair)  # noqa: E731


@cache
def _met(gate: VersionGate) -> tuple[bool, ...]:
    return tuple(gate.met(version) for version in _samples())


@cache
def _gates() -> tuple[VersionGate, ...]:
    """The gates that rules name, and one for each minor line."""
    named = [gate for package in (annotations, relations, cluster, spec) for gate in declared_in(package, VersionGate)]
    owned = [gate.needs for owner in ANNOTATIONS for _, gate in owner.all_gates]
    return tuple(dict.fromkeys([*owned, *named, *(since(f"v1.{minor}") for minor in SHIPPED)]))


@cache
def _samples() -> tuple[Version, ...]:
    """Every release that a gate names, the one before it, and the first and last of every line."""
    return tuple(sorted(set(_releases()), key=lambda v: (v.line, v.patch or 0, v.revision or 0)))


def _releases() -> Iterator[Version]:
    for minor in SHIPPED:
        yield from (Version(1, minor, 0, 0), Version(1, minor, 99, 99))
    for release in (release for gate in _gates() for release in gate.lines):
        patch, revision = release.patch or 0, release.revision or 0
        yield Version(release.major, release.minor, patch, revision)
        if revision or patch:
            before = (patch, revision - 1) if revision else (patch - 1, 99)
            yield Version(release.major, release.minor, *before)

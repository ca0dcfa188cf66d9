"""Releases: clusters of which no document says whether they have a feature."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.check import rule
from elbguard_rules.core.facts import Cluster, Unknown, Version
from elbguard_rules.core.gate import Gate
from elbguard_rules.core.plan import used_at
from elbguard_rules.core.problem import Problem, Severity, Where, forbidden
from elbguard_rules.core.reading import Malformed
from elbguard_rules.core.service import Service
from elbguard_rules.documents import BULLETIN
from elbguard_rules.owners import ANNOTATIONS

_GATED: Final = {owner.key: owner for owner in ANNOTATIONS if any(owner.all_gates)}


@cache
def _unlisted() -> frozenset[tuple[int, int]]:
    """The lines between two listed ones of any gate."""
    gates = {gate.needs for owner in _GATED.values() for _, gate in owner.all_gates}
    spans = ((gate, range(gate.lines[0].minor, gate.lines[-1].minor)) for gate in gates)
    return frozenset((1, minor) for gate, span in spans for minor in span if gate.leaves_open(Version(1, minor)))


@rule(
    "ELB907",
    "release-line-not-listed",
    "A feature that came to several release lines is used in one of them, or in a later one.",
    BULLETIN.quote("v1.23.13-r0, v1.25.8-r0, v1.27.5-r0, v1.28.3-r0, or later", "One release for each minor line."),
    fix="Make sure that the cluster's version is right, and that the feature has its effect.",
    why="of a line between two listed ones no document says anything. CCE never shipped those that are missing so far.",
    severity=Severity.WARNING,
    always=True,
    silent_in=lambda cluster: not cluster.knows("version") or cluster.version.line not in _unlisted(),
)
def the_cluster_is_of_a_line_that_documents_list(service: Service, cluster: Cluster) -> Iterator[Problem]:
    version = cluster.version
    for owner in filter(None, map(_GATED.get, service.annotations)):
        asked = [(member, gate) for member, gate in owner.all_gates if gate.needs.leaves_open(version)]
        found = {where: gate for member, gate in asked for where in _used_at(service, owner, member, gate)}
        for where, gate in found.items():
            line = f"v{version.major}.{version.minor}"
            yield forbidden(where, f"no document says whether {line} has it; it came with {gate.needs}")


def _used_at(service: Service, owner: Annotation[Any], member: str, gate: Gate) -> Iterator[Where]:
    """The places that use the feature; none where that cannot be told, so that other gates are asked all the same."""
    try:
        yield from used_at(service, owner, member, gate)
    except (Unknown, Malformed):
        return

"""Releases: clusters of which no document says whether they have a feature."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from rules import annotations
from rules.core.annotation import Annotation
from rules.core.discover import declared_in
from rules.core.engine import used_at
from rules.core.facts import Cluster
from rules.core.finding import Problem, Severity, forbidden
from rules.core.rule import rule
from rules.core.service import Service
from rules.documents import BULLETIN


@cache
def _gated() -> dict[str, Annotation[Any]]:
    return {a.key: a for a in declared_in(annotations, Annotation) if any(a.all_gates)}


@rule(
    "ELB907",
    "release-line-not-listed",
    BULLETIN.quote("v1.23.13-r0, v1.25.8-r0, v1.27.5-r0, v1.28.3-r0, or later", "One release for each minor line."),
    severity=Severity.WARNING,
    always=True,
)
def the_cluster_is_of_a_line_that_documents_list(service: Service, cluster: Cluster) -> Iterator[Problem]:
    """A feature that came to several release lines is used in one of them, or in a later one.

    Why: of a line between two listed ones no document says anything. CCE never shipped those that are missing so far.
    Fix: make sure that the cluster's version is right, and that the feature has its effect.
    """
    if not cluster.knows("version"):
        return
    version = cluster.version
    for key in service.annotations:
        owner = _gated().get(key)
        for member, gate in owner.all_gates if owner else ():
            if gate.needs.leaves_open(version):
                for where in used_at(service, _gated()[key], member, gate):
                    yield forbidden(
                        where, f"no document speaks of v{version.major}.{version.minor}: since {gate.needs}"
                    )

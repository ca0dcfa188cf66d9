"""Keys that a manifest gives twice, as findings at their second place."""

from collections.abc import Iterator

from elbguard.check.lines import Offsets
from elbguard.check.manifests import Manifest
from elbguard.check.nodes import Path
from elbguard_rules import duplicates
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import MOST_TOLD, Severity
from elbguard_rules.core.service import Service


def given_twice(document: Manifest, root: Path, service: Service, policy: Policy) -> Iterator[tuple[Finding, Offsets]]:
    """The keys given twice in the Service at `root` of a document, each with where it stands again."""
    for each in document.given_twice(root)[:MOST_TOLD]:
        line, _ = document.lines.position(each.first.start)
        rule, problem = duplicates.problem(service, each.path[len(root) :], line)
        severity = policy.severity(rule)
        if severity is not Severity.OFF:
            yield Finding(rule, problem, severity), each.again

"""Gate: from which releases of CCE on a feature exists, as data that the engine asks and the reference prints."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from elbguard_rules.core.facts import Cluster, Version, VersionGate
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule, Source
from elbguard_rules.core.service import Service


@record
class Gate:
    """A condition on the cluster's version: `rule` breaks where the feature is used and `needs` is not met.

    The feature is used when `of` holds for the value and `when` for the Service; without them, when the annotation or
    member is there. `feature` names it where it is not the annotation or member itself. `lower` is the gate that
    another document gives for the same feature: below it that one speaks, and this one does not. `entries` gives the
    positions of those entries of a list that use the feature, where not the list as a whole does. `parts` are what
    `Annotation.having` would name, without which it is not used.
    """

    rule: Rule
    needs: VersionGate
    of: Callable[[Any], bool] | None = None
    feature: str = ""
    when: Callable[[Service], bool] | None = None
    lower: VersionGate | None = None
    entries: Callable[[Any], Iterable[int]] | None = None
    parts: tuple[str, ...] = ()

    def guards(self, service: Service, value: Any) -> bool:
        """Whether the feature is used. Raises Malformed or Unknown where that cannot be told."""
        return (self.of is None or self.of(value)) and (self.when is None or self.when(service))

    def speaks(self, version: Version) -> bool:
        """Whether the feature is refused in a cluster of this version. Raises Unknown where that cannot be told.

        Of a line that documents leave open elbguard_rules.relations.releases warns.
        """
        if self.needs.leaves_open(version) or self.needs.met(version):
            return False
        return self.lower is None or self.lower.met(version)

    def demand(self, version: Version) -> str:
        """What is asked of a cluster that has the version: `needs a cluster of v1.23.14-r0 or later, this one is ...`.

        What is named in the place of the finding is not named again.
        """
        key, _, rest = self.feature.partition(" ")
        subject = f"{rest} it " if key.startswith("elb.") else f"{self.feature} " if self.feature else ""
        return f"{subject}needs a cluster of {self.needs.release_for(version)} or later, this one is {version}"

    def is_silent(self, cluster: Cluster) -> bool:
        """Whether it has nothing to say in a cluster, whatever the Service is like.

        Raises Unknown where the version is not known precisely enough, which matters only if the feature is used.
        """
        return not self.speaks(cluster.version)


def introduced(  # noqa: PLR0913 - what a gate is, by name
    id: str,  # noqa: A002 - the word is right at the place where annotations are declared
    name: str,
    source: Source,
    needs: VersionGate,
    *,
    what: str = "The annotation exists",
    says: str = "",
    fix: str = "Leave the annotation out, or upgrade the cluster.",
    severity: Severity = Severity.ERROR,
    why: str = "",
    covers: tuple[str, ...] = (),
    of: Callable[[Any], bool] | None = None,
    feature: str = "",
    when: Callable[[Service], bool] | None = None,
    lower: VersionGate | None = None,
    entries: Callable[[Any], Iterable[int]] | None = None,
    parts: tuple[str, ...] = (),
) -> Gate:
    """A gate whose sentence, quotation and cure follow from its releases, unless they say more.

    `what` begins the sentence: "Compression exists" makes "Compression exists in clusters of v1.28 and later.", and so
    the fact that the gate stands for.
    """
    listed = str(needs) if len(needs.lines) == 1 else "the releases listed"
    source = source if source.says else replace(source, says=f"{needs}, or later")
    rule = Rule(id, name, says or f"{what} in clusters of {listed} and later.", source, fix, severity, why, covers)
    return Gate(rule, needs, of, feature, when, lower, entries, parts)

"""Gate: from which releases of CCE on a feature exists, as data that the engine asks and the reference prints."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.core.facts import VersionGate
from rules.core.rule import Rule

if TYPE_CHECKING:
    from rules.core.service import Service


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition on the cluster's version: `rule` breaks where the feature is used and `needs` is not met.

    The feature is used when `of` holds for the value and `when` for the Service; without them, when the annotation or
    member is there. `feature` names it where it is not the annotation or member itself. `lower` is the gate that
    another document gives for the same feature: below it that one speaks, and this one does not.
    """

    rule: Rule
    needs: VersionGate
    of: Callable[[Any], bool] | None = None
    feature: str = ""
    when: "Callable[[Service], bool] | None" = None
    lower: VersionGate | None = None

    def guards(self, service: "Service", value: Any) -> bool:
        """Whether the feature is used. Raises Malformed or Unknown where that cannot be told."""
        return (self.of is None or self.of(value)) and (self.when is None or self.when(service))

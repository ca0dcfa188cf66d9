"""Policy: what the operator decided about rules and defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from elbguard_rules.core.facts import Profile
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule


@dataclass(frozen=True)
class Policy:
    """The operator's word over rules and defaults.

    `severities` maps rule ids to how serious they are taken here; OFF switches one off. `no_defaults` lists what is not
    filled in: an annotation's key without `kubernetes.io/`, or that key, a dot and a member. `default_class` is
    written where no class is given, None leaves the documented default. `cluster_id` salts generated names, so that
    two clusters give two names to the same namespace and Service. `heeds_ignore`: a Service's annotation
    `elbguard.io/ignore` is heeded. `profile` is the cloud whose documents give the defaults, None for Huawei Cloud's.
    """

    severities: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))
    no_defaults: frozenset[str] = frozenset()
    default_class: str | None = None
    cluster_id: str = ""
    heeds_ignore: bool = False
    profile: Profile | None = None

    def severity(self, rule: Rule) -> Severity:
        """How serious a broken rule is taken here."""
        return self.severities.get(rule.id, rule.severity)

    def fills(self, name: str) -> bool:
        """Whether a default, named as in `no_defaults`, is written."""
        return not self.no_defaults or self._fills(name)

    def _fills(self, name: str) -> bool:
        return name not in self.no_defaults and name.rpartition(".")[0] not in self.no_defaults

"""A finding: a problem, the rule that it breaks, and how seriously the operator takes that rule."""

from dataclasses import dataclass
from functools import cached_property

from elbguard_rules.core.problem import (
    ABSENT,
    LONGEST_DETAIL,
    UNWRITABLE,
    Kind,
    Problem,
    Severity,
    Where,
    printable,
    shown,
)
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule


@dataclass(frozen=True)
class Finding:
    """A problem together with the rule it breaks and how seriously the operator takes that rule."""

    rule: Rule
    problem: Problem
    severity: Severity

    @property
    def where(self) -> Where:
        """Where the problem is."""
        return self.problem.where

    @cached_property
    def field(self) -> str:
        """The place as a Kubernetes field path."""
        return printable(str(self.problem.where))

    @cached_property
    def message(self) -> str:
        """Kind, value found, what is allowed and the rule: `Invalid value: 5000: must be ... [ELB206]`."""
        return f"{self.sentence} [{self.rule.id}]"

    @property
    def label(self) -> str:
        """The words for the kind of mistake."""
        return self.problem.kind.label

    @property
    def detail(self) -> str:
        """What is allowed, or what to do."""
        return self.problem.detail

    @property
    def brief(self) -> str:
        """The same in few words; empty where there are no others."""
        return self.problem.brief

    @cached_property
    def sentence(self) -> str:
        """The message without the rule's id."""
        nothing = self.problem.kind is Kind.INVALID and self.problem.value is ABSENT  # it is the name that is wrong
        detail = self.detail
        parts = [] if nothing and detail else [self.label]
        if self.problem.value is not ABSENT:
            parts.append(shown(self.problem.value))
        if detail:
            parts.append(printable(detail if len(detail) <= LONGEST_DETAIL else detail[: LONGEST_DETAIL - 3] + "..."))
        return ": ".join(parts)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two findings the same mistake: the rule, the place and the value."""
        try:
            value = repr(self.problem.value)
        except (RecursionError, ValueError):
            value = UNWRITABLE
        return (self.rule.id, str(self.problem.where.folded), value)


@record
class Skipped:
    """A rule that could not judge because a fact about the cluster or the load balancer is not known."""

    rule: Rule
    missing: str

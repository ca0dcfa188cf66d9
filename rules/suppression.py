"""Suppression: what the author of a manifest wants to hear no more about, and why.

Written as `ELB206, ELB322: reason`, in the annotation `elbguard.io/ignore` or in a comment of the manifest.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rules.core.finding import Finding, Problem, Severity, Where, annotation, invalid, required
from rules.core.rule import Rule, Source

KEY: Final = "elbguard.io/ignore"
_TEXT: Final = re.compile(r"\s*((?:[A-Za-z0-9-]+\s*,\s*)*[A-Za-z0-9-]+)\s*(?::|\s|$)\s*(.*)", re.DOTALL)
_OURS: Final = Source("elbguard", "Suppressions")

UNKNOWN: Final = Rule(
    "ELB991",
    "unknown-suppression",
    "A suppression names rules by their ids.",
    _OURS,
    "Write the id of the rule, such as ELB206.",
    Severity.WARNING,
)
UNUSED: Final = Rule(
    "ELB992",
    "unused-suppression",
    "A suppression suppresses something.",
    _OURS,
    "Remove the suppression: the mistake is gone, or stands elsewhere.",
    Severity.WARNING,
)
UNEXPLAINED: Final = Rule(
    "ELB993",
    "suppression-without-reason",
    "A suppression says why.",
    _OURS,
    "Write the reason behind the ids: ELB206, ELB322: reason.",
    Severity.WARNING,
)
RULES: Final = (UNKNOWN, UNUSED, UNEXPLAINED)


@dataclass(frozen=True, slots=True)
class Suppression:
    """The ids of rules that are not to be reported, the reason, and where it is written."""

    ids: tuple[str, ...]
    reason: str
    where: Where


def of(annotations: Mapping[str, object]) -> Suppression | None:
    """The suppression of the annotation `elbguard.io/ignore`; None where there is none."""
    text = annotations.get(KEY)
    match = _TEXT.fullmatch(text) if isinstance(text, str) and text.strip() else None
    if match is None:
        return None
    ids = tuple(word.strip().upper() for word in match.group(1).split(","))
    return Suppression(ids, match.group(2).strip(), annotation(KEY))


def problems(
    suppression: Suppression, suppressed: Iterable[Finding], known: Mapping[str, Rule]
) -> list[tuple[Rule, Problem]]:
    """What is wrong with a suppression, given the findings that it suppressed and the rules there are."""
    used = {finding.rule.id for finding in suppressed}
    found: list[tuple[Rule, Problem]] = []
    for rule_id in suppression.ids:
        if rule_id not in known:
            found.append((UNKNOWN, invalid(suppression.where, rule_id, "no rule has this id")))
        elif rule_id not in used:
            found.append((UNUSED, invalid(suppression.where, rule_id, "there is nothing to suppress here")))
    if not suppression.reason:
        found.append((UNEXPLAINED, required(suppression.where, "say why, behind the ids")))
    return found

"""Suppression: what the author of a manifest wants to hear no more about, and why.

Written as `ELB206, ELB322: reason`, in the annotation `elbguard.io/ignore` or in a comment of the manifest; rules are
named by id or by name. What is written otherwise suppresses nothing, and that is said.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from elbguard_rules.core.finding import Finding
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.policy import Policy
from elbguard_rules.core.problem import MOST_TOLD, Problem, Severity, Where, annotation, invalid, required
from elbguard_rules.core.record import record
from elbguard_rules.core.rule import Rule, Source
from elbguard_rules.documents import OURS

KEY: Final = "elbguard.io/ignore"
FORM: Final = "ELB206, ELB322: reason"
_TEXT: Final = re.compile(r"\s*((?:[A-Za-z0-9-]+\s*,\s*)*[A-Za-z0-9-]+)\s*(:|\s|$)\s*(.*)", re.DOTALL)
_MORE_RULES: Final = re.compile(r"(?:(?:and|or|&|\+)\s+)?(ELB\d{3})\b", re.IGNORECASE)
SOURCE: Final = Source(OURS, "Suppressions")

UNKNOWN: Final = Rule(
    "ELB991",
    "unknown-suppression",
    "A suppression names rules by their ids or names.",
    SOURCE,
    "Write the id or the name of the rule, such as ELB206 or bandwidth-out-of-range.",
    Severity.WARNING,
)
UNUSED: Final = Rule(
    "ELB992",
    "unused-suppression",
    "A suppression suppresses something.",
    SOURCE,
    "Remove the suppression: the mistake is gone, or stands elsewhere.",
    Severity.WARNING,
)
UNEXPLAINED: Final = Rule(
    "ELB993",
    "suppression-without-reason",
    "A suppression says why.",
    SOURCE,
    "Write the reason behind the ids: ELB206, ELB322: reason.",
    Severity.WARNING,
)
MALFORMED: Final = Rule(
    "ELB994",
    "malformed-suppression",
    "A suppression is written as rules, a colon and a reason.",
    SOURCE,
    "Write the rules with commas, a colon and the reason: ELB206, ELB322: reason.",
    Severity.WARNING,
    why="A suppression that cannot be read suppresses nothing.",
)
RULES: Final = (UNKNOWN, UNUSED, UNEXPLAINED, MALFORMED)


@record
class Suppression:
    """The ids of rules that are not to be reported, the reason, and where it is written.

    A word that is no rule stands among the ids as it was written. `mistakes` are what is wrong with the form.
    """

    ids: tuple[str, ...]
    reason: str
    where: Where
    mistakes: tuple[Problem, ...] = ()


def of(annotations: Mapping[str, object], names: Mapping[str, str]) -> Suppression | None:
    """The suppression of the annotation `elbguard.io/ignore`; None where there is none.

    `names` gives the ids of rules by id and name, in small letters.
    """
    text = annotations.get(KEY)
    return parsed(text, names, annotation(KEY), f"write it as {FORM}") if isinstance(text, str) else None


def parsed(text: str, names: Mapping[str, str], where: Where, advice: str, written: str | None = None) -> Suppression:
    """What a text suppresses; `written` is how it stands there, `advice` what to write where it cannot be read."""
    written = text if written is None else written
    match = _TEXT.fullmatch(text)
    if match is None:
        fault = f"cannot be read, so it suppresses nothing: {advice}"
        return Suppression((), "", where, (invalid(where, written, fault),))
    words, separator, reason = match.groups()
    ids = tuple(names.get(word.strip().lower(), word.strip()) for word in words.split(","))
    more = _MORE_RULES.match(reason) if separator != ":" else None
    fault = f"{more[1]} stands in the reason, so it is not suppressed: {advice}" if more else ""
    return Suppression(ids, reason.strip(), where, (invalid(where, written, fault),) if more else ())


ON_THIS_LINE: Final = "there is nothing to suppress on this line: a comment counts on the line of what it is about"


def findings(
    suppression: Suppression,
    suppressed: Iterable[Finding],
    known: Mapping[str, Rule],
    policy: Policy,
    elsewhere: AbstractSet[str] = frozenset(),
    nothing: str = "there is nothing to suppress here",
) -> list[Finding]:
    """What is wrong with a suppression, given the findings that it suppressed and the rules there are.

    Of the rules `elsewhere`, which look at more than this Service, nobody can tell that nothing was suppressed.
    `nothing` is what is said where that is so.
    """
    told = _problems(suppression, {finding.rule.id for finding in suppressed} | elsewhere, known, nothing)
    found = (Finding(rule, problem, policy.severity(rule)) for rule, problem in told)
    return [finding for finding in found if finding.severity is not Severity.OFF]


def _problems(
    suppression: Suppression, used: AbstractSet[str], known: Mapping[str, Rule], nothing: str
) -> list[tuple[Rule, Problem]]:
    found = [(MALFORMED, mistake) for mistake in suppression.mistakes]
    for rule_id in suppression.ids[:MOST_TOLD]:
        if rule_id not in known:
            found.append((UNKNOWN, _unknown(suppression.where, rule_id, known)))
        elif rule_id not in used:
            found.append((UNUSED, invalid(suppression.where, rule_id, nothing)))
    if suppression.ids and not suppression.reason:
        found.append((UNEXPLAINED, required(suppression.where, "say why, behind the rules: ELB206: our reason")))
    return found


def _unknown(where: Where, word: str, known: Mapping[str, Rule]) -> Problem:
    if word.lower() == "all":
        return invalid(where, word, "rules are suppressed one by one")
    close = nearest(word.lower(), (rule.name for rule in known.values())) or ""
    detail = "no rule has this id or name" + (f", did you mean {close}?" if close else "")
    return invalid(where, word, detail, meant=close)

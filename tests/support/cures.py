"""Cures: what a rule's fix and a finding's message tell people to do, done to a Service.

A fix is read as its alternatives, parted by `, or` and by semicolons. Each is in EDITS, with the edits that do it, or
in HUMAN: what only a person can do, since it needs a fact that no Service has, another place, or a choice.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from elbguard_rules.core.finding import Finding
from elbguard_rules.core.rule import Rule
from elbguard_rules.relations.keys import NOT_TEXT, UNKNOWN_MEMBER, an_annotation_is_known
from tests.support.remedies import EDITS, HUMAN
from tests.support.treating import Edit, Patient, member_renamed, renamed, write

SIGNS: Final = ("such as ", "write ")


def parts(fix: str) -> list[str]:
    """The alternatives that a fix names."""
    found = [part for half in fix.rstrip(".").split("; ") for part in half.split(", or ")]
    return [part[:1].upper() + part[1:] for part in found]


def cures(finding: Finding) -> Iterator[tuple[str, Edit]]:
    """What can be done about a finding without a person: its name and the edit."""
    if finding.problem.meant:
        yield from _meant(finding)
    for sign in SIGNS:
        for text in _told(finding.problem.detail, sign):
            yield (f"{sign}...", write(text))
    for part in parts(finding.rule.fix):
        yield from ((part, edit) for edit in EDITS.get(part, ()))


def _told(detail: str, sign: str) -> Iterator[Any]:
    """What a message tells behind a sign: a text in quotes, JSON, or a word."""
    _, found, rest = detail.partition(sign)
    if not found:
        return
    if rest[0] == "'":
        yield rest[1:].partition("'")[0]
    elif rest[0] in '"[{':
        yield json.JSONDecoder().raw_decode(rest)[0]
    elif sign == "such as ":
        yield rest.split()[0].rstrip(",;:")


def cured(patient: Patient, edit: Edit) -> Patient:
    """Another patient, cured. Raises NotHere where there is no place for the cure."""
    found = copy.deepcopy(Patient(patient.raw, patient.old, patient.settings, patient.finding))
    edit(found)
    return found


def unread(rule: Rule) -> list[str]:
    """The parts of a fix that are in neither table."""
    return [part for part in parts(rule.fix) if part not in EDITS and part not in HUMAN]


def _meant(finding: Finding) -> Iterator[tuple[str, Edit]]:
    meant = finding.problem.meant
    if finding.rule is an_annotation_is_known.rule:
        if " in " not in meant:
            yield ("the annotation that was meant", renamed(meant))
    elif finding.rule is UNKNOWN_MEMBER:
        yield ("the member that was meant", member_renamed(meant))
    elif finding.rule is NOT_TEXT or not finding.where.inner:
        yield ("the text that was meant", write(meant))
    else:
        yield ("the value that was meant", write(meant))

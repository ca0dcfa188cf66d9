"""Findings in the words and within the limits of an admission response."""

import json
import zlib
from collections.abc import Sequence
from typing import Any, Final

from elbguard.webhook.envelope import AdmissionRequest
from elbguard.webhook.phrases import ENGLISH, Phrases
from elbguard_rules.core.engine import Fault
from elbguard_rules.core.finding import Finding
from elbguard_rules.core.problem import ABSENT, LONGEST_VALUE, Severity, printable, shown
from elbguard_rules.guard import KEPT

PRODUCT: Final = "elbguard"
LONGEST_WARNING: Final = 120  # characters; Kubernetes, Dynamic Admission Control, "Response"
MOST_WARNINGS: Final = 20
MOST_CAUSES: Final = 100
_MOST_TOLD: Final = 200  # warnings that are compared with each other, since kubectl would drop equal ones
LONGEST_MESSAGE: Final = 8192  # bytes
LONGEST_LINE: Final = 1024  # characters of one finding in the message; the causes have it all
LONGEST_CAUSES: Final = 40 * 1024  # bytes of all causes; the message has those left out in its count
LONGEST_ANSWER: Final = 64 * 1024  # bytes
_FEW: Final = 3  # findings whose places the first line of a message names
_LONGEST_PLACE: Final = 120  # characters
LONGEST_NAME: Final = 320  # characters; a namespace has at most 63, a Service's name likewise


def status(
    name: str, namespace: str, errors: Sequence[Finding], *, forbidden: bool = False, phrases: Phrases = ENGLISH
) -> dict[str, Any]:
    """The metav1.Status of a refusal: 422 Invalid, or 403 Forbidden with the same causes and message.

    kubectl shows the causes of the former and the message of the latter; Argo CD and Helm the message only.
    """
    return {
        "status": "Failure",
        "code": 403 if forbidden else 422,
        "reason": "Forbidden" if forbidden else "Invalid",
        "message": message(name, namespace, errors, phrases),
        "details": {
            "name": printable(name[:LONGEST_NAME]),
            "kind": "Service",
            "causes": _causes(errors, phrases),
        },
    }


def too_rich(request: AdmissionRequest, phrases: Phrases = ENGLISH) -> dict[str, Any]:
    """The metav1.Status of a Service with more in it than can be looked into."""
    place = f"Service {named(request.name[:LONGEST_NAME], request.namespace)[:LONGEST_NAME]} ({PRODUCT})"
    text = phrases.too_rich.format(service=place)
    return {"status": "Failure", "code": 403, "reason": "Forbidden", "message": text}


def _causes(errors: Sequence[Finding], phrases: Phrases) -> list[dict[str, str]]:
    """The first findings as causes, as many as an answer has room for; the last one says how many more there are.

    Of a refusal as Invalid kubectl shows nothing else.
    """
    found: list[dict[str, str]] = []
    room = LONGEST_CAUSES
    for finding in errors[:MOST_CAUSES]:
        cause = _cause(finding, "")
        room -= len(json.dumps(cause, ensure_ascii=False).encode(errors="replace"))
        if room < 0 and found:
            break
        found.append(cause)
    if rest := len(errors) - len(found):
        more = phrases.more_problems if rest > 1 else phrases.one_more_problem
        found[-1] = _cause(errors[len(found) - 1], more.format(number=rest))
    return found


def _cause(finding: Finding, more: str) -> dict[str, str]:
    message = f"{finding.sentence}{more} [{finding.rule.id}] ({PRODUCT})"
    return {"reason": finding.problem.kind.value, "message": message, "field": finding.field}


def message(name: str, namespace: str, errors: Sequence[Finding], phrases: Phrases = ENGLISH) -> str:
    """All findings; the first line stands alone, since some tools show no more than that.

    It has the one finding, or says how many there are and where; below it are all of them, each behind a bullet.
    """
    service = f"Service {named(name, namespace)[:LONGEST_NAME]} ({PRODUCT})"
    if len(errors) == 1:
        return phrases.one_problem.format(service=service, line=_line(errors[0]))
    text = phrases.problems.format(service=service, number=len(errors), places=_places(errors, phrases))
    for number, finding in enumerate(errors):
        line, more = _line(finding), f"\n{phrases.more.format(number=len(errors) - number)}"
        if len(f"{text}\n* {line}{more}".encode()) > LONGEST_MESSAGE:
            return text + more
        text += f"\n* {line}"
    return text


def named(name: str, namespace: str) -> str:
    """A Service as people name it: `shop/web`."""
    return printable("/".join(part for part in (namespace, name) if part) or "without a name yet")


def _places(errors: Sequence[Finding], phrases: Phrases) -> str:
    """Where the first findings are, and which rules they break."""
    told = [f"{printable(finding.where.brief)[:_LONGEST_PLACE]} [{finding.rule.id}]" for finding in errors[:_FEW]]
    rest = len(errors) - len(told)
    return ", ".join(told) + (phrases.more_places.format(number=rest) if rest else "")


def _line(finding: Finding) -> str:
    text = f"{finding.field}: {finding.sentence}"
    return (text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "...") + f" [{finding.rule.id}]"


def warnings(
    findings: Sequence[Finding],
    faults: Sequence[Fault] = (),
    *,
    name: str = "",
    namespace: str = "",
    phrases: Phrases = ENGLISH,
) -> list[str]:
    """One line for each finding, and for each rule that broke down, about the Service of this name."""
    service = named(name, namespace)
    broken = [about(service, phrases.not_judged.format(rule=fault.rule.id)) for fault in faults]
    told = len(findings) if len(findings) + len(broken) <= _MOST_TOLD else _MOST_TOLD
    lines = list(dict.fromkeys([*(warning(finding, service, phrases) for finding in findings[:told]), *broken]))
    rest = len(lines) + len(findings) - told - MOST_WARNINGS + 1
    if rest <= 1:
        return lines
    return [*lines[: MOST_WARNINGS - 1], about(service, phrases.more_warnings.format(number=rest))]


def about(service: str, sentence: str) -> str:
    """A short sentence about a Service as a warning."""
    start = f"{PRODUCT}: "
    return f"{start}{_cut(service, LONGEST_WARNING - len(start) - len(sentence) - 2)}: {sentence}"


def put_back(service: str, key: str, phrases: Phrases = ENGLISH) -> str:
    """That an annotation taken away by hand stands there again, and why."""
    why = phrases.fixed if key in KEPT else phrases.defaulted
    return about(service, phrases.put_back.format(key=_shortened(key, 44), why=why))


def taken_back(service: str, key: str, phrases: Phrases = ENGLISH) -> str:
    """That an annotation went which had been filled in, since what somebody changed by hand no longer calls for it."""
    return about(service, phrases.taken_back.format(key=_shortened(key, 44)))


def warning(finding: Finding, service: str, phrases: Phrases = ENGLISH) -> str:
    """A finding in one short line, without characters that the API server drops a warning for.

    kubectl prints equal lines once, so each names its Service. What does not fit goes in this order: the list of what
    is allowed, examples and the prefix of other keys, the middle of long names and values, all clauses but the first.
    """
    problem, suffix = finding.problem, f" [{finding.rule.id}]"
    verdict = phrases.refused if finding.severity is Severity.ERROR else ""
    whole = printable(finding.detail) or finding.label
    brief = printable(finding.brief) or whole
    terse = _terse(brief, phrases)
    clause = phrases.clause.split(terse)[0]
    where, found = printable(problem.where.brief), "" if problem.value is ABSENT else shown(problem.value)
    text = ""
    for detail, owner, place, value in (
        (whole, LONGEST_NAME, LONGEST_NAME, LONGEST_VALUE),
        (brief, LONGEST_NAME, LONGEST_NAME, LONGEST_VALUE),
        (terse, LONGEST_NAME, LONGEST_NAME, LONGEST_VALUE),
        (terse, 40, LONGEST_NAME, 40),
        (terse, 24, LONGEST_NAME, 24),
        (terse, 20, 64, 16),
        (terse, 12, 64, 14),
        (terse, 12, 48, 14),
        (terse, 12, 32, 12),
        (terse, 12, 24, 12),
        (clause, 24, LONGEST_NAME, 24),
        (clause, 12, 48, 14),
    ):
        value_found = f"{_cut_value(found, value)}: " if found else ""
        text = f"{PRODUCT}: {_cut(service, owner)}{verdict}: {_shortened(where, place)}: {value_found}{detail}"
        if len(text) + len(suffix) <= LONGEST_WARNING:
            return text + suffix
    return text[: LONGEST_WARNING - len(suffix) - 3].rsplit(" ", 1)[0] + "..." + suffix


def _terse(text: str, phrases: Phrases) -> str:
    """What is said without examples, this cluster's version, and the prefix of keys."""
    for pattern, instead in phrases.shorter:
        text = pattern.sub(instead, text)
    return text


def _cut(service: str, longest: int) -> str:
    """A Service's name; of a long one the beginning, and a sum of all of it that tells it from others like it."""
    if len(service) <= longest:
        return service
    return f"{service[: longest - 7]}~{zlib.crc32(service.encode()) & 0xFFFFFF:06x}"


def _shortened(text: str, longest: int) -> str:
    """A place without its middle, where it is long: its end tells more."""
    return text if len(text) <= longest else f"{text[: longest // 3]}...{text[len(text) - longest * 2 // 3 + 3 :]}"


def _cut_value(value: str, longest: int) -> str:
    """The beginning of a value, in its quotes if it has some."""
    if len(value) <= longest:
        return value
    end = '..."' if value.startswith('"') else "..."
    return value[: longest - len(end)] + end

"""Findings in the words and within the limits of an admission response."""

import json
from collections.abc import Sequence
from typing import Any, Final

from app.webhook.envelope import AdmissionRequest
from rules.core.engine import Fault
from rules.core.finding import ABSENT, Finding, printable, shown

PRODUCT: Final = "elbguard"
LONGEST_WARNING: Final = 120  # characters; Kubernetes, Dynamic Admission Control, "Response"
MOST_WARNINGS: Final = 20
MOST_CAUSES: Final = 100
_MOST_TOLD: Final = 200  # warnings that are compared with each other, since kubectl would drop equal ones
LONGEST_MESSAGE: Final = 8192  # bytes
LONGEST_LINE: Final = 1024  # characters of one finding in the message; the causes have it all
LONGEST_CAUSES: Final = 40 * 1024  # bytes of all causes; the message has those left out in its count
LONGEST_ANSWER: Final = 64 * 1024  # bytes
NOT_FILLED: Final = f"{PRODUCT}: nothing was filled in, the annotations are too long to be sent back"
LONGEST_NAME: Final = 320  # characters; a namespace has at most 63, a Service's name likewise


def status(name: str, namespace: str, errors: Sequence[Finding], *, forbidden: bool = False) -> dict[str, Any]:
    """The metav1.Status of a refusal: 422 Invalid, or 403 Forbidden with the same causes and message.

    kubectl shows the causes of the former and the message of the latter; Argo CD and Helm the message only.
    """
    return {
        "status": "Failure",
        "code": 403 if forbidden else 422,
        "reason": "Forbidden" if forbidden else "Invalid",
        "message": message(name, namespace, errors),
        "details": {
            "name": printable(name[:LONGEST_NAME]),
            "kind": "Service",
            "causes": _causes(errors),
        },
    }


def too_rich(request: AdmissionRequest) -> dict[str, Any]:
    """The metav1.Status of a Service with more in it than can be looked into."""
    service = "/".join(part for part in (request.namespace, request.name) if part) or "without a name yet"
    place = f"Service {printable(service[:LONGEST_NAME])} ({PRODUCT})"
    text = f"{place}: holds more values than any Service that works: make it smaller"
    return {"status": "Failure", "code": 403, "reason": "Forbidden", "message": text}


def _causes(errors: Sequence[Finding]) -> list[dict[str, str]]:
    """The first findings as causes, as many as an answer has room for."""
    found: list[dict[str, str]] = []
    room = LONGEST_CAUSES
    for finding in errors[:MOST_CAUSES]:
        message = f"{finding.message} ({PRODUCT})"
        cause = {"reason": finding.problem.kind.value, "message": message, "field": finding.field}
        room -= len(json.dumps(cause))
        if room < 0 and found:
            break
        found.append(cause)
    return found


def message(name: str, namespace: str, errors: Sequence[Finding]) -> str:
    """All findings; the first line stands alone, since some tools show no more than that."""
    service = printable("/".join(part for part in (namespace, name) if part) or "without a name yet")[:LONGEST_NAME]
    count = "1 problem" if len(errors) == 1 else f"{len(errors)} problems"
    text = f"{count} in Service {service} ({PRODUCT}): {_line(errors[0])}"
    for number, finding in enumerate(errors[1:], start=1):
        line, more = _line(finding), f"\nand {len(errors) - number} more"
        if len(f"{text}\n* {line}{more}".encode()) > LONGEST_MESSAGE:
            return text + more
        text += f"\n* {line}"
    return text


def _line(finding: Finding) -> str:
    text = f"{finding.field}: {finding.sentence}"
    return (text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "...") + f" [{finding.rule.id}]"


def warnings(findings: Sequence[Finding], faults: Sequence[Fault] = ()) -> list[str]:
    """One line for each finding, and for each rule that broke down."""
    broken = [f"rule {fault.rule.id} could not judge this Service: an internal error of {PRODUCT}" for fault in faults]
    told = len(findings) if len(findings) + len(broken) <= _MOST_TOLD else _MOST_TOLD
    lines = list(dict.fromkeys([*map(warning, findings[:told]), *broken]))
    rest = len(lines) + len(findings) - told - MOST_WARNINGS + 1
    return lines if rest <= 1 else [*lines[: MOST_WARNINGS - 1], f"and {rest} more warnings of {PRODUCT}"]


def warning(finding: Finding) -> str:
    """A finding in one short line, without characters that the API server drops a warning for."""
    problem, suffix = finding.problem, f" [{finding.rule.id}]"
    detail = printable(problem.detail) or problem.kind.label
    where = printable(problem.where.brief)
    found = "" if problem.value is ABSENT else f"{shown(problem.value)}: "
    for text in (f"{where}: {found}{detail}", f"{where}: {detail}"):
        if len(text) + len(suffix) <= LONGEST_WARNING:
            return text + suffix
    return f"{where}: {detail}"[: LONGEST_WARNING - len(suffix) - 3] + "..." + suffix

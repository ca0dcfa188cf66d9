"""Findings in the words and within the limits of an admission response."""

from collections.abc import Sequence
from typing import Any, Final

from rules.core.engine import Fault
from rules.core.finding import ABSENT, Finding, printable, shown

PRODUCT: Final = "elbguard"
LONGEST_WARNING: Final = 120  # characters; Kubernetes, Dynamic Admission Control, "Response"
MOST_WARNINGS: Final = 20
MOST_CAUSES: Final = 100
LONGEST_MESSAGE: Final = 8192  # bytes
LONGEST_LINE: Final = 1024  # characters of one finding in the message; the causes have it all
LONGEST_NAME: Final = 320  # characters; a namespace has at most 63, a Service's name likewise


def status(name: str, namespace: str, errors: Sequence[Finding]) -> dict[str, Any]:
    """The metav1.Status of a refusal: kubectl shows the causes or the message, Argo CD and Helm the message only."""
    return {
        "status": "Failure",
        "code": 422,
        "reason": "Invalid",
        "message": message(name, namespace, errors),
        "details": {
            "name": printable(name),
            "kind": "Service",
            "causes": [
                {"reason": f.problem.kind.value, "message": f"{f.message} ({PRODUCT})", "field": f.field}
                for f in errors[:MOST_CAUSES]
            ],
        },
    }


def message(name: str, namespace: str, errors: Sequence[Finding]) -> str:
    """All findings; the first line stands alone, since some tools show no more than that."""
    service = printable("/".join(part for part in (namespace, name) if part) or "without a name yet")[:LONGEST_NAME]
    lines = [_line(finding) for finding in errors]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    text = f"{count} in Service {service} ({PRODUCT}): {lines[0]}"
    for number, line in enumerate(lines[1:], start=1):
        more = f"\nand {len(lines) - number} more"
        if len(f"{text}\n* {line}{more}".encode()) > LONGEST_MESSAGE:
            return text + more
        text += f"\n* {line}"
    return text


def _line(finding: Finding) -> str:
    text = f"{finding.field}: {finding.sentence}"
    return (text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "...") + f" [{finding.rule.id}]"


def warnings(findings: Sequence[Finding], faults: Sequence[Fault] = ()) -> list[str]:
    """One line for each finding, and for each rule that broke down."""
    lines = [warning(finding) for finding in findings]
    lines += [f"rule {fault.rule.id} could not judge this Service: an internal error of {PRODUCT}" for fault in faults]
    lines = list(dict.fromkeys(lines))
    if len(lines) > MOST_WARNINGS:
        rest = len(lines) - MOST_WARNINGS + 1
        lines = [*lines[: MOST_WARNINGS - 1], f"and {rest} more warnings of {PRODUCT}"]
    return lines


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

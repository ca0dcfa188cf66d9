"""The report as SARIF 2.1.0, for code scanning and editors."""

from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from elbguard.languages import Language, saying
from elbguard.report.artifact import location
from elbguard.report.fingerprint import fingerprint
from elbguard.report.model import Entry, Note, Report, Trouble
from elbguard.report.plain import dumps
from elbguard.report.sentences import PRODUCT, in_stream, noted, said, sentence, unjudged
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT: Final = "elbguardFinding/v1"
_LANGUAGES: Final[dict[Language, str]] = {"en": "en-US", "zh": "zh-CN"}
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.OFF: "none"}


def render(report: Report) -> str:
    """One run with the rules that occur, a result for each finding, and a notification for each trouble."""
    rules = list({entry.rule.id: entry.rule for entry in report.entries}.values())
    rules.sort(key=lambda rule: rule.id)
    driver = {"name": PRODUCT, "version": _version(), "rules": [_rule(rule, report.language) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        **_language(report),
        "invocations": [_invocation(report)],
        "results": _results(report, {rule.id: index for index, rule in enumerate(rules)}),
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _language(report: Report) -> dict[str, str]:
    """What the messages are written in; without it, English (SARIF 2.1.0, 3.14.7)."""
    return {} if report.language == "en" else {"language": _LANGUAGES[report.language]}


def _version() -> str:
    try:
        return version(PRODUCT)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def _rule(rule: Rule, language: Language) -> dict[str, Any]:
    source, say = rule.source, saying(language)
    quotation = f": “{source.says}”" if source.says else ""
    paragraphs = [("", rule.says), ("Why", rule.why), ("Fix", rule.fix), ("Source", f"{source}{quotation}.")]
    paragraphs += [("Read as", say(source.reading))]
    given = [(say(title), text) for title, text in paragraphs if text]
    known = {"helpUri": source.document.link} if source.document.link else {}
    return known | {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.says},
        "fullDescription": {"text": f"{rule.says} {rule.why}".strip()},
        "help": {
            "text": "\n".join(f"{title}: {text}" if title else text for title, text in given),
            "markdown": "\n\n".join(f"**{title}:** {text}" if title else text for title, text in given),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["kubernetes", "load-balancer"], "problem.severity": rule.severity.value},
    }


def _results(report: Report, index: dict[str, int]) -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    results = []
    for entry in report.entries:
        mark = fingerprint(entry)
        seen[entry.file, mark] += 1
        results.append(_result(entry, index[entry.rule.id], f"{mark}:{seen[entry.file, mark]}", report.language))
    return results


def _result(entry: Entry, index: int, mark: str, language: Language) -> dict[str, Any]:
    span, resource = entry.span, entry.resource
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    place: dict[str, Any] = {"artifactLocation": location(entry.file)}
    if not (entry.stream or entry.is_live):
        place["region"] = region
    return {
        "ruleId": entry.rule.id,
        "ruleIndex": index,
        "level": _LEVELS[entry.severity],
        "message": _message(sentence(entry, language) + in_stream(entry, language)),
        "locations": [
            {
                "physicalLocation": place,
                "logicalLocations": [
                    {
                        "name": entry.finding.where.brief,
                        "fullyQualifiedName": f"{resource}:{entry.finding.field}",
                        "kind": "property",
                    },
                    {"name": resource.name, "fullyQualifiedName": str(resource), "kind": "resource"},
                ],
            }
        ],
        "partialFingerprints": {FINGERPRINT: mark},
    }


def _message(text: str) -> dict[str, str]:
    """A message. `[text](place)` would be a link in it, and a manifest is not to plant one."""
    return {"text": text.replace("](", "] (")}


def _invocation(report: Report) -> dict[str, Any]:
    notes = [_notification(trouble) for trouble in report.troubles]
    notes += [{"level": "note", "message": _message(text)} for text in unjudged(report)]
    notes += [_noted(note) for note in report.notes]
    invocation: dict[str, Any] = {"executionSuccessful": not any(trouble.fatal for trouble in report.troubles)}
    invocation |= {"properties": {"settings": list(report.settings)}} if report.settings else {}
    return invocation | ({"toolExecutionNotifications": notes} if notes else {})


def _noted(note: Note) -> dict[str, Any]:
    told: dict[str, Any] = {"level": "note", "message": _message(noted(note))}
    if not note.file:
        return told
    place: dict[str, Any] = {"artifactLocation": location(note.file)}
    if note.line and not note.stream:
        place["region"] = {"startLine": note.line, "startColumn": note.column}
    return told | {"locations": [{"physicalLocation": place}]}


def _notification(trouble: Trouble) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": location(trouble.file)}
    if trouble.line:
        place["region"] = {"startLine": trouble.line, "startColumn": max(1, trouble.column)}
    return {
        "level": "error" if trouble.fatal else "warning",
        "message": _message(said(trouble)),
        "locations": [{"physicalLocation": place}],
    }

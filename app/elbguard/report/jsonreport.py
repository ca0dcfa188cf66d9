"""The report as JSON; `report.schema.json` beside this module documents it."""

from dataclasses import asdict
from typing import Any

from elbguard.report.model import Entry, Report, Resource
from elbguard.report.plain import dumps, plain
from elbguard.report.sentences import made_from


def render(report: Report) -> str:
    """One JSON object with findings, skipped, troubles and summary; always valid, always ASCII."""
    return dumps(
        {
            "findings": [_finding(entry) for entry in report.entries],
            "skipped": [
                {"rule": one.rule.id, "missing": one.missing, "resource": _resource(one.resource)}
                for one in report.unjudged
            ],
            "troubles": [
                {
                    "file": trouble.file,
                    "line": trouble.line,
                    "column": trouble.column,
                    "message": trouble.message,
                    "fatal": trouble.fatal,
                }
                for trouble in report.troubles
            ],
            "notes": [
                {
                    "why": note.why.value,
                    "file": note.file,
                    "line": note.line,
                    "column": note.column,
                    "message": note.message,
                    "resource": _resource(note.resource),
                    **({"stream": note.stream} if note.stream else {}),
                }
                for note in report.notes
            ],
            "summary": {
                "files": report.files,
                "services": report.services,
                "errors": report.errors,
                "warnings": report.warnings,
                "skipped": len(report.unjudged),
                "foreign": report.foreign,
                "left_out": report.left_out,
                "hidden": report.hidden,
                "curable": report.curable,
                "notes": len(report.notes),
                **({"disregarded": report.disregarded} if report.disregarded else {}),
                "ingresses": report.ingresses,
                **({"settings": list(report.settings)} if report.settings else {}),
                **_tally(report),
            },
        }
    )


def _tally(report: Report) -> dict[str, Any]:
    if report.tally is None:
        return {}
    return {
        "unlisted": report.unlisted,
        "rules": dict(sorted(report.tally.rules.items())),
        "namespaces": {name: asdict(counts) for name, counts in report.tally.namespaces.items()},
    }


def _finding(entry: Entry) -> dict[str, Any]:
    finding, span = entry.finding, entry.span
    return {
        "rule": entry.rule.id,
        "name": entry.rule.name,
        "severity": entry.severity.value,
        "kind": finding.problem.kind.value,
        "field": finding.field,
        "message": finding.message,
        "value": plain(entry.value),
        "file": entry.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "resource": _resource(entry.resource),
        **({"source": made_from(entry)} if made_from(entry) else {}),
        **({"stream": entry.stream} if entry.stream else {}),
        **({"change": entry.change} if entry.change else {}),
        **({"rendered": entry.rendered} if entry.rendered else {}),
    }


def _resource(resource: Resource) -> dict[str, str]:
    named = {"kind": resource.kind, "namespace": resource.namespace, "name": resource.name}
    return {**named, "address": resource.address} if resource.address else named

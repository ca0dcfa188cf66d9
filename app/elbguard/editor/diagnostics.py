"""Diagnostics: a verdict in the words of the protocol."""

import re
from collections.abc import Iterator
from typing import Final

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
)

from elbguard.editor.judging import Opinion
from elbguard.editor.opened import Opened
from elbguard.report.model import Entry
from elbguard.report.sentences import PRODUCT, noted, said, sentence
from elbguard_rules import duplicates, suppression
from elbguard_rules.catalogue import KEYS
from elbguard_rules.core.fact import Tier
from elbguard_rules.core.problem import Severity
from elbguard_rules.relations.keys import UNKNOWN_MEMBER, an_annotation_is_known

_SEVERITIES: Final = {Severity.ERROR: DiagnosticSeverity.Error, Severity.WARNING: DiagnosticSeverity.Warning}
_LINE: Final = re.compile(r"\bit stands on line (\d+) already\b")
_IGNORED: Final = frozenset(  # what CCE, or we, read past: it may as well go
    rule.id for rule in (UNKNOWN_MEMBER, an_annotation_is_known.rule, suppression.UNUSED)
)
_TWICE: Final = frozenset(rule.id for rule in duplicates.RULES)


def diagnostics(verdict: Opinion) -> list[Diagnostic]:
    """All that is said of a version of a document, in the order of its places."""
    found = [*_findings(verdict), *_remarks(verdict)]
    return sorted(found, key=lambda each: (each.range.start.line, each.range.start.character))


def span(entry: Entry, opened: Opened) -> tuple[int, int]:
    """The offsets of what a finding is about."""
    where = entry.span
    return opened.offset(where.line, where.column), opened.offset(where.end_line, where.end_column)


def placed(opinion: Opinion) -> Iterator[tuple[str, int, int]]:
    """The ids of the rules that are broken, with the offsets of where."""
    yield from ((entry.rule.id, *span(entry, opinion.of)) for entry in opinion.entries)
    yield from ((entry.rule.id, start, end) for entry, start, end in opinion.kept)


def _findings(verdict: Opinion) -> Iterator[Diagnostic]:
    for entry in verdict.entries:
        yield _finding(entry, *span(entry, verdict.of), verdict.of)
    for entry, start, end in verdict.kept:
        yield _finding(entry, start, end, verdict.of)


def _finding(entry: Entry, start: int, end: int, opened: Opened) -> Diagnostic:
    link = entry.rule.source.document.link
    return Diagnostic(
        opened.columns.range(start, end),
        sentence(entry),
        severity=_SEVERITIES[entry.severity],
        code=entry.rule.id,
        code_description=CodeDescription(link) if link else None,
        source=PRODUCT,
        tags=_tags(entry) or None,
        related_information=list(_related(entry, opened)) or None,
    )


def _tags(entry: Entry) -> list[DiagnosticTag]:
    """Whether what is blamed does nothing, and whether it is a leftover of older pages."""
    tags = [DiagnosticTag.Unnecessary] if entry.rule.id in _IGNORED else []
    key = KEYS.get(str(entry.finding.where.steps[-1])) if entry.finding.where.steps else None
    return [*tags, DiagnosticTag.Deprecated] if key and key.tier is Tier.LEGACY else tags


def _related(entry: Entry, opened: Opened) -> Iterator[DiagnosticRelatedInformation]:
    """The other places that a finding names: where a key was first given, with what a Service collides."""
    text = entry.finding.problem.detail
    if entry.rule.id in _TWICE:
        named = ((found[1], "given here first") for found in _LINE.finditer(text))
    else:
        place = re.compile(rf"(\S+ \S+) \({re.escape(opened.name)}:(\d+)\)")
        named = ((found[2], f"{found[1]} stands here") for found in place.finditer(text))
    for line, words in named:
        start, end = opened.columns.line(int(line) - 1)
        written = opened.text[start:end]
        start += len(written) - len(written.lstrip())
        yield DiagnosticRelatedInformation(Location(opened.uri, opened.columns.range(start, end)), words)


def _remarks(verdict: Opinion) -> Iterator[Diagnostic]:
    """What could not be read, is a template, or was judged in part only."""
    opened = verdict.of
    for trouble in verdict.troubles:
        severity = DiagnosticSeverity.Error if trouble.fatal else DiagnosticSeverity.Information
        yield _remark(opened, trouble.line, trouble.column, said(trouble), severity)
    for note in verdict.notes:
        yield _remark(opened, note.line, note.column, noted(note), DiagnosticSeverity.Information)


def _remark(opened: Opened, line: int, column: int, words: str, severity: DiagnosticSeverity) -> Diagnostic:
    at = opened.offset(line, column)
    place = opened.columns.range(at, min(at + 1, len(opened.text)))
    return Diagnostic(place, words, severity=severity, source=PRODUCT)

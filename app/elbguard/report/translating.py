"""A report in another language: findings, rules, notes and troubles; what programs read of them stays as it is."""

from dataclasses import replace

from elbguard.languages import Language, finding_in, said_in
from elbguard.report.model import Report


def in_language(report: Report, language: Language) -> Report:
    """The report for readers of a language; what has no translation stays in English."""
    if language == report.language:
        return report
    return replace(
        report,
        entries=tuple(
            replace(entry, finding=finding_in(language, entry.finding), change=said_in(language, entry.change))
            for entry in report.entries
        ),
        troubles=tuple(replace(each, message=said_in(language, each.message)) for each in report.troubles),
        notes=tuple(replace(each, message=said_in(language, each.message)) for each in report.notes),
        language=language,
    )

"""The report with one line a finding, for editors, grep and people with many findings."""

from elbguard.escapes import inert
from elbguard.languages import Language
from elbguard.report.model import Entry, Report
from elbguard.report.sentences import curable, owner, place, sentence, summary, unjudged
from elbguard.report.statistics import tallied


def render(report: Report) -> str:
    """A line for each finding, `file:line:column: error[ELB101] in Service/web: PLACE: ...`, and the summary."""
    lines = [_finding(entry, report.language) for entry in report.entries]
    ending = [*unjudged(report), curable(report), *tallied(report), summary(report)]
    return inert("\n".join(filter(None, [*lines, *ending])) + "\n")


def _finding(entry: Entry, language: Language) -> str:
    whose = owner(entry)
    head = f"{place(entry)}: {entry.severity}[{entry.rule.id}]{f' in {whose}' if whose else ''}"
    return f"{head}: {sentence(entry, language)}"

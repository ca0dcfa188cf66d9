"""The report with one line a finding, for editors, grep and people with many findings."""

from elbguard.escapes import inert
from elbguard.report.model import Entry, Report
from elbguard.report.sentences import curable, owner, place, sentence, summary, unjudged
from elbguard.report.statistics import tallied


def render(report: Report) -> str:
    """A line for each finding, `file:line:column: error[ELB101] in Service/web: PLACE: ...`, and the summary."""
    lines = [_finding(entry) for entry in report.entries]
    ending = [*unjudged(report), curable(report), *tallied(report), summary(report)]
    return inert("\n".join(filter(None, [*lines, *ending])) + "\n")


def _finding(entry: Entry) -> str:
    whose = owner(entry)
    return f"{place(entry)}: {entry.severity}[{entry.rule.id}]{f' in {whose}' if whose else ''}: {sentence(entry)}"

"""The report with one line a finding, for editors, grep and people with many findings."""

from elbguard.escapes import inert
from elbguard.report.model import Entry, Report
from elbguard.report.sentences import curable, place, sentence, shortened, summary, unjudged


def render(report: Report) -> str:
    """A line for each finding, `file:line:column: error[ELB101] in Service/web: PLACE: ...`, and the summary."""
    lines = [_finding(entry) for entry in report.entries]
    return inert("\n".join(filter(None, [*lines, *unjudged(report), curable(report), summary(report)])) + "\n")


def _finding(entry: Entry) -> str:
    owner = shortened(str(entry.resource))
    return f"{place(entry)}: {entry.severity}[{entry.rule.id}]{f' in {owner}' if owner else ''}: {sentence(entry)}"

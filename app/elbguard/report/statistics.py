"""How often each rule is broken."""

from collections import Counter

from elbguard.report.model import Report
from elbguard.report.sentences import count


def statistics(report: Report) -> str:
    """A line for each rule that is broken, the most frequent first: `  12 ELB101 unknown-class (error), fixable: 3`."""
    rules = {entry.rule.id: entry for entry in report.entries}
    found = Counter(entry.rule.id for entry in report.entries)
    cured = Counter(entry.rule.id for entry in report.entries if entry.curable)
    width = max((len(str(number)) for number in found.values()), default=1)
    lines = []
    for id_, number in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        entry = rules[id_]
        cures = f", `elbguard fix` can cure {cured[id_]}" if cured[id_] else ""
        lines.append(f"{number:>{width}} {id_} {entry.rule.name} ({entry.severity}){cures}")
    return "\n".join([*lines, f"{count(len(found), 'rule')} broken, {count(len(report.entries), 'finding')}"]) + "\n"

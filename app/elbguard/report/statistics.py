"""How often each rule is broken, and where."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from elbguard.languages import saying
from elbguard.report.model import Counts, Report
from elbguard.report.sentences import count
from elbguard_rules.guard import RULES

_MOST_NAMESPACES: Final = 50  # that are named one by one


def statistics(report: Report) -> str:
    """A line for each rule that is broken, the most frequent first: `  12 ELB101 unknown-class (error), fixable: 3`."""
    rules = {entry.rule.id: entry for entry in report.entries}
    found = Counter(entry.rule.id for entry in report.entries)
    cured = Counter(entry.rule.id for entry in report.entries if entry.curable)
    say = saying(report.language)
    width = max((len(str(number)) for number in found.values()), default=1)
    lines = []
    for id_, number in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        entry = rules[id_]
        cures = f", {say(f'`elbguard fix` can cure {cured[id_]}')}" if cured[id_] else ""
        lines.append(f"{number:>{width}} {id_} {entry.rule.name} ({entry.severity}){cures}")
    return (
        "\n".join([*lines, say(f"{count(len(found), 'rule')} broken, {count(len(report.entries), 'finding')}")]) + "\n"
    )


def tallied(report: Report) -> Iterator[str]:
    """What an audit counted, by rule and by namespace, the most first; nothing of a check of files."""
    if report.tally is None or not report.tally.rules:
        return
    rules = sorted(report.tally.rules.items(), key=lambda pair: (-pair[1], pair[0]))
    width = len(str(rules[0][1]))
    say = saying(report.language)
    yield say("By rule:")
    yield from (f"  {number:>{width}} {id_} {RULES[id_].name}" for id_, number in rules)
    spaces = [(name, each) for name, each in report.tally.namespaces.items() if each.errors or each.warnings]
    spaces.sort(key=lambda pair: (-pair[1].errors, -pair[1].warnings, pair[0]))
    yield say("By namespace:")
    yield from (f"  {name}: {say(_found(each))}" for name, each in spaces[:_MOST_NAMESPACES])
    if len(spaces) > _MOST_NAMESPACES:
        rest = count(len(spaces) - _MOST_NAMESPACES, "other")
        yield f"  {say(f'and {rest}')}"


def _found(counts: Counts) -> str:
    found = [count(counts.errors, "error")] if counts.errors else []
    found += [count(counts.warnings, "warning")] if counts.warnings else []
    return f"{', '.join(found)} in {count(counts.services, 'Service')}"

"""What the project file of the current folder makes of a rule, for whoever has it explained there."""

from collections.abc import Iterator
from pathlib import Path

from elbguard.project import near
from elbguard.projects import Projects
from elbguard.settings_mistakes import SettingsError
from elbguard_rules.core.problem import Severity
from elbguard_rules.core.rule import Rule


def told(rule: Rule) -> Iterator[str]:
    """A sentence for each word of the file about the rule; none about a file that is wrong, which check tells."""
    try:
        project = Projects({}).of(Path("a"))
    except SettingsError:
        return
    usual = rule.severity
    for pattern, settings in project.by_pattern():
        severity = settings.policy.severity(rule)
        if project.file and severity is not usual:
            word = "switched off" if severity is Severity.OFF else f"taken as {severity.value}"
            yield f"{near(project.file)}: note: {rule.id} is {word} here{f', for {pattern}' if pattern else ''}"
        if not pattern:
            usual = severity

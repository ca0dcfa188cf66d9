"""The report for people at a terminal: each finding with its line, carets under the mistake, the cure."""

from collections.abc import Iterator
from typing import Final

from elbguard.escapes import inert
from elbguard.languages import Language, said_in
from elbguard.report import excerpt
from elbguard.report.model import Entry, Report
from elbguard.report.sentences import curable, owner, place, sentence, shortened, summary, unjudged
from elbguard.report.statistics import tallied
from elbguard_rules.core.problem import Severity

WIDTH: Final = 100  # columns where the terminal does not tell
_BOLD: Final = "1"
_DIM: Final = "2"
_BLUE: Final = "1;34"
_FLAGS: Final[dict[Language, str]] = {"en": "", "zh": " --lang zh"}
_COLOURS: Final = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.OFF: "1"}


class Paint:
    """Colours for a terminal, or none."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, code: str, text: str) -> str:
        """The text in a colour, given as an ANSI code."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text else text


def render(report: Report, colour: bool = False, width: int = WIDTH) -> str:
    """The report as text, excerpts cut to `width` columns; with plain ANSI codes where `colour`.

    Troubles are messages, not findings: `elbguard check` says them on standard error.
    """
    paint = Paint(colour)
    first = {entry.rule.id: number for number, entry in reversed([*enumerate(report.entries)])}
    blocks = [
        "\n".join(_finding(entry, paint, width, report.language, explained=first[entry.rule.id] == number))
        for number, entry in enumerate(report.entries)
    ]
    ending = [*unjudged(report), curable(report), *tallied(report), paint(_BOLD, summary(report))]
    blocks.append("\n".join(filter(None, ending)))
    return inert("\n\n".join(blocks) + "\n")


def _finding(entry: Entry, paint: Paint, width: int, language: Language, *, explained: bool) -> Iterator[str]:
    """The lines of a finding; `explained` says once for each rule where there is more to read."""
    rule, colour = entry.rule, _COLOURS[entry.severity]
    whose = owner(entry)
    yield (
        f"{paint(_BOLD, place(entry))}: {paint(colour, f'{entry.severity}[{rule.id}]')}:"
        f" {paint(_BOLD, rule.name)}{f' in {whose}' if whose else ''}"
    )
    yield f"  {sentence(entry, language)}"
    gutter = len(str(min(entry.span.end_line, entry.span.line + excerpt.MOST_LINES)))
    pad = " " * gutter
    bar, equals = paint(_BLUE, "|"), paint(_BLUE, "=")
    if entry.excerpt.strip():
        yield f"{pad} {bar}"
        for line in excerpt.lines(entry.excerpt, entry.span, width - gutter - 3, entry.cut):
            yield f"{paint(_BLUE, str(line.number).rjust(gutter))} {bar} {line.text}".rstrip()
            yield f"{pad} {bar} {_painted(line.carets, colour, paint)}"
    if entry.inside:
        yield f"{pad} {equals} {said_in(language, 'inside')}: {shortened(entry.inside)}"
    yield f"{pad} {equals} {said_in(language, 'help')}: {rule.fix}"
    if explained:
        command = f"elbguard explain {rule.id}{_FLAGS[language]}"
        yield f"{pad} {equals} {said_in(language, 'explain')}: {paint(_DIM, command)}"


def _painted(carets: str, colour: str, paint: Paint) -> str:
    marks = carets.lstrip()
    return " " * (len(carets) - len(marks)) + paint(colour, marks)

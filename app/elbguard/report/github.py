"""The report as GitHub workflow commands, which annotate the lines of a pull request."""

from typing import Final

from elbguard.escapes import COMMAND
from elbguard.languages import Language, said_in
from elbguard.report.model import STDIN, Entry, Note, Report, Trouble
from elbguard.report.sentences import PRODUCT, in_stream, noted, said, sentence, shortened, unjudged
from elbguard_rules.core.problem import Severity, printable

_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """One command a line: `error` and `warning` for findings and troubles, `notice` for what could not be judged."""
    commands = [_finding(entry, report.language) for entry in report.entries]
    commands += [_trouble(trouble) for trouble in report.troubles]
    commands += [_note(note) for note in report.notes]
    commands += [_command("notice", {"title": PRODUCT}, text) for text in unjudged(report)]
    return "".join(f"{command}\n" for command in commands)


def _finding(entry: Entry, language: Language) -> str:
    word = "error" if entry.severity is Severity.ERROR else "warning"
    span, owner = entry.span, shortened(str(entry.resource))
    lines = {} if entry.stream or entry.is_live else {"line": span.line, "endLine": span.end_line, "col": span.column}
    properties: dict[str, str | int] = {
        "file": entry.file,
        **lines,
        "title": f"{entry.rule.id} {entry.rule.name}",
    }
    cure = f"{said_in(language, f'In {owner}')}: {entry.rule.fix}" if owner else entry.rule.fix
    return _command(
        word, properties, f"{sentence(entry, language)}{in_stream(entry, language)}\n{cure}", live=entry.is_live
    )


def _note(note: Note) -> str:
    lines = {} if note.stream or not note.line else {"line": note.line, "col": note.column}
    properties: dict[str, str | int] = {"file": note.file, **lines, "title": f"not judged: {note.why}"}
    return _command("notice", properties, noted(note), live=not note.line)


def _trouble(trouble: Trouble) -> str:
    properties: dict[str, str | int] = {"file": trouble.file}
    if trouble.line:
        properties |= {"line": trouble.line, "col": trouble.column}
    title = "cannot be checked" if trouble.fatal else "skipped"
    return _command("error" if trouble.fatal else "warning", properties | {"title": title}, said(trouble))


def _command(word: str, properties: dict[str, str | int], message: str, *, live: bool = False) -> str:
    """A workflow command. Standard input and a cluster are no files of the repository: the message names them."""
    file = str(properties.get("file", ""))
    if file == STDIN or live:
        line = properties.get("line")
        message = f"{file}{f':{line}' if line else ''}: {message}" if file else message
        properties = {"title": properties["title"]}
    written = ",".join(f"{name}={_inert(str(value)).translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{word} {written}::{_inert(message).translate(_DATA)}"


def _inert(text: str) -> str:
    """A text without what a terminal acts on; line breaks, which GitHub has an escape for, stay."""
    shown = "\n".join("\r".join(map(printable, part.split("\r"))) for part in text.split("\n"))
    return COMMAND.sub(r"#\\x23", shown)

"""The formats by name, and where each is written to."""

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from shutil import get_terminal_size
from typing import Final, TextIO

from elbguard.report import saving
from elbguard.report.model import Report
from elbguard_rules.core.nearest import nearest
from elbguard_rules.core.record import record

FORMATS: Final = {
    "text": "elbguard.report.text",
    "short": "elbguard.report.short",
    "json": "elbguard.report.jsonreport",
    "sarif": "elbguard.report.sarif",
    "junit": "elbguard.report.junit",
    "github": "elbguard.report.github",
    "html": "elbguard.report.webpage.document",
}
_STDOUT: Final = "-"


class FormatError(ValueError):
    """A report cannot be written as asked; one sentence says why."""


@record
class Output:
    """A format, and the file to write it to; None is standard output."""

    format: str
    file: Path | None = None


def outputs(specs: Sequence[str]) -> tuple[Output, ...]:
    """What `--format` asks for: each spec is FORMAT or FORMAT=FILE; text where there is none. Raises FormatError."""
    asked = tuple(map(_output, specs)) or (Output("text"),)
    to_stdout = [output.format for output in asked if output.file is None]
    if len(to_stdout) > 1:
        last = to_stdout[-1]
        listed = " and ".join(to_stdout)
        raise FormatError(f"standard output holds one format, not {listed}: give a file, as in {last}={last}.out")
    files = [output.file for output in asked if output.file is not None]
    twice = next((file for file in files if files.count(file) > 1), None)
    if twice is not None:
        raise FormatError(f"two formats cannot share the file {str(twice)!r}: give each its own")
    return asked


def _output(spec: str) -> Output:
    name, separator, file = spec.partition("=")
    name = name.strip().lower()
    if name not in FORMATS:
        close = nearest(name, FORMATS)
        hint = f"did you mean {close}?" if close else f"there are {', '.join(FORMATS)}"
        raise FormatError(f"{name!r} is no format: {hint}")
    if separator and not file:
        raise FormatError(f"{spec!r} names no file: write {name}=FILE, or {name} for standard output")
    return Output(name, Path(file) if file and file != _STDOUT else None)


def render(name: str, report: Report) -> str:
    """The report in a format, without colours."""
    text: str = import_module(FORMATS[name]).render(report)
    return text


def write(report: Report, asked: Sequence[Output], stdout: TextIO, environ: Mapping[str, str] = os.environ) -> None:
    """Write the report where it is asked for: files first, so that a closed pipe costs none. Raises FormatError."""
    for output in asked:
        if output.file is not None:
            _to_file(render(output.format, report), output.file)
    for output in asked:
        if output.file is None:
            text = _for_people(report, stdout, environ) if output.format == "text" else render(output.format, report)
            encoding = stdout.encoding or "utf-8"
            stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
            stdout.flush()


def _to_file(text: str, file: Path) -> None:
    try:
        saving.save(text.encode(), file)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FormatError(f"cannot write {str(file)!r}: {reason}") from None


def _for_people(report: Report, stdout: TextIO, environ: Mapping[str, str]) -> str:
    from elbguard.report import text  # noqa: PLC0415 - only the formats that are asked for are loaded

    width = get_terminal_size((text.WIDTH, 24)).columns if stdout.isatty() else text.WIDTH
    return text.render(report, colour=wants_colour(stdout, environ), width=width)


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to write colours: to a terminal that knows them, unless NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"

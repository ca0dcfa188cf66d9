"""`--format` names what is written and where."""

import errno
import io
import json
import os
import sys
from pathlib import Path

import pytest

from elbguard.report.formats import FORMATS, FormatError, Output, outputs, render, wants_colour, write
from elbguard.report.model import Report
from tests.support.command import ran
from tests.unit.report.reports import one, web_report


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_text_is_written_where_nothing_is_asked() -> None:
    assert outputs([]) == (Output("text"),)


def test_formats_go_to_files_and_one_to_standard_output() -> None:
    asked = outputs(["sarif=out/a=b.sarif", "TEXT", "junit=out.xml"])

    assert asked == (Output("sarif", Path("out/a=b.sarif")), Output("text"), Output("junit", Path("out.xml")))
    assert outputs(["json=-"]) == (Output("json"),)


@pytest.mark.parametrize(
    ("specs", "sentence"),
    [
        (["jsno"], "'jsno' is no format: did you mean json?"),
        (["pdf"], "'pdf' is no format: there are text, short, json, sarif, junit, github, html"),
        ([""], "'' is no format: there are text, short, json, sarif, junit, github, html"),
        (["json="], "'json=' names no file: write json=FILE, or json for standard output"),
        (["text", "json"], "standard output holds one format, not text and json: give a file, as in json=json.out"),
        (["text", "text=-"], "standard output holds one format, not text and text: give a file, as in text=text.out"),
        (["json=a", "sarif=a"], "two formats cannot share the file 'a': give each its own"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(specs: list[str], sentence: str) -> None:
    with pytest.raises(FormatError) as refused:
        outputs(specs)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_the_same_to_a_file_as_to_standard_output(name: str, tmp_path: Path) -> None:
    stdout, report = io.StringIO(), web_report()
    write(report, [Output(name), Output(name, tmp_path / "report")], stdout, {})

    assert stdout.getvalue() == (tmp_path / "report").read_text(encoding="utf-8") == render(name, report)
    assert stdout.getvalue().endswith("\n")


def test_several_formats_are_written_at_once(tmp_path: Path) -> None:
    stdout = io.StringIO()
    write(web_report(), outputs([f"sarif={tmp_path / 'a'}", f"junit={tmp_path / 'b'}", "json"]), stdout, {})

    assert json.loads((tmp_path / "a").read_text())["version"] == "2.1.0"
    assert (tmp_path / "b").read_text().startswith("<?xml")
    assert "findings" in json.loads(stdout.getvalue())


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=rf"^cannot write '.*gone/a': {os.strerror(errno.ENOENT)}$"):
        write(Report(), [Output("json", tmp_path / "gone/a")], io.StringIO(), {})
    with pytest.raises(FormatError, match=r"^cannot write "):
        write(Report(), [Output("json", tmp_path / "a\0b")], io.StringIO(), {})


@pytest.mark.parametrize("name", FORMATS)
def test_a_stream_of_another_encoding_takes_every_format(name: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write(one("日本\ud800", file="ü\udcff.yaml"), [Output(name)], stream, {})

    assert raw.getvalue().isascii()
    assert raw.getvalue()


@pytest.mark.parametrize(
    ("terminal", "environ", "colour"),
    [
        (True, {}, True),
        (True, {"TERM": "xterm-256color", "NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": "0"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_of_people_who_want_it(terminal: bool, environ: dict[str, str], colour: bool) -> None:
    stream = Terminal() if terminal else io.StringIO()
    write(web_report(), [Output("text")], stream, environ)

    assert wants_colour(stream, environ) is colour
    assert ("\x1b[" in stream.getvalue()) is colour


def test_no_format_loads_a_heavy_library() -> None:
    program = (
        "import sys; from elbguard.report.formats import FORMATS, render; from elbguard.report.model import Report\n"
        "before = 'elbguard.report.sarif' in sys.modules\n"
        "[render(name, Report()) for name in FORMATS]\n"
        "heavy = {'fastapi', 'kubernetes', 'cryptography', 'uvicorn', 'rich', 'yaml', 'xml'}\n"
        "print(before, sorted(heavy & set(sys.modules)))"
    )
    done = ran(sys.executable, "-c", program)

    assert done.stdout.strip() == "False []"

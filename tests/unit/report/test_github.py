"""GitHub annotates the lines that the workflow commands name."""

import re

from elbguard.report.github import render
from elbguard.report.model import Report
from tests.support.trying import each_of
from tests.unit.report.reports import REPORTS, one, web_report

COMMAND = re.compile(r"::(error|warning|notice) ((?:[A-Za-z]+=[^:,\r\n]*)(?:,[A-Za-z]+=[^:,\r\n]*)*)::([^\r\n]*)")


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """The commands as GitHub's runner reads them: word, properties and message, without escapes."""
    read = []
    for line in render(report).removesuffix("\n").split("\n"):
        found = COMMAND.fullmatch(line)
        assert found, line
        word, properties, message = found.groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        read.append((word, {name: unescaped(value) for name, value in pairs.items()}, unescaped(message)))
    return read


def unescaped(text: str) -> str:
    """Undo GitHub's escapes, the percent sign last."""
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_nothing_to_say_is_nothing_written() -> None:
    assert render(Report()) == ""


def test_an_error_names_its_line_and_title() -> None:
    line = next(line for line in render(web_report()).splitlines() if "ELB206" in line)

    assert line.startswith(
        "::error file=deploy/web.yaml,line=8,endLine=8,col=72,title=ELB206 bandwidth-out-of-range::"
        "metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size: "
        "Invalid value: 5000: must be between 1 and 2000 Mbit/s%0A"
        "In Service/shop/web: "
    )


def test_words_follow_the_severity_and_skipped_rules_are_notices() -> None:
    assert [word for word, _, _ in commands(web_report())] == [
        *[str(entry.severity) for entry in web_report().entries],
        *["notice"] * len({one.missing for one in web_report().unjudged}),
    ]


@each_of(name for name, report in REPORTS.items() if report.entries)
def test_every_report_is_one_readable_command_a_line(name: str) -> None:
    report = REPORTS[name]
    render(report).encode()

    read = commands(report)
    for (_, properties, _), entry in zip(read, report.entries, strict=False):
        assert properties["title"] == f"{entry.rule.id} {entry.rule.name}"
        if "file" in properties:
            assert properties["file"] == entry.file or not entry.file.isprintable()


def test_commas_and_colons_of_a_file_name_are_escaped() -> None:
    assert "file=a%2Cb%3Ac%25.yaml," in render(one(1, file="a,b:c%.yaml"))


def test_troubles_are_errors_and_skipped_files_warnings() -> None:
    assert commands(REPORTS["only troubles"]) == [
        (
            "warning",
            {"file": "chart/templates/service.yaml", "line": "3", "col": "1", "title": "skipped"},
            "a Helm template: render it first",
        ),
        (
            "error",
            {"file": "deploy/broken.yaml", "line": "7", "col": "2", "title": "cannot be checked"},
            "expected a key",
        ),
        ("error", {"file": "gone.yaml", "title": "cannot be checked"}, "no such file"),
    ]


def test_standard_input_is_no_file_to_annotate() -> None:
    _, properties, message = commands(REPORTS["standard input"])[0]

    assert "file" not in properties
    assert message.startswith("<stdin>:")


def test_a_source_of_which_no_line_is_known_is_annotated_as_a_file() -> None:
    first, second, *_ = render(REPORTS["something built"]).splitlines()

    assert first.startswith("::error file=base/web.yaml,line=1,")
    assert second.startswith("::error file=base/web.yaml,title=")

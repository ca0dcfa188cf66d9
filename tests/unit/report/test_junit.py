"""The JUnit report is valid XML by the schema that CI systems go by."""

import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

from xmlschema import XMLSchema10

from elbguard.report.junit import render
from elbguard.report.model import Report
from tests.support.trying import each_of
from tests.unit.report.reports import REPORTS, one, web_report


@cache
def schema() -> XMLSchema10:
    return XMLSchema10(str(Path(__file__).parent / "schemas/junit-10.xsd"))


def tree(report: Report) -> ET.Element:
    """The report, read by an XML parser."""
    return ET.fromstring(render(report).encode())  # noqa: S314 - we wrote it


@each_of(REPORTS)
def test_every_report_is_valid_by_the_schema(name: str) -> None:
    schema().validate(tree(REPORTS[name]))


def test_the_schema_does_refuse() -> None:
    suites = tree(web_report())
    del suites[0].attrib["tests"]

    assert not schema().is_valid(suites)


def test_a_file_is_a_suite_and_a_service_a_test_that_fails_or_passes() -> None:
    web, quiet = tree(web_report())

    assert (web.get("name"), quiet.get("name")) == ("deploy/web.yaml", "deploy/quiet.yaml")
    assert [case.get("name") for case in web.iter("testcase")] == ["Service/shop/web"]
    assert [case.get("name") for case in quiet.iter("testcase")] == ["Service/shop/quiet"]
    assert web.find("testcase/failure") is not None
    assert quiet.find("testcase/failure") is None


def test_a_test_has_one_failure_which_lists_all_errors_with_their_places() -> None:
    (failure,) = tree(web_report()).iter("failure")
    text = failure.text or ""
    errors = [entry for entry in web_report().entries if entry.severity == "error"]

    assert len(errors) > 1
    assert failure.get("type") == " ".join(dict.fromkeys(entry.rule.id for entry in errors))
    assert "8:72: metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size: Invalid value: 5000" in text
    assert all(f"[{entry.rule.id} {entry.rule.name}]" in text for entry in errors)


def test_the_type_of_a_single_error_is_its_rule() -> None:
    (failure,) = tree(one("x")).iter("failure")

    assert failure.get("type") == "ELB301"


def test_warnings_do_not_fail() -> None:
    report = web_report()
    warnings = tuple(entry for entry in report.entries if entry.severity == "warning")
    suites = tree(Report(warnings, files=1, services=1))

    assert warnings
    assert suites.get("failures") == "0"
    assert f"warning: {warnings[0].finding.field}" in (suites.findtext(".//system-out") or "")


def test_rules_that_could_not_judge_are_in_the_output() -> None:
    assert "ELB102 dedicated-on-old-cluster could not judge: cluster version" in render(web_report())


def test_troubles_are_errors_and_skipped_tests() -> None:
    suites = tree(REPORTS["only troubles"])

    assert (suites.get("tests"), suites.get("errors"), suites.get("failures")) == ("3", "2", "0")
    assert [skipped.get("message") for skipped in suites.iter("skipped")] == ["a Helm template: render it first"]
    assert [error.get("message") for error in suites.iter("error")] == ["expected a key", "no such file"]


def test_counts_are_those_of_the_tests() -> None:
    for report in REPORTS.values():
        suites = tree(report)
        for part in (suites, *suites):
            assert part.get("tests") == str(len(list(part.iter("testcase"))))
            assert part.get("failures") == str(len(list(part.iter("failure"))))
            assert part.get("errors") == str(len(list(part.iter("error"))))


def test_there_is_always_a_test() -> None:
    (case,) = tree(Report(files=3)).iter("testcase")

    assert case.get("name") == "No Services in 3 files"


def test_what_xml_forbids_is_written_as_an_escape() -> None:
    (suite,) = tree(one(1, file="a\x1b\ud800\ufffe]]>\n.yaml"))

    assert suite.get("name") == "a\\x1b\\ud800\\ufffe]]>\n.yaml"


def test_messages_survive_the_escaping() -> None:
    (failure,) = tree(one("\"'<&>]]>")).iter("failure")

    assert "\\\"'<&>]]>" in (failure.get("message") or "")
    assert re.search(r"^a\.yaml:1:1: ", failure.text or "")

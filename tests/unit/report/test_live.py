"""The report about a cluster: a Service's place is its namespace and name, and what is not listed is counted."""

import json
from xml.etree import ElementTree as ET

from elbguard.report import github, jsonreport, junit, sarif, short, text
from tests.unit.report.reports import live_report

REPORT = live_report()
ERRORS = REPORT.errors


def test_a_line_begins_with_namespace_and_name_and_says_what_is_new() -> None:
    first, second, *_ = short.render(REPORT).splitlines()

    assert first.startswith("shop/web: error[ELB")
    assert second.startswith("shop/web: error[ELB")
    assert " in Service" not in first
    assert (first.endswith("(new in v1.30.4-r0)"), second.endswith("(new in v1.30.4-r0)")) == (False, True)


def test_the_end_counts_by_rule_and_by_namespace_and_says_what_is_not_listed() -> None:
    for rendered in (short.render(REPORT), text.render(REPORT)):
        ending = rendered[rendered.index("By rule:") :].splitlines()

        assert ending[1] == "  3 ELB301 unknown-algorithm"
        spaces = ending[ending.index("By namespace:") + 1 :]
        assert spaces[0].startswith(f"  shop: {ERRORS - 2} errors, ")
        assert spaces[1] == "  office: 2 errors in 3 Services"
        assert "idle" not in rendered
        assert ending[-1].startswith(f"{ERRORS} errors, ")
        assert " in 6 Services of 3 namespaces; " in ending[-1]
        assert "2 Ingresses carry kubernetes.io/elb.* annotations: not judged" in ending[-1]
        assert "2 more findings are counted, not listed" in ending[-1]


def test_there_is_no_line_to_show() -> None:
    assert " | " not in text.render(REPORT)
    assert {finding["line"] for finding in json.loads(jsonreport.render(REPORT))["findings"]} == {0}


def test_json_counts_what_it_does_not_list() -> None:
    summary = json.loads(jsonreport.render(REPORT))["summary"]

    assert (summary["ingresses"], summary["unlisted"], summary["rules"]["ELB301"]) == (2, 2, 3)
    assert summary["namespaces"]["office"] == {"services": 3, "errors": 2, "warnings": 0}


def test_sarif_names_the_service_without_a_region() -> None:
    (run,) = json.loads(sarif.render(REPORT))["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]

    assert places == [{"artifactLocation": {"uri": "shop/web"}}] * len(REPORT.entries)


def test_a_namespace_is_a_suite_in_junit() -> None:
    suites = {suite.get("name"): suite for suite in ET.fromstring(junit.render(REPORT))}  # noqa: S314 - our own

    assert {test.get("name") for test in suites["shop"]} == {"Service/shop/web"}
    assert {test.get("name") for test in suites["idle"]} == {"Service/idle/quiet"}


def test_github_annotates_no_file() -> None:
    commands = [line for line in github.render(REPORT).splitlines() if line.startswith(("::error title=E", "::warn"))]

    assert len(commands) == len(REPORT.entries)
    for command in commands:
        assert "file=" not in command
        assert "::shop/web: " in command

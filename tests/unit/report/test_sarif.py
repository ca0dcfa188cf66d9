"""The SARIF report is valid, leads to the rules, and is recognised after an edit."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft7Validator

from elbguard.report.artifact import uri
from elbguard.report.model import Report
from elbguard.report.sarif import FINGERPRINT, render
from elbguard_rules.core.problem import annotation, required
from elbguard_rules.guard import RULES
from tests.support.trying import each_of
from tests.unit.report.reports import REPORTS, around, one, web_report
from tests.unit.report.test_jsonreport import strictly

SCHEMA = Draft7Validator(json.loads((Path(__file__).parent / "schemas/sarif-schema-2.1.0.json").read_text()))


def run_of(report: Report) -> dict[str, Any]:
    """The one run of the report's SARIF log."""
    (run,) = strictly(render(report))["runs"]
    assert isinstance(run, dict)
    return run


def result_of(report: Report, rule: str) -> Any:
    """The one result of a rule."""
    (result,) = [result for result in run_of(report)["results"] if result["ruleId"] == rule]
    return result


def fingerprints(report: Report) -> list[str]:
    """What the results are recognised by."""
    return [result["partialFingerprints"][FINGERPRINT] for result in run_of(report)["results"]]


@each_of(REPORTS)
def test_every_report_is_valid_by_the_schema_of_sarif(name: str) -> None:
    SCHEMA.validate(strictly(render(REPORTS[name])))


def test_the_schema_of_sarif_does_refuse() -> None:
    log = strictly(render(web_report()))
    del log["runs"][0]["tool"]

    assert not SCHEMA.is_valid(log)


def test_a_run_without_findings_has_an_empty_list_of_results() -> None:
    run = run_of(Report())

    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_result_has_its_place_with_an_exclusive_end() -> None:
    result = result_of(web_report(), "ELB206")

    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "deploy/web.yaml"}
    assert place["region"] == {"startLine": 8, "startColumn": 72, "endLine": 8, "endColumn": 76}
    assert run_of(web_report())["columnKind"] == "unicodeCodePoints"


def test_a_result_names_the_field_and_the_service() -> None:
    field, resource = result_of(web_report(), "ELB206")["locations"][0]["logicalLocations"]

    assert field["name"] == "elb.autocreate.bandwidth_size"
    assert field["fullyQualifiedName"].endswith("metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size")
    assert resource["fullyQualifiedName"] == "Service/shop/web"


def test_every_result_points_at_its_rule() -> None:
    run = run_of(web_report())
    rules = run["tool"]["driver"]["rules"]

    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert {result["level"] for result in run["results"]} == {"error", "warning"}


def test_a_rule_brings_its_help_with_cure_and_source() -> None:
    rule = next(rule for rule in run_of(web_report())["tool"]["driver"]["rules"] if rule["id"] == "ELB206")

    assert rule["name"] == "bandwidth-out-of-range"
    assert RULES["ELB206"].fix in rule["help"]["text"]
    assert f"**Fix:** {RULES['ELB206'].fix}" in rule["help"]["markdown"]
    assert RULES["ELB206"].source.section in rule["help"]["markdown"]
    assert rule["helpUri"] == RULES["ELB206"].source.document.link
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_fingerprints_stay_when_lines_move_or_the_file_does() -> None:
    assert fingerprints(web_report()) == fingerprints(web_report(shift=40, file="other.yaml"))


def test_fingerprints_tell_values_names_and_places_apart() -> None:
    variants = [one(1), one(2), one("1"), one([1]), one(1, name="api"), one({"a": float("nan")})]
    marks = [mark for report in variants for mark in fingerprints(report)]

    assert len(set(marks)) == len(variants)
    assert len(set(fingerprints(web_report()))) == len(web_report().entries)


def test_the_same_mistake_twice_in_a_file_has_two_fingerprints() -> None:
    entry = one(1).entries[0]
    first, second = fingerprints(Report((entry, entry)))

    assert first.removesuffix(":1") == second.removesuffix(":2")
    assert first != second


def test_what_could_not_be_checked_is_a_notification_and_no_success() -> None:
    (invocation,) = run_of(REPORTS["only troubles"])["invocations"]

    assert invocation["executionSuccessful"] is False
    assert [note["level"] for note in invocation["toolExecutionNotifications"]] == ["warning", "error", "error"]
    place = invocation["toolExecutionNotifications"][1]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "deploy/broken.yaml"}, "region": {"startLine": 7, "startColumn": 2}}


def test_a_skipped_helm_template_is_no_failure() -> None:
    assert run_of(REPORTS["a Helm template"])["invocations"][0]["executionSuccessful"] is True


def test_rules_that_could_not_judge_are_notes() -> None:
    notes = run_of(web_report())["invocations"][0]["toolExecutionNotifications"]

    assert {note["level"] for note in notes} == {"note"}
    assert any("cluster version unknown; give --cluster-version" in note["message"]["text"] for note in notes)


def test_a_manifest_cannot_plant_a_link_in_a_message() -> None:
    (result,) = run_of(one("[here](https://example.com)"))["results"]

    assert "here" in result["message"]["text"]
    assert "](" not in result["message"]["text"]


@pytest.mark.parametrize(
    ("file", "written"),
    [
        ("deploy/web.yaml", "deploy/web.yaml"),
        ("./web.yaml", "web.yaml"),
        ("../web.yaml", "../web.yaml"),
        ("my app/100%#1?.yaml", "my%20app/100%25%231%3F.yaml"),
        ("http://x", "http%3A//x"),
        ("ümlaut.yaml", "%C3%BCmlaut.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
        ("\ud800.yaml", "%ED%A0%80.yaml"),
        ("/srv/web.yaml", "file:///srv/web.yaml"),
        ("C:/git/web app.yaml", "file:///C:/git/web%20app.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
    ids=repr,
)
def test_a_file_is_named_by_a_uri(file: str, written: str) -> None:
    assert uri(file) == written


@each_of(name for name, report in REPORTS.items() if report.entries)
def test_every_uri_leads_back_to_its_file(name: str) -> None:
    for entry, result in zip(REPORTS[name].entries, run_of(REPORTS[name])["results"], strict=True):
        written = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        parts = urlsplit(written)
        assert parts.scheme in ("", "file")
        assert not parts.query
        assert not parts.fragment
        assert re.fullmatch(r"[A-Za-z0-9%/._~:-]+", written)
        assert unquote(parts.path, errors="surrogateescape") == entry.file or "\ud800" in entry.file


def test_standard_input_is_called_so() -> None:
    result = run_of(REPORTS["standard input"])["results"][0]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "%3Cstdin%3E",
        "description": {"text": "standard input"},
    }


def test_a_finding_about_something_missing_has_a_fingerprint_too() -> None:
    (mark,) = fingerprints(around(required(annotation("kubernetes.io/elb.id"), "must be given")))

    assert re.fullmatch(r"[0-9a-f]{32}:1", mark)


def test_a_source_of_which_no_line_is_known_has_no_region() -> None:
    results = json.loads(render(REPORTS["something built"]))["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]

    assert [place["artifactLocation"]["uri"] for place in places] == ["base/web.yaml"] * 3
    assert ["region" in place for place in places] == [True, False, True]
    assert "line 1 of the rendered text" in results[1]["message"]["text"]

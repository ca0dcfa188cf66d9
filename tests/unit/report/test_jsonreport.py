"""The JSON report is what its schema says, whatever a manifest holds."""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

import pytest
from jsonschema import Draft202012Validator

from elbguard import report as package
from elbguard.report.jsonreport import render
from tests.support.trying import each_of
from tests.unit.report.reports import REPORTS, bomb, nested, one, web_report

SCHEMA = json.loads((Path(package.__file__).parent / "report.schema.json").read_text())


def strictly(text: str) -> Any:
    """Read JSON as a parser does that knows neither NaN nor lone surrogates."""

    def refuse(word: str) -> NoReturn:
        raise ValueError(word)

    document = json.loads(text, parse_constant=refuse)
    json.dumps(document, ensure_ascii=False).encode()
    return document


@each_of(REPORTS)
def test_every_report_is_valid_by_its_schema(name: str) -> None:
    text = render(REPORTS[name])

    Draft202012Validator(SCHEMA).validate(strictly(text))
    assert text.isascii()


def test_the_schema_is_a_schema_and_refuses_what_it_does_not_know() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    document = strictly(render(web_report()))
    document["findings"][0]["surprise"] = 1

    assert not Draft202012Validator(SCHEMA).is_valid(document)
    assert not Draft202012Validator(SCHEMA).is_valid({})


def test_every_part_of_the_schema_is_described() -> None:
    parts = [SCHEMA, *SCHEMA["$defs"].values()]
    members = [member for part in parts for member in part["properties"].values()]

    assert all("description" in part for part in parts)
    assert all("description" in member or "$ref" in member for member in members)


def test_a_finding_tells_rule_value_place_and_resource() -> None:
    found = {entry["rule"]: entry for entry in strictly(render(web_report()))["findings"]}

    assert found["ELB206"] == {
        "rule": "ELB206",
        "name": "bandwidth-out-of-range",
        "severity": "error",
        "kind": "FieldValueInvalid",
        "field": "metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size",
        "message": "Invalid value: 5000: must be between 1 and 2000 Mbit/s [ELB206]",
        "value": 5000,
        "file": "deploy/web.yaml",
        "line": 8,
        "column": 72,
        "end_line": 8,
        "end_column": 76,
        "resource": {"kind": "Service", "namespace": "shop", "name": "web"},
    }


def test_counts_and_skipped_rules_stand_beside_the_findings() -> None:
    report = web_report()
    document = strictly(render(report))

    assert document["summary"] == {
        "files": 12,
        "services": 2,
        "errors": report.errors,
        "warnings": report.warnings,
        "skipped": len(report.unjudged),
        "foreign": 0,
        "left_out": 0,
        "hidden": 0,
        "curable": 0,
        "notes": 0,
        "ingresses": 0,
    }
    assert {
        "rule": "ELB102",
        "missing": "cluster version",
        "resource": {"kind": "Service", "namespace": "shop", "name": "web"},
    } in document["skipped"]


def test_troubles_tell_their_place() -> None:
    assert strictly(render(REPORTS["only troubles"]))["troubles"][1] == {
        "file": "deploy/broken.yaml",
        "line": 7,
        "column": 2,
        "message": "expected a key",
        "fatal": True,
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("5", "5"),
        (5, 5),
        (True, True),
        (None, None),
        ({"a": [1, 2.5]}, {"a": [1, 2.5]}),
        (float("nan"), "NaN"),
        ([float("-inf")], ["-Infinity"]),
        ("\ud800", "\\ud800"),
        ("日本 🎉", "日本 🎉"),
        ("\\ud800", "\\ud800"),
        ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
        pytest.param(bomb(), "...", id="a bomb"),
        pytest.param(10**9000, "...", id="many digits"),
    ],
)
def test_a_value_is_written_as_found(value: object, written: object) -> None:
    assert strictly(render(one(value)))["findings"][0]["value"] == written


def test_a_value_that_nests_too_deeply_is_cut_where_it_does() -> None:
    text = json.dumps(strictly(render(one(nested(5000))))["findings"][0]["value"])

    assert re.fullmatch(r'\[{64}"\.\.\."\]{64}', text)

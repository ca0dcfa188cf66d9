"""What looks like JSON: where JSON is not wanted the whole value is blamed, where it is the place where it breaks."""

import pytest

from elbguard.check.judge import Judge
from elbguard.report.model import Entry
from elbguard.settings import Settings
from elbguard_rules.core.annotation import Annotation
from elbguard_rules.core.problem import ABSENT, Severity
from elbguard_rules.guard import ANNOTATIONS
from tests.support.trying import each_of

MANIFEST = """apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    {key}: '{value}'
spec: {{type: LoadBalancer, ports: [{{port: 80}}]}}
"""
BROKEN = ["{abc", '{"a": 1', '["x"', "[https:443]", '{"a" "b"}']
JSON = [owner for owner in ANNOTATIONS if owner.is_json and owner.rule.severity is not Severity.OFF]
OTHERS = [owner for owner in ANNOTATIONS if not owner.is_json]


def about(owner: Annotation[object], value: str) -> list[Entry]:
    """Return what a check says about the value of an annotation."""
    judged = Judge(Settings()).judge(MANIFEST.format(key=owner.key, value=value), "web.yaml")
    ours = [entry for entry in judged.entries if entry.finding.where.steps[-1] == owner.key]
    return [entry for entry in ours if entry.finding.problem.value is not ABSENT]


@pytest.mark.parametrize("value", BROKEN)
@each_of(OTHERS)
def test_where_no_json_is_wanted_the_whole_value_is_blamed_and_shown(owner: Annotation[object], value: str) -> None:
    for entry in about(owner, value):
        blamed = entry.excerpt[entry.span.column - 1 : entry.span.end_column - 1]

        assert blamed in (value, f"'{value}'")
        assert entry.finding.problem.value == value
        assert "JSON" not in entry.finding.message


@each_of(JSON)
@pytest.mark.parametrize(
    ("value", "offset"),
    [("{abc", 1), ('{"a": 1', 7), ('["x"', 4), ('{"a" "b"}', 5), ('"type": "inner"', 6), ("type=inner", 0)],
)
def test_where_json_is_wanted_the_place_is_blamed_where_it_breaks(
    owner: Annotation[object], value: str, offset: int
) -> None:
    [entry] = (entry for entry in about(owner, value) if entry.rule.id == owner.rule.id)

    assert entry.finding.problem.detail.startswith(f"not JSON: line 1, column {offset + 1}: ")
    assert entry.span.column == entry.excerpt.index(value) + offset + 1

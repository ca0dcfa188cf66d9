"""Places: what a finding's span cuts out of the file is what the finding is about, however the file is written."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from elbguard.check.judge import Judge
from elbguard.report.model import Entry, Span
from elbguard.settings import Settings
from elbguard_rules.core.problem import ABSENT

JUDGE = Judge(Settings())
STYLES = ["plain", "'", '"', "|", ">", "json"]
AUTOCREATE = "kubernetes.io/elb.autocreate"


def cut(text: str, span: Span) -> str:
    """The characters of a span, as an editor selects them."""
    lines = text.splitlines(keepends=True)
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    return "".join([lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]])


def manifest(annotations: dict[str, str], style: str, *, before: str = "") -> str:
    """A Service whose annotations are written in one style."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "annotations": annotations},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    if style == "json":
        return json.dumps(service, indent=2)

    class Dumper(yaml.SafeDumper):
        pass

    def scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        wanted = style if style != "plain" and text in annotations.values() else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, wanted)

    Dumper.add_representer(str, scalar)
    return before + yaml.dump(service, Dumper=Dumper, allow_unicode=True, width=60)


def style_of(text: str, key: str = AUTOCREATE) -> str:
    """The style in which the annotation stands, which is not always the one that was asked for."""
    node: Any = yaml.compose(text)
    for step in ("metadata", "annotations", key):
        node = next(value for key, value in node.value if key.value == step)
    return str(node.style or "")


def decoded(entry: Entry, text: str) -> Any:
    """What a span says when it is read in the language it stands in: JSON inside YAML, or YAML."""
    selected, style = cut(text, entry.span), style_of(text)
    if not entry.finding.where.inner:
        return yaml.safe_load(selected)
    if style == '"':
        selected = (json.loads if text.startswith("{") else yaml.safe_load)(f'"{selected}"')
    elif style == "'":
        selected = selected.replace("''", "'")
    return json.loads(selected)


values = st.one_of(
    st.integers(-5, 5000),
    st.text("abc äöü€😀 \"'\\,:#{}[]", max_size=12),
    st.lists(st.integers(0, 3), max_size=2),
    st.booleans(),
)
members = st.dictionaries(
    st.sampled_from(
        ["type", "bandwidth_size", "bandwidth_sharetype", "name", "available_zone", "bandwidth_chargemode"]
    ),
    values,
    min_size=1,
)


@pytest.mark.parametrize("style", STYLES)
@given(members, st.sampled_from([None, 1, 4]), st.sampled_from(["", "# a comment\n", "\ufeff", "---\n"]))
@settings(max_examples=60)
def test_a_span_cut_out_and_read_is_the_value_that_the_finding_names(
    style: str, autocreate: dict[str, Any], indent: int | None, before: str
) -> None:
    inner = json.dumps(autocreate, ensure_ascii=False, indent=indent)
    text = manifest({AUTOCREATE: inner}, style, before=before)
    judged = JUDGE.judge(text, "web.yaml")

    assert not judged.troubles
    for entry in judged.entries:
        named = entry.finding.problem.value
        if named is not ABSENT and not entry.inside:
            assert decoded(entry, text.removeprefix("\ufeff")) == named


@pytest.mark.parametrize("style", STYLES)
def test_the_bandwidth_is_found_in_every_style(style: str) -> None:
    autocreate = {"type": "inner", "bandwidth_size": 5000}
    for indent in (None, 2):
        text = manifest({AUTOCREATE: json.dumps(autocreate, indent=indent)}, style)
        entries = [e for e in JUDGE.judge(text, "web.yaml").entries if e.rule.id == "ELB206"]

        assert [cut(text, entry.span) for entry in entries] == ["5000"]


@pytest.mark.parametrize("style", STYLES)
def test_an_entry_of_a_list_is_found_in_every_style(style: str) -> None:
    key = "kubernetes.io/elb.protocol-port"
    text = manifest({"kubernetes.io/elb.class": "union", key: "http:80,http:8080"}, style)
    entries = [e for e in JUDGE.judge(text, "web.yaml").entries if e.rule.id == "ELB520"]

    assert [cut(text, entry.span) for entry in entries] == ["http:8080"]


CHECKS = "kubernetes.io/elb.health-check-options"
RANGES = "kubernetes.io/elb.port-ranges"


def spans(text: str, rule: str) -> list[str]:
    """What the spans of a rule's findings cut out."""
    return [cut(text, entry.span) for entry in JUDGE.judge(text, "web.yaml").entries if entry.rule.id == rule]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_place_inside_an_array_is_found_in_every_style(style: str, indent: int | None) -> None:
    checks = [
        {"target_service_port": "TCP:80", "delay": "5"},
        {"target_service_port": "UDP:80", "delay": 60, "max-retries": "3"},
    ]
    text = manifest({CHECKS: json.dumps(checks, indent=indent)}, style)
    quote = '\\"' if style_of(text, CHECKS) == '"' else '"'

    assert spans(text, "ELB437") == ["60"]
    assert spans(text, "ELB452") == [f"{quote}UDP:80{quote}"]
    assert spans(text, "ELB902") == [f"{quote}max-retries{quote}"]


@pytest.mark.parametrize("style", STYLES)
def test_what_is_missing_in_an_element_is_blamed_on_its_bracket(style: str) -> None:
    text = manifest({CHECKS: '[{"target_service_port": "TCP:80"}, {"delay": "5"}]'}, style)
    (entry,) = (e for e in JUDGE.judge(text, "web.yaml").entries if e.rule.id == "ELB435")

    assert cut(text, entry.span) == "{"
    assert text.splitlines()[entry.span.line - 1][entry.span.column - 1 :].replace("\\", "").startswith('{"delay"')


@pytest.mark.parametrize("style", STYLES)
def test_an_object_in_the_place_of_an_array_has_its_places_too(style: str) -> None:
    text = manifest({CHECKS: '{"target_service_port": "TCP:80", "delay": 60}'}, style)

    assert spans(text, "ELB437") == ["60"]
    assert spans(text, "ELB432") == ([f'"{CHECKS}"'] if style == "json" else [CHECKS])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("checks", "blamed"),
    [
        ('[{"delay": "5"}, {"delay": "6", "delay": "7"}]', "delay"),
        ('[{"delay": "5"}, null]', "null"),
        ('[{"delay": "5"}, [{}]]', "[{}]"),
        ('[{"delay": "5"}, {"delay": "5"} {}]', "{"),
    ],
)
def test_what_is_no_array_of_objects_is_blamed_where_it_goes_wrong(style: str, checks: str, blamed: str) -> None:
    text = manifest({CHECKS: checks}, style)

    assert [span.replace("\\", "").strip('"') for span in spans(text, "ELB430")] == [blamed]


@pytest.mark.parametrize("style", STYLES)
def test_a_range_of_ports_is_found_in_every_style(style: str) -> None:
    text = manifest({RANGES: '{"web": ["1,2", "4,3"], "ssh": [5]}'}, style)

    assert [span.replace("\\", "") for span in spans(text, "ELB580")] == ['"4,3"', "5"]


@given(st.text(max_size=200))
@settings(max_examples=150)
def test_no_text_makes_a_check_fall_over(text: str) -> None:
    judged = JUDGE.judge(text, "any.yaml")

    assert all(trouble.message for trouble in judged.troubles)
    assert all(entry.span.line >= 1 <= entry.span.column for entry in judged.entries)

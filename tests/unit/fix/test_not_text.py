"""An object or a list written as YAML becomes the text that the annotation wants, or stays aloud."""

import json
import re
from typing import Any

import pytest

from elbguard.check.judge import Judge
from elbguard.fix.fixing import fixed
from elbguard.settings import Settings

MANIFEST = """apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
    kubernetes.io/elb.{value}
spec: {{type: LoadBalancer, ports: [{{port: 80}}]}}
"""
CURED = {
    'health-check-option: {"delay": 5}': """health-check-option: '{"delay": "5"}'""",
    "health-check-option: {delay: 5, protocol: TCP} # ours": (
        """health-check-option: '{"delay": "5", "protocol": "TCP"}' # ours"""
    ),
    "health-check-flag: on": 'health-check-flag: "on"',
}


@pytest.mark.parametrize(("before", "after"), CURED.items())
def test_what_is_no_text_is_written_as_the_text_that_check_tells(before: str, after: str) -> None:
    assert fixed(MANIFEST.format(value=before), Settings()).text == MANIFEST.format(value=after)


BLOCKS = {
    "an object": ("health-check-option:\n      delay: 5\n      protocol: TCP", '{"delay": "5", "protocol": "TCP"}'),
    "one whose members need a cure too": (
        "health-check-option:\n      max-retries: 5\n      protocol: tcp",
        '{"max_retries": "5", "protocol": "TCP"}',
    ),
    "numbers that were given as texts": (
        'autocreate:\n        type: inner\n        bandwidth_size: "5"',
        '{"type": "inner", "bandwidth_size": 5}',
    ),
    "a list of objects, not indented": (
        "health-check-options:\n    - target_service_port: TCP:80\n      delay: 5\n    - target_service_port: TCP:81",
        '[{"target_service_port": "TCP:80", "delay": "5"}, {"target_service_port": "TCP:81"}]',
    ),
    "a list in an object": ('port-ranges:\n      rtp:\n        - "30000,30010"', '{"rtp": ["30000,30010"]}'),
    "braces over several lines": (
        "health-check-option: {\n  delay: 5,\n\n  protocol: TCP\n  }",
        '{"delay": "5", "protocol": "TCP"}',
    ),
    "braces on a line of their own": ("health-check-option:\n      {delay: 5}", '{"delay": "5"}'),
    "brackets over several lines": (
        "health-check-options: [\n      {target_service_port: TCP:80},\n      ]",
        '[{"target_service_port": "TCP:80"}]',
    ),
    "words with commas between them": ("protocol-port:\n      - http:80\n      - https:443", "http:80,https:443"),
    "a block scalar at the end": ("health-check-option:\n      path: >-\n        /healthz", '{"path": "/healthz"}'),
    "a hash that is no comment": ("health-check-option:\n      path: /a#b", '{"path": "/a#b"}'),
}


def written(key: str, text: str) -> str:
    """The annotation with the text in single quotes."""
    return f"{key}: '{text}'"


@pytest.mark.parametrize(("before", "text"), BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_object_or_list_over_several_lines_becomes_one_text(before: str, text: str, line_end: str) -> None:
    given = MANIFEST.format(value=before).replace("\n", line_end)
    result = fixed(given, Settings())

    assert result.text == MANIFEST.format(value=written(before.partition(":")[0], text)).replace("\n", line_end)
    assert "ELB901" not in rules_broken(result.text)
    assert [change.rule for change in result.changes] == ["ELB901"]


def rules_broken(text: str) -> set[str]:
    """The rules that a check of the text finds broken."""
    return {entry.rule.id for entry in Judge(Settings()).judge(text, "web.yaml").entries}


LAST = """apiVersion: v1
kind: Service
spec: {type: LoadBalancer, ports: [{port: 80}]}
metadata:
  name: web
  annotations:
    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0
    kubernetes.io/elb.health-check-option:"""


def test_the_last_thing_in_a_file_without_a_line_break_becomes_a_text() -> None:
    assert fixed(f"{LAST}\n      delay: 5", Settings()).text == f"""{LAST} '{{"delay": "5"}}'"""


def test_a_text_in_a_json_file_stands_between_double_quotes() -> None:
    value: dict[str, Any] = {"metadata": {"annotations": {"kubernetes.io/elb.health-check-option": {"delay": 5}}}}
    given = {"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}, **value}
    given["metadata"]["annotations"]["kubernetes.io/elb.id"] = "5083f225-9bf8-48fa-9c8b-67bd9693c4c0"
    result = fixed(json.dumps(given, indent=2), Settings())

    given["metadata"]["annotations"]["kubernetes.io/elb.health-check-option"] = '{"delay": "5"}'
    assert json.loads(result.text) == given


def test_a_long_list_becomes_a_text_though_no_message_shows_it() -> None:
    ports = range(1000, 1020)
    block = "health-check-options:" + "".join(
        f"\n    - target_service_port: TCP:{port}\n      delay: 5" for port in ports
    )
    result = fixed(MANIFEST.format(value=block), Settings())

    assert "ELB901" not in rules_broken(result.text)
    assert "\n    kubernetes.io/elb.health-check-options: '[{" in result.text


def test_mistakes_that_the_shape_hid_keep_no_object_from_becoming_a_text() -> None:
    block = "health-check-option:\n      delay: 500"
    result = fixed(MANIFEST.format(value=block), Settings())

    assert result.text == MANIFEST.format(value="""health-check-option: '{"delay": "500"}'""")
    assert result.left == 1


ALONE = {
    "a comment behind its key": ("health-check-option: # ours\n      delay: 5", "comment"),
    "a comment behind a line": ("health-check-option:\n      delay: 5 # ours\n      protocol: TCP", "comment"),
    "a comment behind its last line": ("health-check-option:\n      delay: 5 # ours", "comment"),
    "a comment between lines": ("health-check-option:\n      # ours\n      delay: 5", "comment"),
    "a comment below it": ("health-check-option:\n      delay: 5\n\n      # protocol: TCP", "comment"),
    "a comment between braces": ("health-check-option: {delay: 5, # ours\n      }", "comment"),
    "an anchor": ("health-check-option: &check\n      delay: 5", "anchor"),
    "an anchor in it": ("health-check-option:\n      delay: &delay 5", "anchor"),
    "an alias in it": ("mark: &delay '5'\n    kubernetes.io/elb.health-check-option: {delay: *delay}", "alias"),
    "a tag": ("health-check-option: !!map\n      delay: 5", "tag"),
    "a tag in it": ("health-check-option:\n      delay: !!int 5", "tag"),
    "a number to base 8": ("health-check-option:\n      delay: 010", "number"),
    "a key given twice": ("health-check-option:\n      delay: 4\n      delay: 5", "twice"),
}


@pytest.mark.parametrize(("before", "why"), ALONE.values(), ids=ALONE)
def test_where_something_would_be_lost_the_object_stays_and_the_text_is_told(before: str, why: str) -> None:
    text = MANIFEST.format(value=before)
    result = fixed(text, Settings())

    assert result.text == text
    notes = [note.message for note in result.troubles if why in note.message]
    assert any(re.search(r"would become '{\"delay\": \"[58]\".*}', but .* write it by hand", note) for note in notes)


def test_what_is_merged_from_elsewhere_stays() -> None:
    text = LAST.replace("  annotations:\n", "  annotations:\n    x: &check {delay: '5'}\n") + "\n      <<: *check\n"
    result = fixed(text, Settings())

    assert "<<: *check" in result.text
    assert any("merge key" in note.message and """'{"delay": "5"}'""" in note.message for note in result.troubles)


@pytest.mark.parametrize("value", ["class: {a: b}", "class: [union]", "tags:\n      team: shop"])
def test_what_no_text_can_say_is_left_alone_and_said(value: str) -> None:
    text = MANIFEST.format(value=value)
    result = fixed(text, Settings())

    assert result.text == text
    assert any("left alone" in note.message and "write one" in note.message for note in result.troubles)
